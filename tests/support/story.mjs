// The demonstration's story: its people, its plant, its gateway, and steps that build on each other.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Client, serverErrors } from './client.mjs'
import { Publisher } from './mqtt-publisher.mjs'
import { observations, tennesseeEastman } from './telemetry.mjs'

/** Codes that the demonstration data fix. */
export const CODES = {
  enterprise: 'DEMO-ENT-001',
  gateway: 'DEMO-GW-001',
  logger: 'DEMO-HJ-001',
  plan: 'DEMO-PLAN-002',
  county: '640181000000',
  prefecture: '640100000000',
  neighbour: '640221000000',
}

/** The steps of a thread: each needs the one before, so after a failure the rest is skipped, not failed. */
export function steps(name, define, { onFailure = async () => {} } = {}) {
  describe(name, () => {
    let broken
    const step = (title, body) =>
      test(title, async (context) => {
        if (broken) return context.skip(`not reached: “${broken}” failed`)
        try {
          return await body(context)
        } catch (error) {
          broken = title
          await onFailure(title).catch(() => {})
          throw error
        }
      })
    define(step)
    test('no answer was a server error', () => assert.deepEqual(serverErrors.splice(0), []))
  })
}

/** Signs in everybody of the story: `people['duty.lingwu']`. */
export async function everybody(platform) {
  const people = {}
  for (const { user } of platform.accounts) people[user] = await Client.signIn(platform, user)
  people['info.lingwu'] ??= await newcomer(platform, people.admin, 'info.lingwu', 'DEMO-POST-026')
  return people
}

/** Makes an account for a post and signs in with a password of its own. */
export async function newcomer(platform, admin, login, ...posts) {
  const ids = []
  for (const code of posts) ids.push((await admin.record('post', code)).id)
  const { password } = await admin.call('POST', '/users', { login, name: `示例·${login}`, active: true, posts: ids })
  const person = await Client.signIn(platform, login, { password })
  const own = 'Huanghe-9-shui'
  await person.call('POST', '/session/password', { current: password, new: own })
  platform.passwords.set(login, own)
  return Client.signIn(platform, login)
}

/** A gateway of the demonstration with a credential of its own, connected. */
export async function gateway(platform, admin, code = CODES.gateway) {
  const device = await admin.record('device', code)
  const credential = await admin.call('POST', `/devices/${device.id}/credential`)
  const connection = await Publisher.connect(platform.mqtt, credential)
  return { device, credential, connection, code }
}

/** Codes of the series that the gateway of the story sends. */
export const MEASURED = Object.keys(tennesseeEastman()[0]).filter((name) => /^XMEAS_(0\d|1\d|2[0-2])$|^XMV_03$/.test(name))

/** Sends one sample of the recorded run; resolves when all of it is acknowledged. */
export function sendSample(gate, sample, at = new Date()) {
  return gate.connection.observe(gate.code, observations(sample, MEASURED, at))
}

/** A matter's action, with the version it has now. */
export async function act(client, id, action, fields = {}, options = {}) {
  const matter = await client.get(`/matters/${id}`)
  return client.call('POST', `/matters/${id}/actions`, { version: matter.version, action: { action, ...fields } }, options)
}

/** The same, when it has to be refused. */
export async function refusedAct(client, id, action, fields, status, code) {
  const matter = await client.get(`/matters/${id}`)
  return client.refused('POST', `/matters/${id}/actions`, { version: matter.version, action: { action, ...fields } }, status, code)
}

/** An incident at the plant, opened and verified by the duty officer. */
export async function openIncident(people, title = '示例企业反应器超压泄漏') {
  const duty = people['duty.lingwu']
  const enterprise = await duty.record('enterprise', CODES.enterprise)
  const now = new Date().toISOString()
  const opening = { title, event_type: '12D', event_level: 'ordinary', division: CODES.county, location: enterprise.location, enterprise: enterprise.id, occurred_at: now, received_at: now, description: '少量泄漏，无伤亡。' }
  const { id } = await duty.call('POST', '/matters', { process: 'incident', opening })
  return act(duty, id, 'verify', { result: 'true', note: '两路核实一致' })
}

/** Sends the team of Ningdong to an incident; gives its order. */
export async function dispatchTeam(people, incident) {
  const duty = people['duty.lingwu']
  const post = people['rescue.ningdong'].session.posts[0].id
  const team = (await duty.all('/records/rescue_team')).find((record) => [post, 'DEMO-POST-072'].includes(record.attributes.leader_post))
  await act(duty, incident.id, 'dispatch', { team: team.id, team_name: team.name, team_post: post, order: '立即赶赴现场，侦检并堵漏', deadline_minutes: 30 })
  return (await duty.get(`/matters?process=order&parent=${incident.id}`)).items[0]
}

/** A square around a point, as a closed GeoJSON polygon. */
export function square({ lon, lat }, half = 0.02) {
  const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]
  return { type: 'Polygon', coordinates: [corners.map(([x, y]) => [Number((lon + x * half).toFixed(5)), Number((lat + y * half).toFixed(5))])] }
}

/** A small real picture, as proof of work done. */
export const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64')

/** Everything that an incident still waits for, but one task, as scripts would do it: tasks with proof, the order. */
export async function finishTasks(people, incident, but) {
  const tasks = await people['leader.lingwu'].all(`/matters?process=task&parent=${incident}`)
  const holders = Object.values(people)
  const inboxes = new Map()
  for (const person of holders) inboxes.set(person, new Set((await person.all('/inbox')).map((matter) => matter.id)))
  for (const { id } of tasks.filter((task) => task.id !== but)) {
    const person = holders.find((candidate) => inboxes.get(candidate).has(id))
    await act(person, id, 'accept')
    await person.upload(`/matters/${id}/attachments`, '现场照片.png', 'image/png', PICTURE)
    const done = await act(person, id, 'complete', { result: '已按要求完成' })
    const checker = person.user === 'leader.lingwu' ? people['commander.lingwu'] : people['leader.lingwu']
    if (!done.closed) await act(checker, id, 'verify_done', { note: '属实' })
  }
  const order = (await people['duty.lingwu'].get(`/matters?process=order&parent=${incident}`)).items[0]
  await act(people['rescue.ningdong'], order.id, 'complete', { result: '泄漏已堵住' })
}
