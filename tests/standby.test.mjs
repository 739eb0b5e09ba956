// Two processes and one store: never both at once, and nothing is lost when one takes over from the other.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Client } from './support/client.mjs'
import { Platform } from './support/platform.mjs'
import { STORE } from './support/stores.mjs'
import { CODES } from './support/story.mjs'
import { until } from './support/waiting.mjs'

let first, second, token
const opening = { event_type: '12D', color: 'blue', area: { divisions: [CODES.county] } }

before(async () => {
  first = await Platform.start()
  second = first.beside()
  const duty = await Client.signIn(first, 'duty.lingwu')
  token = (await duty.call('POST', '/tokens', { name: 'standby' })).token
})
after(async () => {
  if (second?.process) await second.stop()
  await first?.remove()
})

describe('a second process', () => {
  test('on the same data directory is refused with a clear word', { skip: STORE !== 'sqlite' }, async () => {
    await assert.rejects(second.start(), /another fengsui serves the data in/)
    assert.equal((await fetch(`${first.url}/readyz`)).status, 200, 'the first one goes on')
  })

  test('on the same PostgreSQL stands by and takes over', { skip: STORE !== 'postgres' }, async () => {
    const ready = second.start()
    await until(() => second.log().includes('standing by'), { what: 'a process that stands by' })
    const matter = await new Client(first.url, { token }).call('POST', '/matters', { process: 'warning', opening })
    assert.ok(!second.url, 'its doors stay closed')
    await first.kill()
    await ready
    const found = await new Client(second.url, { token }).call('GET', `/matters/${matter.id}`)
    assert.equal(found.id, matter.id, 'what the first one acknowledged is there')
    await new Client(second.url, { token }).call('POST', '/matters', { process: 'warning', opening })
  })
})
