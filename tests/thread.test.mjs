// The golden thread, from the first frame to closure: every step through the door that its sender
// uses, and by the post that is responsible, wrong posts included.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { Client } from './support/client.mjs'
import { Logger, segment } from './support/hj212.mjs'
import { startMailSink } from './support/mail-sink.mjs'
import { Platform } from './support/platform.mjs'
import { CODES, PICTURE, act, everybody, gateway, newcomer, refusedAct, sendSample, square, steps } from './support/story.mjs'
import { LiveStream } from './support/stream.mjs'
import { loggerFrames } from './support/telemetry.mjs'
import { until } from './support/waiting.mjs'
import { startWebhookSink } from './support/webhook-sink.mjs'

const MINUTE = 60_000
const later = (minutes) => new Date(Date.now() + minutes * MINUTE).toISOString()

let platform, mail, hook, people, gate, live
let duty, leader, approver, commander, rescue, safety, admin
const story = {}

before(async () => {
  ;[mail, hook] = await Promise.all([startMailSink({ failures: 1 }), startWebhookSink({ failures: 1 })])
  const config = `[mail]\nhost = "127.0.0.1"\nport = ${mail.port}\ntls = "none"\nfrom = "烽燧 <duty@example.invalid>"\n[webhook]\nallow_private_addresses = true\n`
  platform = await Platform.start({ config })
})

after(async () => {
  await live?.close()
  gate?.connection.break()
  await platform?.remove()
  await Promise.all([mail?.close(), hook?.close()])
})

steps('golden thread', (step) => {
  step('everybody signs in and sees their post', async () => {
    people = await everybody(platform)
    ;[duty, leader, approver] = ['duty.lingwu', 'leader.lingwu', 'approver.lingwu'].map((user) => people[user])
    ;[commander, rescue, safety, admin] = ['commander.lingwu', 'rescue.ningdong', 'safety.ent001', 'admin'].map((user) => people[user])
    for (const person of [duty, leader, approver, commander, rescue, safety]) assert.equal(person.session.posts.length, 1, person.user)
    assert.deepEqual(duty.session.posts[0].roles, ['duty_officer'])
    assert.equal(duty.session.posts[0].division, CODES.county)
    assert.equal(duty.session.node.mode, 'demonstration')
  })

  step('(a) the gateway gets a token of its own, and only that opens the door', async () => {
    await assert.rejects(gateway(platform, duty), /403/, 'the duty officer gives no credentials')
    gate = await gateway(platform, admin)
    await assert.rejects(
      (await import('./support/mqtt-publisher.mjs')).Publisher.connect(platform.mqtt, { username: gate.credential.username, token: 'guessed' }),
      /refused/,
    )
  })

  step('(a) subscribers are registered', async () => {
    const list = { list: 'warnings' }
    await people['info.ningdong'].call('POST', '/subscribers', { ...list, channel: 'email', address: 'subscriber@example.invalid', name: '示例订户' })
    await people['info.ningdong'].call('POST', '/subscribers', { ...list, channel: 'webhook', address: hook.url, name: '示例融媒体' })
    await rescue.refused('POST', '/subscribers', { ...list, channel: 'email', address: 'x@example.invalid', name: 'x' }, 403)
  })

  step('(a) recorded measurements arrive by MQTT and show as last values', async () => {
    live = await LiveStream.open(duty)
    for (const sample of [158, 159, 160]) await sendSample(gate, sample)
    const page = await duty.get(`/series?device=${gate.device.id}&limit=100`)
    story.series = page.items.find((series) => series.code === 'XMEAS_01')
    assert.equal(page.items.length, 23)
    assert.equal(story.series.state, 'live')
    assert.match(story.series.last.value, /^0\.\d+$/, 'the number as its sender wrote it')
    const values = await duty.get(`/series/${story.series.id}/observations?limit=10`)
    assert.equal(values.items.length, 3)
    assert.equal((await duty.get('/alarms?state=open')).items.length, 0, 'normal values raise nothing')
  })

  step('(b) the loss of the A feed raises alarms at once, live', async () => {
    const raised = live.next((event) => event.name === 'alarm_changed' && event.json.change === 'raised' && event.json.series === story.series.id, 5_000, 'the alarm on the stream')
    const sent = performance.now()
    await sendSample(gate, 161)
    const event = await raised
    story.alarmAfter = event.at - sent
    console.log(`# the alarm took ${Math.round(story.alarmAfter)} ms`)
    const alarms = await duty.get('/alarms?state=open')
    story.alarm = alarms.items.find((alarm) => alarm.priority === 'urgent' && alarm.series === story.series.id)
    assert.ok(story.alarm, 'the urgent rule of the A feed')
    assert.equal(alarms.items[0].id, story.alarm.id, 'most urgent first')
    assert.deepEqual([story.alarm.active, story.alarm.acknowledged, story.alarm.verified], [true, false, null])
    assert.equal(story.alarm.division, CODES.county)
    assert.ok(Math.abs(story.alarm.location.lon - 106.62) < 0.02, 'the alarm has a place on the map')
  })

  step('(b) the same value again opens no second alarm', async () => {
    await sendSample(gate, 162)
    const alarms = await duty.get('/alarms?state=open&limit=200')
    assert.equal(alarms.items.filter((alarm) => alarm.title === story.alarm.title).length, 1)
  })

  step('(a) HJ 212 frames arrive beside it, are acknowledged, and raise the ammonia alarm', async () => {
    const logger = await Logger.connect(platform.hj212)
    for (const number of [30, 38]) {
      const { mn, values } = loggerFrames()[number]
      const answer = await logger.send(segment({ mn, values, at: new Date(Date.now() - (38 - number) * 1000) }))
      assert.match(answer, /CN=9014/, 'Flag 5 asks for a data acknowledgement')
    }
    logger.close()
    const ammonia = await until(async () => (await duty.get('/alarms?state=open&limit=200')).items.find((alarm) => alarm.series_name === '氨' && alarm.priority === 'urgent'), { what: 'the ammonia alarm' })
    assert.equal(ammonia.priority, 'urgent')
    assert.equal(ammonia.value, loggerFrames()[38].values.a21001)
  })

  step('(b) who was away reads on from where the line broke', async () => {
    const seen = live.events.find((event) => event.name === 'alarm_changed')
    const resumed = await LiveStream.open(duty, { lastEventId: Number(seen.id) - 1 })
    const again = await resumed.next((event) => event.id === seen.id, 3_000, 'the missed event')
    assert.deepEqual(again.json, seen.json)
    await resumed.close()
  })

  step('(b) only those responsible for the place see it', async () => {
    assert.ok((await safety.get('/alarms?state=open')).items.some((alarm) => alarm.id === story.alarm.id), 'the enterprise sees its own')
    assert.ok((await people['duty.yinchuan'].get('/alarms?state=open')).items.some((alarm) => alarm.id === story.alarm.id), 'the city sees its counties')
    assert.equal((await people['duty.pingluo'].get('/alarms?state=open')).items.length, 0, 'the neighbour does not')
    const denied = await people['duty.pingluo'].send('GET', `/alarms/${story.alarm.id}`)
    assert.ok([403, 404].includes(denied.status))
    const geojson = await duty.get('/records/enterprise/features.geojson')
    assert.ok(geojson.features.some((feature) => feature.properties.name === story.alarm.enterprise_name), 'its enterprise is on the map')
  })

  step('(c) the duty officer acknowledges and verifies it', async () => {
    const path = `/alarms/${story.alarm.id}`
    await people['viewer.ningxia'].refused('POST', `${path}/acknowledge`, {}, 403, 'denied')
    await people['duty.pingluo'].send('POST', `${path}/acknowledge`, { json: {} }).then((answer) => assert.ok([403, 404].includes(answer.status)))
    assert.equal((await duty.call('POST', `${path}/acknowledge`, { note: '已电话联系企业中控室' })).acknowledged, true)
    await duty.refused('POST', `${path}/verify`, { verdict: 'true_alarm', reason: '' }, 422)
    await duty.refused('POST', `${path}/verify`, { verdict: 'perhaps', reason: 'x' }, 422)
    const verified = await duty.call('POST', `${path}/verify`, { verdict: 'true_alarm', reason: '企业中控确认：A 进料中断，反应器压力上升' })
    assert.deepEqual([verified.verified, verified.acknowledged_by !== null], ['true_alarm', true])
    const { timeline } = await duty.get(path)
    assert.ok(timeline.length >= 3, 'raised, acknowledged, verified')
  })

  step('(d) a warning is drafted from it; who lives there is shown', async () => {
    const area = square(story.alarm.location, 0.05)
    const affected = await duty.call('POST', '/population', { area })
    assert.ok(affected.divisions.some((division) => division.code === CODES.county), 'the county is among those touched')
    const posts = await duty.get('/records/organisation?limit=200')
    const issuer = duty.session.posts[0].organisation.id
    assert.ok(posts.items.some((organisation) => organisation.id === issuer))
    story.opening = {
      event_type: '12D', color: 'yellow', headline: '宁东示例宁东合成化工有限公司周边危险化学品泄漏风险预警',
      description: '进料中断引起反应器压力持续升高，存在危险化学品泄漏风险。', instruction: '周边群众关闭门窗，不要靠近；按指引向侧上风方向撤离。',
      area: { divisions: [CODES.county], polygon: area }, onset_at: later(0), expires_at: later(240), issuer, alarm: story.alarm.id,
    }
    await people['viewer.ningxia'].refused('POST', '/matters', { process: 'warning', opening: story.opening }, 403)
    const links = [{ relation: 'alarm', kind: 'alarm', id: story.alarm.id }]
    story.warning = await duty.call('POST', '/matters', { process: 'warning', opening: story.opening, links })
    assert.equal(story.warning.phase, 'draft')
    const { links: known } = await duty.get(`/alarms/${story.alarm.id}`)
    assert.ok(known.some((link) => (link.matter ?? link.id) === story.warning.id), `the alarm knows its warning: ${JSON.stringify(known)}`)
  })

  step('(d) it waits in the approver’s inbox, with its clock running', async () => {
    const submitted = await act(duty, story.warning.id, 'submit')
    assert.equal(submitted.phase, 'submitted')
    assert.ok(submitted.clocks.some((clock) => clock.name === 'approval' && clock.state === 'running'))
    assert.ok((await approver.get('/inbox')).items.some((matter) => matter.id === story.warning.id))
    assert.ok(!(await rescue.get('/inbox')).items.some((matter) => matter.id === story.warning.id))
  })

  step('(d) nobody approves their own draft', async () => {
    await refusedAct(duty, story.warning.id, 'approve', {}, 403)
    await refusedAct(duty, story.warning.id, 'publish', {}, 409)
    // The law also holds for somebody who has both posts.
    const person = await newcomer(platform, admin, 'both.lingwu', 'DEMO-POST-021', 'DEMO-POST-024')
    const own = await person.call('POST', '/matters', { process: 'warning', opening: { ...story.opening, color: 'blue' } })
    await act(person, own.id, 'submit')
    const refusal = await refusedAct(person, own.id, 'approve', {}, 409, 'approver_is_drafter')
    assert.match(refusal.clause, /§\s*64/, 'the refusal names its clause')
    await act(person, own.id, 'cancel', { reason: '测试完毕' })
  })

  step('(d) another post approves, and it is published', async () => {
    const before = await approver.get(`/matters/${story.warning.id}`)
    assert.equal(before.available_actions.find((action) => action.name === 'approve').allowed, true)
    assert.equal((await act(approver, story.warning.id, 'approve', {}, { why: '情况属实，同意发布' })).phase, 'approved')
    const published = await act(duty, story.warning.id, 'publish')
    assert.equal(published.phase, 'published')
    await until(async () => JSON.stringify(await duty.get('/warnings')).includes(story.warning.id), { what: 'the warning on the map' })
  })

  step('(d) the public feed carries it as CAP 1.2', async () => {
    const anybody = new Client(platform.url)
    const feed = await until(async () => {
      const answer = await anybody.send('GET', '//cap/feed.atom')
      return answer.status === 200 && answer.body.includes(story.opening.headline) && answer.body
    }, { what: 'the warning in the feed' })
    const link = /(?:href|src)="([^"]*\/cap\/[^"]+\.xml)"/.exec(feed)[1]
    const message = await anybody.send('GET', `/${new URL(link, platform.url).pathname}`)
    assert.equal(message.status, 200)
    for (const part of ['urn:oasis:names:tc:emergency:cap:1.2', '<msgType>Alert</msgType>', story.opening.headline, '<polygon>']) {
      assert.ok(message.body.includes(part), `${part} in ${message.body}`)
    }
    story.cap = join(platform.home, 'warning.xml')
    writeFileSync(story.cap, message.body)
    const checked = await Platform.command('cap', 'check', story.cap)
    assert.equal(checked.code, 0, checked.output)
  })

  step('(d) e-mail and web hook are delivered, also after a first failure, and receipts come back', async () => {
    const letter = await until(() => mail.messages.find((message) => message.to.includes('subscriber@example.invalid')), { within: 45_000, what: 'the e-mail' })
    assert.ok(letter.subject.includes(story.opening.headline), letter.subject)
    assert.ok(letter.text.includes(story.opening.instruction))
    const post = await until(() => hook.posts.find((call) => call.json?.subject?.includes(story.opening.headline)), { within: 45_000, what: 'the web hook' })
    assert.deepEqual([mail.refusals, hook.refusals], [1, 1], 'both turned the first attempt away')
    const receipt = new URL(post.json.receipt_url).pathname
    const answer = await new Client(platform.url).send('POST', `/${receipt}`, { json: {} })
    assert.ok(answer.status < 300, `receipt: ${answer.status}`)
    const forged = await new Client(platform.url).send('POST', '/receipts/0123456789abcdef0123456789abcdef', { json: {} })
    assert.equal(forged.status, 404)
    const deliveries = await duty.get(`/messages?matter=${story.warning.id}&limit=200`)
    assert.ok(deliveries.items.some((delivery) => delivery.channel === 'webhook' && delivery.state === 'confirmed'))
    assert.ok(deliveries.items.some((delivery) => delivery.channel === 'email' && ['sent', 'delivered'].includes(delivery.state)))
  })

  step('(d) posts in the area are told and confirm; coverage counts them', async () => {
    const mine = await until(async () => (await leader.get('/messages/mine')).items.find((delivery) => delivery.matter === story.warning.id), { what: 'the message to the leader' })
    const others = await commander.send('POST', `/deliveries/${mine.id}/confirm`, { json: {} })
    assert.ok([403, 404].includes(others.status), 'nobody confirms for another')
    await leader.call('POST', `/deliveries/${mine.id}/confirm`, { note: '收到' })
    const coverage = await duty.get(`/warnings/${story.warning.id}/coverage`)
    assert.ok(coverage.recipients >= 3 && coverage.confirmed >= 2, JSON.stringify(coverage))
  })

  step('(e) an incident is opened from it; the clock of the first report runs', async () => {
    const enterprise = await duty.record('enterprise', CODES.enterprise)
    const received = new Date()
    const opening = {
      title: '示例宁东合成化工有限公司反应器超压泄漏', event_type: '12D', event_level: 'ordinary', division: CODES.county,
      location: enterprise.location, enterprise: enterprise.id, occurred_at: received.toISOString(), received_at: received.toISOString(),
      description: '进料中断后反应器超压，安全阀起跳，少量泄漏，无伤亡。',
    }
    const links = [{ relation: 'alarm', kind: 'alarm', id: story.alarm.id }, { relation: 'related', kind: 'matter', id: story.warning.id }]
    story.incident = await duty.call('POST', '/matters', { process: 'incident', opening, links })
    const clock = story.incident.clocks.find((candidate) => candidate.name === 'first_report')
    assert.equal(clock.state, 'running')
    assert.ok(Math.abs(new Date(clock.due_at) - received - 120 * MINUTE) < 5_000, 'two hours from being told')
    assert.ok((await duty.get('/clocks?open=true')).some((open) => open.matter === story.incident.id && open.clock === 'first_report'))
  })

  step('(e) verified, and reported in time', async () => {
    await act(duty, story.incident.id, 'verify', { result: 'true', note: '与企业中控、现场安全员两路核实一致' })
    const elements = {
      unit_profile: '示例企业，一级重大危险源', scene_status: '反应器超压，安全阀起跳后复位', brief_course: 'A 进料中断，压力升高，少量泄漏',
      casualties: {}, measures_taken: '紧急停车、喷淋稀释、撤出无关人员', cause_preliminary: '进料阀故障，待查', requests: '无', other: '', signer: '示例·张敏',
    }
    await refusedAct(duty, story.incident.id, 'first_report', { ...elements, scene_status: ' ' }, 409, 'report_incomplete')
    const report = await act(duty, story.incident.id, 'first_report', elements)
    assert.equal(report.clocks.find((clock) => clock.name === 'first_report').state, 'met')
  })

  step('(e) the matching plan starts and gives tasks with deadlines to posts', async () => {
    const plan = await leader.record('plan', CODES.plan)
    const fitting = (await leader.get(`/matters/${story.incident.id}/plans?level=level_4`)).find((candidate) => candidate.id === plan.id)
    assert.equal(fitting.tasks.length, plan.attributes.actions.length, 'the plan of the county fits, with all its actions')
    const start = { level: 'level_4', plan: plan.id, plan_name: plan.name, tasks: fitting.tasks, expected_hours: 12, measures: ['划定警戒区', '疏散下风向群众'] }
    await refusedAct(duty, story.incident.id, 'start_response', start, 403)
    await refusedAct(leader, story.incident.id, 'start_response', { ...start, measures: [] }, 409, 'response_incomplete')
    await act(leader, story.incident.id, 'start_response', start)
    const tasks = await leader.all(`/matters?process=task&parent=${story.incident.id}`)
    assert.equal(tasks.length, plan.attributes.actions.length, 'one task for each action of the plan')
    for (const task of tasks) assert.ok(task.clocks.some((clock) => clock.state === 'running'), `${task.title} has a deadline`)
    assert.ok((await duty.get('/inbox')).items.some((matter) => matter.parent === story.incident.id), 'the duty officer has tasks')
    story.tasks = tasks.map((task) => task.id)
  })

  step('(e) the nearest teams are listed, and one is dispatched', async () => {
    const { lon, lat } = story.alarm.location
    const near = await duty.get(`/records/rescue_team/nearest?lon=${lon}&lat=${lat}&limit=10`)
    const distances = near.map((row) => row.distance_m)
    assert.deepEqual(distances, [...distances].sort((one, other) => one - other))
    const hazmat = await duty.get(`/records/rescue_team/nearest?lon=${lon}&lat=${lat}&limit=5&filter=capability:eq:hazmat`)
    assert.ok(hazmat.length > 0 && hazmat.every((row) => row.record.attributes.capability.includes('hazmat')), 'by type')
    const post = rescue.session.posts[0].id
    const codes = await duty.all('/records/rescue_team')
    const team = codes.find((record) => [post, 'DEMO-POST-072'].includes(record.attributes.leader_post))
    assert.ok(near.some((row) => row.record.id === team.id), 'the team of Ningdong is near')
    const whom = { team: team.id, team_name: team.name, team_post: post }
    const sent = await act(duty, story.incident.id, 'dispatch', { ...whom, order: '立即赶赴现场，侦检并堵漏', deadline_minutes: 30 })
    assert.ok(sent.links.some((link) => link.kind === 'matter'))
    const orders = await duty.get(`/matters?process=order&parent=${story.incident.id}`)
    assert.equal(orders.items.length, 1)
    story.order = orders.items[0].id
  })

  step('(e) the team confirms on its phone, and nobody else can', async () => {
    assert.ok((await rescue.get('/inbox')).items.some((matter) => matter.id === story.order))
    await refusedAct(duty, story.order, 'confirm', {}, 403)
    for (const [action, phase] of [['confirm', 'confirmed'], ['depart', 'departed'], ['arrive', 'arrived']]) {
      assert.equal((await act(rescue, story.order, action)).phase, phase)
    }
  })

  step('(f) the incident does not close while tasks are open', async () => {
    await refusedAct(commander, story.incident.id, 'close', { summary: '已处置完毕' }, 409)
    await act(commander, story.incident.id, 'control', { summary: '泄漏点已堵住' })
    await act(commander, story.incident.id, 'end_response', { summary: '威胁已消除，终止响应' })
    const refusal = await refusedAct(commander, story.incident.id, 'close', { summary: '已处置完毕' }, 409, 'children_open')
    assert.match(refusal.detail, /[\u4e00-\u9fff]{4}/, 'and says why')
  })

  step('(f) tasks are accepted and completed with evidence, by their own posts', async () => {
    const everyone = [duty, leader, approver, commander, rescue, safety, people['info.lingwu']]
    const inboxes = new Map()
    for (const person of everyone) inboxes.set(person, new Set((await person.all('/inbox')).map((matter) => matter.id)))
    let refused = 0
    for (const id of story.tasks) {
      const person = everyone.find((candidate) => inboxes.get(candidate).has(id))
      assert.ok(person, `task ${(await duty.get(`/matters/${id}`)).title} is in somebody’s inbox`)
      await act(person, id, 'accept')
      const { state } = await person.get(`/matters/${id}`)
      if (JSON.stringify(state).includes('"evidence_required":true')) {
        await refusedAct(person, id, 'complete', { result: '已完成' }, 409)
        refused += 1
      }
      const uploaded = await person.upload(`/matters/${id}/attachments`, '现场照片.png', 'image/png', PICTURE)
      assert.equal(uploaded.status, 201, JSON.stringify(uploaded.body))
      const done = await act(person, id, 'complete', { result: '已按要求完成' })
      if (done.closed) continue
      const checker = person === leader ? commander : leader
      const own = await person.send('POST', `/matters/${id}/actions`, { json: { version: done.version, action: { action: 'verify_done', note: '自己核验' } } })
      assert.ok([403, 409].includes(own.status), `nobody checks their own work: ${own.status}`)
      assert.equal((await act(checker, id, 'verify_done', { note: '属实' })).closed, true)
    }
    assert.ok(refused > 0, 'no completion without the evidence that the plan asks for')
    const open = await leader.get(`/matters?process=task&parent=${story.incident.id}&open=true`)
    assert.equal(open.items.length, 0)
    await act(rescue, story.order, 'complete', { result: '泄漏已堵住，移交企业' })
  })

  step('(f) values return, the warning is cancelled, the incident is closed', async () => {
    await sendSample(gate, 150)
    await act(duty, story.warning.id, 'cancel', { reason: '险情已消除' })
    const feed = await until(async () => {
      const answer = await new Client(platform.url).send('GET', '//cap/feed.atom')
      return answer.body.includes('解除') || answer.body.includes('Cancel') ? answer : undefined
    }, { what: 'the cancellation in the feed' })
    assert.equal(feed.status, 200)
    const closed = await act(commander, story.incident.id, 'close', { summary: '泄漏得到控制，监测达标，无人员伤亡，终止响应。' })
    assert.equal(closed.closed, true)
    await refusedAct(commander, story.incident.id, 'close', { summary: '再关一次' }, 409)
  })

  step('(f) one time line tells the whole thread, from the first frame to closure', async () => {
    const thread = await duty.get(`/matters/${story.incident.id}/timeline?thread=true`)
    const times = thread.map((entry) => Date.parse(entry.at))
    assert.deepEqual(times, [...times].sort((one, other) => one - other), 'in order')
    const kinds = new Set(thread.map((entry) => entry.kind))
    for (const kind of ['observation', 'alarm', 'action', 'delivery', 'attachment', 'clock']) assert.ok(kinds.has(kind), `${kind} among ${[...kinds]}`)
    assert.equal(thread[0].kind, 'observation', 'it begins with the first frame')
    assert.ok(thread.some((entry) => entry.process === 'warning') && thread.some((entry) => entry.process === 'order'))
    const figures = await duty.get('/clocks/timeliness?process=incident')
    assert.ok(figures.some((figure) => figure.clock === 'first_report' && figure.met >= 1))
  })

  step('(f) the trace of the thread exports and verifies offline; an altered byte is named', async () => {
    assert.equal((await leader.get('/trace/verify')).ok, true)
    await duty.refused('GET', '/trace/export', undefined, 403)
    for (const [name, query] of [['whole', ''], ['thread', `?matter=${story.incident.id}`]]) {
      const answer = await commander.send('GET', `/trace/export${query}`)
      assert.equal(answer.status, 200)
      const file = join(platform.home, `${name}.jsonl`)
      writeFileSync(file, answer.bytes)
      const verified = await Platform.command('verify', file)
      assert.equal(verified.code, 0, verified.output)
    }
    await alteredByteIsNamed(join(platform.home, 'whole.jsonl'))
  })
})

async function alteredByteIsNamed(file) {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const at = lines.findIndex((line) => line.includes('matter.') && line.includes('publish'))
  assert.ok(at > 0, 'the publication is in the trace')
  const { seq } = JSON.parse(lines[at])
  const forged = join(platform.home, 'forged.jsonl')
  writeFileSync(forged, `${lines.with(at, lines[at].replace('publish', 'publisj')).join('\n')}\n`)
  const verdict = await Platform.command('verify', forged)
  assert.notEqual(verdict.code, 0, 'a forged export does not verify')
  assert.match(verdict.output, new RegExp(`\\b${seq}\\b`), `the entry is named: ${verdict.output}`)
  writeFileSync(forged, `${lines.toSpliced(at, 1).join('\n')}\n`)
  assert.notEqual((await Platform.command('verify', forged)).code, 0, 'a missing entry is seen')
}
