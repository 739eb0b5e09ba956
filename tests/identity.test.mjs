// Accounts: lock-out, second factor, tokens, sessions, users and their posts.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Client, serverErrors } from './support/client.mjs'
import { LiveStream } from './support/stream.mjs'
import { Platform } from './support/platform.mjs'
import { code } from './support/totp.mjs'
import { everyRow, isProblem } from './support/verdicts.mjs'
import { before as within, until } from './support/waiting.mjs'

let platform, admin, addresses = 0

before(async () => {
  // Behind a proxy every test has an address of its own, as different people have.
  platform = await Platform.start({ config: '[http]\ntrusted_proxy = "127.0.0.1"\n[identity]\nfailures_until_lock = 3\nlock_minutes = 5\n' })
  admin = await Client.signIn(platform, 'admin')
})
after(() => platform?.remove())

async function attempt(user, password, totp, { network = '203.0.113', device } = {}) {
  addresses += 1
  const client = new Client(platform.url)
  const headers = { 'x-forwarded-for': `${network}.${addresses % 250}`, ...(device && { cookie: device }) }
  const answer = await client.send('POST', '/session', { json: { user, password, ...(totp !== undefined && { totp }) }, headers })
  client.session = answer.status < 300 ? answer.body : undefined
  return { answer, client }
}

async function newUser(login, post = 'duty.lingwu') {
  const posts = (await admin.get('/users?limit=200')).items.find((user) => user.login === post)?.posts ?? []
  const { user, password } = await admin.call('POST', '/users', { login, name: `示例·${login}`, active: true, posts: posts.map((held) => held.id ?? held) })
  return { user, password }
}

async function ready(login) {
  const { user, password } = await newUser(login)
  const { client } = await attempt(login, password)
  const chosen = 'Helan-shan-38'
  await client.call('POST', '/session/password', { current: password, new: chosen })
  const again = await attempt(login, chosen)
  assert.ok(again.answer.status < 300, JSON.stringify(again.answer.body))
  return { user, password: chosen, client: again.client }
}

describe('signing in', () => {
  test('the cookie is out of reach of scripts and other sites', async () => {
    const { client } = await attempt('duty.lingwu', platform.passwords.get('duty.lingwu'))
    assert.match(client.setCookie, /HttpOnly/i)
    assert.match(client.setCookie, /SameSite=Strict/i)
    assert.match(client.setCookie, /Path=\//i)
  })

  test('wrong and unknown look the same; odd requests are refused', async () => {
    const wrong = await attempt('viewer.ningxia', 'wrong')
    const unknown = await attempt('nobody.at.all', 'wrong')
    isProblem(wrong.answer, { status: 401, code: 'bad_credentials' })
    isProblem(unknown.answer, { status: 401, code: 'bad_credentials' })
    assert.deepEqual(wrong.answer.body, unknown.answer.body)
    await everyRow([['nothing', {}], ['numbers', { user: 1, password: 2 }], ['no password', { user: 'admin' }], ['a list', []], ['null', { user: null, password: null }]], async (_, json) => {
      isProblem(await new Client(platform.url).send('POST', '/session', { json, headers: { 'x-forwarded-for': `203.0.113.${(addresses += 1) % 250}` } }), { status: [401, 422] })
    })
    for (const user of ["' OR 1=1 --", 'x'.repeat(100_000), 'a\u0000b', 'ADMIN\u202e', '']) isProblem((await attempt(user, 'x'.repeat(100_000))).answer, { status: [401, 413, 422] })
  })

  test('after three failures the login is locked, also for the right password', async () => {
    const { password } = await ready('locked.one')
    for (let failure = 0; failure < 3; failure += 1) isProblem((await attempt('locked.one', 'wrong')).answer, { status: 401 })
    const locked = await attempt('locked.one', password)
    isProblem(locked.answer, { status: [401, 423, 429], code: 'locked' })
    assert.ok((await attempt('duty.lingwu', platform.passwords.get('duty.lingwu'))).answer.status < 300, 'others are not shut out')
    const trace = await admin.get('/trace?action=user.sign_in_failed&limit=20')
    assert.ok(trace.items.length >= 3, 'failures are traced')
    assert.doesNotMatch(JSON.stringify(trace.items), /wrong/, 'and not with what was typed')
  })

  test('a burst from one address is slowed down', async () => {
    const client = new Client(platform.url)
    const answers = await Promise.all(Array.from({ length: 40 }, () => client.send('POST', '/session', { json: { user: 'nobody', password: 'x' }, headers: { 'x-forwarded-for': '198.51.100.7' } })))
    const slowed = answers.find((answer) => answer.status === 429)
    isProblem(slowed, { status: 429 })
    assert.ok(Number(slowed.headers.get('retry-after')) > 0)
  })
})

describe('locking out others', () => {
  test('a stranger locks a network, not the person: another network and the known browser get in', async () => {
    const { password } = await ready('wanted.one')
    const home = await attempt('wanted.one', password, undefined, { network: '10.7.7' })
    const line = home.answer.headers.getSetCookie().find((cookie) => cookie.startsWith('fengsui_device='))
    assert.match(line, /HttpOnly/i)
    assert.match(line, /SameSite=Strict/i)
    const device = line.split(';')[0]
    for (let failure = 0; failure < 3; failure += 1) isProblem((await attempt('wanted.one', 'wrong', undefined, { network: '10.7.7' })).answer, { status: 401, code: 'bad_credentials' })
    isProblem((await attempt('wanted.one', password, undefined, { network: '10.7.7' })).answer, { status: 401, code: 'locked' })
    assert.ok((await attempt('wanted.one', password, undefined, { network: '10.7.7', device })).answer.status < 300, 'the browser that signed in before')
    assert.ok((await attempt('wanted.one', password, undefined, { network: '10.7.8' })).answer.status < 300, 'another network')
    for (let failure = 0; failure < 3; failure += 1) await attempt('nobody.there', 'wrong', undefined, { network: '10.7.9' })
    isProblem((await attempt('nobody.there', 'x', undefined, { network: '10.7.9', device })).answer, { status: 401, code: 'locked' })
  })
})

describe('the live stream', () => {
  const post = async (login) => (await admin.get('/users?limit=200')).items.find((user) => user.login === login).posts.map((held) => held.id ?? held)
  const change = async (user, fields) => admin.call('PATCH', `/users/${user.id}`, { version: (await admin.get(`/users/${user.id}`)).version, ...fields })
  const comment = async (client, matter) => client.call('POST', `/matters/${matter}/comments`, { text: '流测试' })

  test('ends at once when the session is ended, and not for others', async () => {
    const { client, password } = await ready('streaming.one')
    const other = (await attempt('streaming.one', password)).client
    const stream = await LiveStream.open(client)
    const bystander = await LiveStream.open(other)
    const session = (await client.get('/sessions')).find((one) => one.current)
    assert.equal((await other.send('DELETE', `/sessions/${session.id}`)).status, 204)
    await within(3_000, stream.ended, 'the end of the stream')
    await bystander.next((event) => event.name === 'access_changed')
    assert.equal((await other.send('GET', '/inbox')).status, 200)
    await bystander.close()
  })

  test('ends when the account is disabled', async () => {
    const { user, client } = await ready('streaming.two')
    const stream = await LiveStream.open(client)
    await change(user, { active: false })
    await within(3_000, stream.ended, 'the end of the stream')
  })

  test('follows the posts: what they no longer show is not sent any more', async () => {
    const { user, client } = await ready('streaming.three')
    const duty = await Client.signIn(platform, 'duty.lingwu')
    const now = new Date().toISOString()
    const opening = { title: '示例·流', event_type: '12D', event_level: 'ordinary', division: '640181000000', location: { lon: 106.6, lat: 38.16 }, occurred_at: now, received_at: now, description: '示例' }
    const { id: matter } = await duty.call('POST', '/matters', { process: 'incident', opening })
    const stream = await LiveStream.open(client)
    await comment(duty, matter)
    await stream.next((event) => event.name === 'matter_changed')
    await change(user, { posts: [] })
    await stream.next((event) => event.name === 'access_changed')
    const seen = stream.events.length
    await comment(duty, matter)
    await change(user, { posts: await post('duty.lingwu') })
    await stream.next((event) => event.name === 'access_changed' && stream.events.indexOf(event) >= seen)
    await comment(duty, matter)
    await stream.next((event) => event.name === 'matter_changed' && stream.events.indexOf(event) > seen)
    const told = stream.events.slice(seen).map((event) => event.name).filter((name) => ['access_changed', 'matter_changed'].includes(name))
    assert.deepEqual(told, ['access_changed', 'matter_changed'], 'nothing while the post was taken')
    await stream.close()
  })
})

describe('passwords', () => {
  test('a generated one must be changed first, and weak ones are not taken', async () => {
    const { password } = await newUser('fresh.one')
    const { client } = await attempt('fresh.one', password)
    assert.equal(client.session.user.must_change_password, true)
    isProblem(await client.send('GET', '/inbox'), { status: [403, 409], code: 'must_change_password' })
    await everyRow([['short', 'Ab1!'], ['login inside', 'Fresh.one-2026'], ['common', 'P@ssw0rd2026!'], ['one class', 'tiancaihenlan'], ['empty', '']], async (_, weak) => {
      isProblem(await client.send('POST', '/session/password', { json: { current: password, new: weak } }), { status: 422, field: 'new' })
    })
    isProblem(await client.send('POST', '/session/password', { json: { current: 'wrong', new: 'Helan-shan-38' } }), { status: [401, 422] })
    assert.equal((await client.send('POST', '/session/password', { json: { current: password, new: 'Helan-shan-38' } })).status, 204)
    isProblem((await attempt('fresh.one', password)).answer, { status: 401 })
  })

  test('a reset ends the sessions', async () => {
    const { user, client } = await ready('reset.one')
    assert.equal((await client.send('GET', '/inbox')).status, 200)
    const { password } = await admin.call('POST', `/users/${user.id}/password`, {})
    isProblem(await client.send('GET', '/inbox'), { status: 401 })
    assert.equal((await attempt('reset.one', password)).client.session.user.must_change_password, true)
  })
})

describe('second factor', () => {
  test('is set up, demanded, not replayed, and taken off', async () => {
    const { client, password } = await ready('totp.one')
    const { secret, otpauth_url: address } = await client.call('POST', '/session/totp')
    assert.ok(address.startsWith('otpauth://totp/') && address.includes(secret))
    isProblem(await client.send('POST', '/session/totp/confirm', { json: { code: '000000' === code(secret) ? '111111' : '000000' } }), { status: [401, 422] })
    const confirming = code(secret, { steps: -1 })
    assert.equal((await client.send('POST', '/session/totp/confirm', { json: { code: confirming } })).status, 204)
    isProblem((await attempt('totp.one', password)).answer, { status: 401, code: 'totp_required' })
    isProblem((await attempt('totp.one', password, 'abc')).answer, { status: 401 })
    const current = code(secret)
    const signedIn = await attempt('totp.one', password, current)
    assert.ok(signedIn.answer.status < 300, JSON.stringify(signedIn.answer.body))
    assert.equal(signedIn.client.session.user.totp_enabled, true)
    isProblem((await attempt('totp.one', password, current)).answer, { status: 401 })
    const next = code(secret, { steps: 1 })
    assert.equal((await signedIn.client.send('DELETE', '/session/totp', { json: { code: next } })).status, 204)
    assert.ok((await attempt('totp.one', password)).answer.status < 300)
  })
})

describe('tokens and sessions', () => {
  test('a token acts for its owner without CSRF, is shown once, and ends when withdrawn', async () => {
    const duty = (await attempt('duty.lingwu', platform.passwords.get('duty.lingwu'))).client
    const made = await duty.call('POST', '/tokens', { name: '脚本' })
    const token = made.token ?? made.secret
    assert.ok(token?.length >= 20, JSON.stringify(made))
    const listed = await duty.get('/tokens')
    assert.doesNotMatch(JSON.stringify(listed), new RegExp(token), 'only its name is kept')
    const script = new Client(platform.url, { token })
    assert.equal((await script.send('GET', '/inbox')).status, 200)
    isProblem(await script.send('GET', '/users'), { status: 403 })
    isProblem(await script.send('POST', '/session/password', { json: { current: 'x', new: 'Helan-shan-38' } }), { status: [401, 403, 409, 422] })
    const id = made.id ?? (listed.items ?? listed).find((row) => row.name === '脚本').id
    assert.equal((await duty.send('DELETE', `/tokens/${id}`)).status, 204)
    isProblem(await script.send('GET', '/inbox'), { status: 401 })
  })

  test('a token ends at its time', async () => {
    const duty = (await attempt('duty.lingwu', platform.passwords.get('duty.lingwu'))).client
    const { token } = await duty.call('POST', '/tokens', { name: '短', expires_at: new Date(Date.now() + 1_500).toISOString() })
    const script = new Client(platform.url, { token })
    await until(async () => (await script.send('GET', '/inbox')).status === 401, { what: 'the end of the token' })
  })

  test('other sessions are seen and ended', async () => {
    const [one, two] = [(await attempt('commander.lingwu', platform.passwords.get('commander.lingwu'))).client, (await attempt('commander.lingwu', platform.passwords.get('commander.lingwu'))).client]
    const sessions = await one.get('/sessions')
    const list = sessions.items ?? sessions
    assert.equal(list.filter((session) => session.current).length, 1)
    for (const session of list.filter((candidate) => !candidate.current)) assert.equal((await one.send('DELETE', `/sessions/${session.id}`)).status, 204)
    isProblem(await two.send('GET', '/inbox'), { status: 401 })
    assert.equal((await one.send('GET', '/inbox')).status, 200)
    const stranger = (await attempt('duty.lingwu', platform.passwords.get('duty.lingwu'))).client
    isProblem(await stranger.send('DELETE', `/sessions/${list.find((session) => session.current).id}`), { status: 404 })
  })
})

describe('users', () => {
  test('rights follow the post at once, and an inactive user is out', async () => {
    const { user, client } = await ready('moving.one')
    assert.equal((await client.get('/session')).posts.length, 1)
    const change = async (fields) => admin.call('PATCH', `/users/${user.id}`, { version: (await admin.get(`/users/${user.id}`)).version, ...fields })
    await change({ posts: [] })
    isProblem(await client.send('GET', '/alarms'), { status: 403 })
    await change({ active: false })
    isProblem(await client.send('GET', '/session'), { status: 401 })
    isProblem((await attempt('moving.one', 'Helan-shan-38')).answer, { status: 401, code: 'bad_credentials' })
    isProblem(await admin.send('POST', '/users', { json: { login: 'moving.one', name: '示例·同名', active: true, posts: [] } }), { status: [409, 422], field: 'login' })
  })

  test('the platform explains who may do what', async () => {
    const users = (await admin.get('/users?limit=200')).items
    const id = (login) => users.find((user) => user.login === login).id
    const ask = (login, action, kind, division) => admin.get(`/permissions/explain?user=${id(login)}&action=${action}&kind=${kind}&division=${division}`)
    const yes = await ask('duty.lingwu', 'acknowledge', 'alarm', '640181000000')
    assert.ok(yes.allowed && yes.because.length > 0)
    const no = await ask('duty.lingwu', 'acknowledge', 'alarm', '640221000000')
    assert.ok(!no.allowed && no.missing)
    assert.ok((await ask('approver.lingwu', 'approve', 'warning', '640181000000')).allowed)
    assert.ok((await admin.get('/roles')).some((role) => role.name === 'duty_officer' && role.title.zh))
  })
})

test('no answer was a server error', () => assert.deepEqual(serverErrors, []))
