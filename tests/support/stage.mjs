// Enough matter that every page of the console has something to show: alarms in every state, warnings, an incident with its
// response, a drill, messages, a sheet with mistakes.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Logger, segment } from './hj212.mjs'
import { CODES, PICTURE, act, everybody, gateway, sendSample, square } from './story.mjs'
import { loggerFrames } from './telemetry.mjs'
import { until } from './waiting.mjs'
import { XLSX } from './workbook.mjs'

const MINUTE = 60_000
const SHEET = fileURLToPath(new URL('../../testdata/imports/messy-enterprises.xlsx', import.meta.url))
const later = (minutes) => new Date(Date.now() + minutes * MINUTE).toISOString()

/** Sets the stage on a running platform; gives the people and the ids of what was made. */
export async function setStage(platform) {
  const people = await everybody(platform)
  const stage = { people, gate: await gateway(platform, people.admin) }
  await alarms(platform, stage)
  await warnings(stage)
  await incident(stage)
  await drill(stage)
  await messages(stage)
  await ledgers(stage)
  return stage
}

async function alarms(platform, stage) {
  const { 'duty.lingwu': duty } = stage.people
  for (const sample of [158, 161, 199]) await sendSample(stage.gate, sample)
  const logger = await Logger.connect(platform.hj212)
  for (const number of [30, 38]) {
    const { mn, values } = loggerFrames()[number]
    await logger.send(segment({ mn, values, at: new Date(Date.now() - (38 - number) * 1000) }))
  }
  logger.close()
  const open = await until(async () => {
    const { items } = await duty.get('/alarms?state=open&limit=200')
    return items.length > 4 && items.some((alarm) => alarm.series_name === '氨') && items
  }, { what: 'the alarms of the stage' })
  const named = (text) => open.find((alarm) => alarm.title.includes(text))
  stage.alarm = open.find((alarm) => alarm.priority === 'urgent' && alarm.title.includes('A 进料流量'))
  await duty.call('POST', `/alarms/${stage.alarm.id}/acknowledge`, { note: '已电话联系企业中控室' })
  await duty.call('POST', `/alarms/${stage.alarm.id}/verify`, { verdict: 'true_alarm', reason: '企业中控确认：A 进料中断，反应器压力上升' })
  const quiet = named('V-103')
  await duty.call('POST', `/alarms/${quiet.id}/acknowledge`, {})
}

async function warnings(stage) {
  const { 'duty.lingwu': duty, 'approver.lingwu': approver, 'leader.lingwu': leader } = stage.people
  const opening = {
    event_type: '12D', color: 'yellow', headline: '宁东示例宁东合成化工有限公司周边危险化学品泄漏风险黄色预警',
    description: '进料中断引起反应器压力持续升高，存在危险化学品泄漏风险。', instruction: '周边群众关闭门窗，不要靠近；按指引向侧上风方向撤离。',
    area: { divisions: [CODES.county], polygon: square(stage.alarm.location, 0.05) }, onset_at: later(0), expires_at: later(240), issuer: duty.session.posts[0].organisation.id,
  }
  const links = [{ relation: 'alarm', kind: 'alarm', id: stage.alarm.id }]
  stage.warning = await duty.call('POST', '/matters', { process: 'warning', opening: { ...opening, alarm: stage.alarm.id }, links })
  await act(duty, stage.warning.id, 'submit')
  await act(approver, stage.warning.id, 'approve', {}, { why: '情况属实，同意发布' })
  await act(duty, stage.warning.id, 'publish')
  const told = await until(async () => (await leader.get('/messages/mine')).items.find((delivery) => delivery.matter === stage.warning.id), { what: 'the message about the warning' })
  await leader.call('POST', `/deliveries/${told.id}/confirm`, { note: '收到' })
  stage.submitted = await duty.call('POST', '/matters', { process: 'warning', opening: { ...opening, event_type: '11B', color: 'blue', headline: '灵武市大风蓝色预警' } }).catch(() => null)
  if (stage.submitted) await act(duty, stage.submitted.id, 'submit')
  stage.draft = await duty.call('POST', '/matters', { process: 'warning', opening: { ...opening, color: 'orange', headline: '宁东示例园区危险化学品泄漏风险橙色预警（升级）' } })
}

async function incident(stage) {
  const { 'duty.lingwu': duty, 'leader.lingwu': leader, 'rescue.ningdong': rescue } = stage.people
  const enterprise = await duty.record('enterprise', CODES.enterprise)
  const received = later(-15)
  const opening = {
    title: '示例宁东合成化工有限公司反应器超压泄漏', event_type: '12D', event_level: 'ordinary', division: CODES.county,
    location: enterprise.location, enterprise: enterprise.id, occurred_at: later(-20), received_at: received,
    description: '进料中断后反应器超压，安全阀起跳，少量泄漏，无伤亡。',
  }
  const links = [{ relation: 'alarm', kind: 'alarm', id: stage.alarm.id }, { relation: 'related', kind: 'matter', id: stage.warning.id }]
  stage.enterprise = enterprise
  stage.incident = await duty.call('POST', '/matters', { process: 'incident', opening, links })
  await act(duty, stage.incident.id, 'verify', { result: 'true', note: '与企业中控、现场安全员两路核实一致' })
  await respond(stage, leader)
  await dispatch(stage, duty, rescue)
  stage.second = await duty.call('POST', '/matters', { process: 'incident', opening: { ...opening, title: '群众来电：崇兴镇路边有刺激性气味', enterprise: undefined, location: undefined, received_at: later(-1), occurred_at: later(-5), description: '来电人称路边有刺激性气味，来源不明。' } })
}

async function respond(stage, leader) {
  const plan = await leader.record('plan', CODES.plan)
  const { tasks } = (await leader.get(`/matters/${stage.incident.id}/plans?level=level_4`)).find((candidate) => candidate.id === plan.id)
  await act(leader, stage.incident.id, 'start_response', { level: 'level_4', plan: plan.id, plan_name: plan.name, tasks, expected_hours: 12, measures: ['划定警戒区', '疏散下风向群众'] })
  const mine = (await leader.all('/inbox')).filter((matter) => matter.process === 'task').sort((a, b) => (a.title < b.title ? 1 : -1))
  stage.task = mine[0]
  if (mine[1]) {
    await act(leader, mine[1].id, 'accept')
    await leader.upload(`/matters/${mine[1].id}/attachments`, '现场照片.png', 'image/png', PICTURE)
    await act(leader, mine[1].id, 'complete', { result: '已按要求完成' })
    stage.task = mine[1]
  }
}

async function dispatch(stage, duty, rescue) {
  const post = rescue.session.posts[0].id
  const team = (await duty.all('/records/rescue_team')).find((record) => record.attributes.leader_post === post || record.attributes.leader_post === 'DEMO-POST-072')
  await act(duty, stage.incident.id, 'dispatch', { team: team.id, team_name: team.name, team_post: post, order: '立即赶赴现场，侦检并堵漏', deadline_minutes: 30 })
  await duty.call('PUT', '/walls/hall', { version: 0, scene: 'incident', matter: stage.incident.id })
  // The watch is what a wall shows by itself, but here an incident is under way.
  await duty.call('PUT', '/walls/main', { version: 0, scene: 'watch' })
  stage.order = (await duty.get(`/matters?process=order&parent=${stage.incident.id}`)).items[0]
  await act(rescue, stage.order.id, 'confirm')
}

async function drill(stage) {
  const { 'leader.lingwu': leader, admin } = stage.people
  const posts = await Promise.all(['DEMO-POST-021', 'DEMO-POST-023'].map((code) => admin.record('post', code)))
  const participants = posts.map(({ id }) => ({ type: 'post', id }))
  stage.drill = await leader.call('POST', '/matters', { process: 'drill', mode: 'drill', opening: { title: '示例·液氨泄漏桌面演练', scenario: '储罐法兰泄漏，下风向两个村', event_type: '12D', division: CODES.county, participants } })
  stage.rehearsed = (await leader.get(`/matters?parent=${stage.drill.id}`)).items.find((one) => one.process === 'incident')
  await act(leader, stage.rehearsed.id, 'verify', { result: 'true', note: '演练' })
}

async function messages(stage) {
  const { 'leader.lingwu': leader, 'duty.lingwu': duty, 'info.ningdong': info } = stage.people
  const audience = [{ type: 'area', divisions: [CODES.county] }]
  stage.message = await leader.call('POST', '/messages/sent', { request: 'stage-1', subject: '今晚加强值守', body: '二十点前到岗，保持通信畅通。', division: CODES.county, audience, channels: ['in_app'], tone: 'order', confirmation: { count: 2, within_minutes: 30, escalate_to: [] } })
  const mine = (await duty.get('/messages/mine')).items.find((delivery) => delivery.subject?.includes('加强值守'))
  if (mine) await duty.call('POST', `/deliveries/${mine.id}/confirm`, {}).catch(() => {})
  await info?.call('POST', '/subscribers', { list: 'warnings', channel: 'email', address: 'subscriber@example.invalid', name: '示例订户' })
}

async function ledgers(stage) {
  const { admin } = stage.people
  const settled = (id) => until(async () => {
    const view = await admin.get(`/imports/${id}`)
    return view.job && !['queued', 'running'].includes(view.job.state) && view
  }, { within: 60_000, what: 'the sheet to be read' })
  const upload = async (name) => settled((await admin.upload('/imports?kind=enterprise', name, XLSX, readFileSync(SHEET))).body.id)
  stage.upload = await upload('企业清单（待对列）.xlsx')
  const { id } = await upload('企业清单（乡镇上报）.xlsx')
  await admin.call('POST', `/imports/${id}/check`)
  stage.import = await settled(id)
  const shelter = (await admin.get('/records/shelter?limit=1')).items[0]
  const whole = await admin.get(`/records/shelter/${shelter.id}`)
  stage.shelter = await admin.call('PUT', `/records/shelter/${shelter.id}`, { ...whole, name: whole.name, attributes: { ...whole.attributes, capacity_person: 2800 } }, { why: '按现场核查更正容纳人数' }).catch((error) => (console.log('#', error.message.slice(0, 300)), whole))
}
