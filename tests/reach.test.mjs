// Who hears of what: groups, messages that people write, drills; and what stands behind: rules tried on the past, timeliness.

import assert from 'node:assert/strict'
import { after } from 'node:test'
import { Client } from './support/client.mjs'
import { Platform } from './support/platform.mjs'
import { CODES, steps } from './support/story.mjs'
import { until } from './support/waiting.mjs'
import { startWebhookSink } from './support/webhook-sink.mjs'
import { readWorkbook } from './support/workbook.mjs'

let platform, admin, duty, leader, viewer, hook, rehearsal
after(async () => {
  await platform?.remove()
  await hook?.close()
  await rehearsal?.close()
})

const drillOf = (participants) => ({
  process: 'drill', mode: 'drill',
  opening: { title: '示例·液氨泄漏演练', scenario: '储罐法兰泄漏', event_type: '12D', division: CODES.county, participants },
})
const act = async (caller, id, action) => caller.call('POST', `/matters/${id}/actions`, { version: (await caller.get(`/matters/${id}`)).version, action })

steps('reach', (step) => {
  let group, dutyPost, leaderPost, message, drill, incident

  step('the demonstration runs', async () => {
    hook = await startWebhookSink()
    rehearsal = await startWebhookSink()
    platform = await Platform.start({ config: '[webhook]\nallow_private_addresses = true\n' })
    ;[admin, duty, leader, viewer] = await Promise.all(['admin', 'duty.lingwu', 'leader.lingwu', 'viewer.ningxia'].map((user) => Client.signIn(platform, user)))
    ;[dutyPost, leaderPost] = await Promise.all(['DEMO-POST-021', 'DEMO-POST-023'].map((code) => admin.record('post', code)))
    await admin.call('POST', '/subscribers', { list: 'warnings', channel: 'webhook', address: hook.url, name: '示例融媒体' })
    await admin.call('POST', '/subscribers', { list: 'warnings', channel: 'webhook', address: rehearsal.url, name: '示例演练平台', drills: true })
  })

  step('a group names posts and rules; what it names must be there', async () => {
    const draft = (attributes) => ({ name: '示例·防汛值守组', code: 'TEST-GROUP-1', division: CODES.county, attributes })
    await leader.refused('POST', '/records/group', draft({}), 422, 'group_without_members')
    await leader.refused('POST', '/records/group', draft({ posts: ['NO-SUCH-POST'] }), 422, 'unknown_reference')
    await viewer.refused('POST', '/records/group', draft({ roles: ['duty_officer'] }), 403)
    group = await leader.call('POST', '/records/group', draft({ posts: [dutyPost.code], roles: ['duty_officer', 'duty_leader'], purpose: '防汛' }))
    assert.equal(group.attributes.roles.length, 2)
  })

  step('before sending it is known whom a message reaches, and each person is told once', async () => {
    const audience = [{ type: 'group', id: group.id }, { type: 'post', id: dutyPost.id }, { type: 'area', divisions: [CODES.county] }]
    const preview = await leader.call('POST', '/messages/preview', { audience, channels: ['in_app', 'email'] })
    assert.equal(preview.reachable + preview.unreachable, preview.people.length)
    const twice = preview.people.filter((person) => person.named_by.length === 3)
    assert.ok(twice.length > 0, 'the duty officer is named by group, post and area')
    await duty.refused('POST', '/messages/preview', { audience, channels: [] }, 403)
    const draft = { request: 'r-1', subject: '示例·今晚加强值守', body: '二十点前到岗。', division: CODES.county, audience, channels: ['in_app'], tone: 'order', confirmation: { count: 1, within_minutes: 30, escalate_to: [] } }
    message = await leader.call('POST', '/messages/sent', draft)
    assert.equal((await leader.call('POST', '/messages/sent', draft)).id, message.id, 'sent twice is sent once')
    const users = message.receipts.filter((one) => one.channel === 'in_app').map((one) => one.user)
    assert.equal(new Set(users).size, users.length)
    assert.equal(users.length, preview.in_app)
    await leader.refused('POST', '/messages/sent', { ...draft, request: 'r-2', audience: [] }, 422, 'required')
    await leader.refused('POST', '/messages/sent', { ...draft, request: 'r-3', audience: [{ type: 'subscribers', list: 'warnings' }] }, 422, 'subscribers_get_warnings_only')
    await leader.refused('POST', '/messages/sent', { ...draft, request: 'r-4', audience: [{ type: 'area', divisions: [CODES.neighbour] }] }, 403)
  })

  step('its receipts are seen by its sender', async () => {
    const mine = (await duty.get('/messages/mine')).items.find((one) => one.message === message.id)
    await duty.call('POST', `/deliveries/${mine.id}/confirm`, { note: '收到' })
    const page = await leader.get(`/messages/${message.id}`)
    assert.equal(page.confirmed, 1)
    assert.equal(page.receipts.find((one) => one.confirmed_at).note, '收到')
    assert.ok((await leader.get('/messages/sent')).items.some((one) => one.id === message.id && one.sent_by_name))
  })

  step('a drill opens its incident; everything in it is drill', async () => {
    await leader.refused('POST', '/matters', { ...drillOf([{ type: 'post', id: leaderPost.id }]), mode: 'real' }, 409, 'drill_must_be_drill')
    await leader.refused('POST', '/matters', drillOf([{ type: 'post', id: group.id }]), 422, 'unknown_record')
    drill = await leader.call('POST', '/matters', drillOf([{ type: 'post', id: leaderPost.id }]))
    const children = (await leader.get(`/matters?parent=${drill.id}`)).items
    incident = children.find((one) => one.process === 'incident')
    assert.deepEqual([incident.mode, drill.mode], ['drill', 'drill'])
    await act(leader, incident.id, { action: 'verify', result: 'true', note: '演练' })
    const drills = (await leader.get('/matters?mode=drill')).items
    assert.ok(drills.length >= 2 && drills.every((one) => one.mode === 'drill'))
    assert.ok((await leader.get('/matters?mode=real')).items.every((one) => one.mode === 'real'))
  })

  step('only those who take part hear of it, and only subscribers set up for drills', async () => {
    const told = await until(async () => {
      const found = (await leader.get('/messages/mine')).items.filter((one) => one.mode === 'drill')
      return found.length > 0 && found
    }, { what: 'the leader hears of the drill' })
    assert.ok(told.every((one) => one.subject.startsWith('【演练】')))
    const now = Date.now()
    const opening = {
      event_type: '12D', color: 'yellow', headline: '示例·演练预警', description: '情景', instruction: '措施', area: { divisions: [CODES.county] },
      onset_at: new Date(now).toISOString(), expires_at: new Date(now + 3_600_000).toISOString(), issuer: (await admin.get('/records/organisation?limit=1')).items[0].id,
    }
    const warning = await duty.call('POST', '/matters', { process: 'warning', mode: 'drill', opening, links: [{ relation: 'parent', kind: 'matter', id: incident.id }] })
    await act(duty, warning.id, { action: 'submit' })
    const approver = await Client.signIn(platform, 'approver.lingwu')
    await act(approver, warning.id, { action: 'approve' })
    await act(approver, warning.id, { action: 'publish' })
    await until(() => rehearsal.posts.length === 1, { what: 'the rehearsal platform gets the drill' })
    assert.equal(rehearsal.posts[0].json.mode, 'drill')
    assert.ok(rehearsal.posts[0].json.subject.startsWith('【演练】'))
    assert.equal(hook.posts.length, 0, 'the public subscriber hears nothing')
    const feed = await duty.send('GET', '//cap/feed.atom')
    assert.ok(!feed.body.includes('演练预警'), 'nothing in the public feed')
    assert.ok((await duty.get('/messages/mine')).items.every((one) => one.mode !== 'drill'), 'who does not take part is left alone')
  })

  step('the end of a drill ends what is open in it, and its report has the times', async () => {
    await act(leader, drill.id, { action: 'end', summary: '电话报告超时三分钟，下次先报后处。' })
    assert.ok((await leader.all('/matters?mode=drill')).every((one) => one.closed))
    const version = (await leader.get(`/matters/${incident.id}`)).version
    await leader.refused('POST', `/matters/${incident.id}/actions`, { version, action: { action: 'control', summary: 'x' } }, 409, 'drill_over')
    const report = await leader.get(`/drills/${drill.id}/report`)
    assert.ok(report.ended_at && report.matters >= 2 && report.told >= 1)
    assert.ok(report.steps.some((entry) => entry.name === 'verify' && entry.after_minutes >= 0))
    assert.ok(report.clocks.length > 0)
    await leader.refused('GET', `/drills/${incident.id}/report`, undefined, 404)
  })

  step('figures of timeliness leave drills out, lead to their matters and go out as files', async () => {
    const at = new Date(Date.now() - 3 * 3_600_000).toISOString()
    await duty.call('POST', '/matters', { process: 'incident', opening: { title: '示例·迟报', event_type: '12D', division: CODES.county, occurred_at: at, received_at: at } })
    const report = await leader.get('/timeliness?by=clock')
    assert.ok(report.total.late >= 3, 'three clocks of a report three hours old')
    const rows = await leader.get('/timeliness/clocks?by=clock&key=incident.first_report&late=true')
    assert.deepEqual(rows.map((row) => row.title), ['示例·迟报'])
    for (const by of ['process', 'division', 'organisation', 'day', 'week', 'month']) {
      const figures = await leader.get(`/timeliness?by=${by}`)
      assert.equal(figures.groups.reduce((sum, one) => sum + one.late, 0), report.total.late, by)
    }
    const csv = await leader.send('GET', '/timeliness/export.csv?late=true')
    assert.ok(csv.body.includes('示例·迟报') && !csv.body.includes('演练'))
    const xlsx = await leader.send('GET', '/timeliness/export.xlsx')
    assert.ok(JSON.stringify(readWorkbook(xlsx.bytes)).includes('示例·迟报'))
    await leader.refused('GET', '/timeliness?by=colour', undefined, 422)
  })

  step('a rule is tried on the past; its versions say who and why', async () => {
    const gateway = (await admin.get('/devices/status')).find((one) => one.code === CODES.gateway)
    const [series] = (await admin.get(`/series?device=${gateway.device}&limit=1`)).items
    await admin.call('POST', '/observations', { device: CODES.gateway, observations: [{ series: series.code, value: '1.5' }] })
    const rule = { series: series.id, name: '示例·试算', kind: 'high', level: 'high', limit: -1e9, priority: 'low', enabled: false }
    const trial = await admin.call('POST', '/rules/trial', { rule, hours: 24 })
    assert.ok(trial.judged > 0 && trial.alarms === 1 && trial.episodes.length === 1)
    await admin.refused('POST', '/rules/trial', { rule, hours: 0 }, 422, 'out_of_range')
    await admin.refused('POST', '/rules', { ...rule, level: 'low_low' }, 422, 'level_contradicts_kind')
    const made = await admin.call('POST', '/rules', { ...rule, instruction: '先停泵，再报告' })
    await admin.call('PUT', `/rules/${made.id}`, { ...rule, limit: 1e9, version: made.version, why: '按新规程' })
    const versions = await admin.get(`/rules/${made.id}/versions`)
    assert.deepEqual(versions.map((one) => [one.version, one.why]), [[2, '按新规程'], [1, null]])
    await viewer.refused('PUT', `/rules/${made.id}`, { ...rule, version: 2 }, 403)
  })

  step('a diagram says who may take each step', async () => {
    const diagram = await viewer.get('/processes/warning/diagram')
    const approve = diagram.edges.find((edge) => edge.action === 'approve')
    assert.ok(approve.roles.some((role) => role.name === 'warning_approver') && !approve.roles.some((role) => role.name === 'viewer'))
  })
})
