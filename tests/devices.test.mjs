// The doors of field equipment: MQTT and HJ 212 take malformed, oversized and hostile input without
// harm to those who behave, and what cannot be placed is seen, not dropped.

import assert from 'node:assert/strict'
import { connect as open } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { Client, serverErrors } from './support/client.mjs'
import { Logger, crc, frame, segment } from './support/hj212.mjs'
import { Publisher, packet, text } from './support/mqtt-publisher.mjs'
import { Platform } from './support/platform.mjs'
import { CODES, gateway, sendSample } from './support/story.mjs'
import { loggerFrames } from './support/telemetry.mjs'
import { everyRow } from './support/verdicts.mjs'
import { before as within, until } from './support/waiting.mjs'

let platform, admin, gate

before(async () => {
  platform = await Platform.start()
  admin = await Client.signIn(platform, 'admin')
  gate = await gateway(platform, admin)
})
after(async () => {
  gate?.connection.break()
  await platform?.remove()
})

/** Opens a bare line, sends, and says whether the platform hung up. */
async function hangsUp({ host, port }, bytes) {
  const socket = open(port, host)
  socket.on('error', () => {})
  socket.resume()
  socket.write(bytes)
  const closed = new Promise((resolve) => socket.once('close', () => resolve(true)))
  return within(15_000, closed, 'the platform to hang up').finally(() => socket.destroy())
}

const connectPacket = (username, token, { level = 4, flags = 0xc2, name = 'MQTT', id = 'x' } = {}) =>
  packet(0x10, text(name), Buffer.from([level, flags, 0, 60]), text(id), text(username), text(token))
const now = () => new Date().toISOString()
const counted = async () => JSON.stringify(await admin.all('/quarantine'))
const received = async (code) => {
  const page = await admin.get(`/series?device=${gate.device.id}&limit=100`)
  return page.items.find((series) => series.code === code)?.last
}

describe('MQTT', () => {
  test('only the device itself gets in, and only onto its own topic', async () => {
    const { username, token } = gate.credential
    await everyRow([
      ['wrong token', { username, token: 'wrong' }], ['no token', { username }], ['unknown device', { username: 'NOBODY', token }], ['nobody', {}], ['SQL', { username: "' OR '1'='1", token: "' OR '1'='1" }],
    ], async (_, credential) => assert.rejects(Publisher.connect(platform.mqtt, credential), /refused|closed/))
    const other = gate.connection
    const thief = await Publisher.connect(platform.mqtt, gate.credential)
    await within(5_000, Promise.race([thief.closed, thief.publish('fengsui/v1/DEMO-GW-002/observations', { observations: [{ series: 'XMEAS_01', observed_at: now(), value: '9' }] }).catch(() => {})]), 'an answer to a foreign topic')
    thief.break()
    await other.observe(gate.code, [{ series: 'XMEAS_01', observed_at: now(), value: '0.25' }])
  })

  test('what is no MQTT is hung up on', () =>
    everyRow([
      ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')], ['noise', Buffer.from(Array.from({ length: 64 }, (_, at) => (at * 37) & 0xff))], ['endless length', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff])],
      ['publish first', packet(0x30, text('a'), Buffer.from('x'))], ['reserved type', Buffer.from([0xf0, 0x00])], ['unknown version', connectPacket('a', 'b', { level: 99 })], ['unknown name', connectPacket('a', 'b', { name: 'MQTX' })],
      ['reserved flag', connectPacket('a', 'b', { flags: 0xc3 })], ['string beyond the packet', Buffer.from([0x10, 0x04, 0xff, 0xff, 0x4d, 0x51])], ['invalid UTF-8', packet(0x10, text(Buffer.from([0xff, 0xfe])), Buffer.from([4, 2, 0, 60]), text('x'))],
      ['huge first packet', Buffer.concat([Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(100_000)])],
    ], async (_, bytes) => assert.equal(await hangsUp(platform.mqtt, bytes), true)))

  test('packets that break the rules end the connection, not the platform', () =>
    everyRow([
      ['QoS 3', packet(0x36, text('fengsui/v1/x/observations'), Buffer.from([0, 1]))], ['wildcard topic', packet(0x32, text('fengsui/#'), Buffer.from([0, 1]), Buffer.from('{}'))], ['empty topic', packet(0x32, text(''), Buffer.from([0, 1]))],
      ['NUL topic', packet(0x32, text('a\u0000b'), Buffer.from([0, 1]))], ['packet id 0', packet(0x32, text('a'), Buffer.from([0, 0]))], ['second CONNECT', connectPacket('a', 'b')],
      ['too large', packet(0x32, text(`fengsui/v1/${CODES.gateway}/observations`), Buffer.from([0, 1]), Buffer.alloc(1_600_000, 0x20))], ['PUBACK from nowhere, then noise', Buffer.concat([packet(0x40, Buffer.from([9, 9])), Buffer.from([0x00, 0x00])])],
    ], async (_, bytes) => {
      const victim = await Publisher.connect(platform.mqtt, gate.credential)
      victim.raw(bytes)
      await within(10_000, victim.closed, 'the end of the connection')
    }))

  test('payloads that say nothing are acknowledged and shown in quarantine', async () => {
    // A device resends for ever what is not acknowledged: the frame is kept as rejected, not refused.
    const odd = [
      'no json', '{"observations":', '{}', '[]', 'null', '"x"', '{"observations":{}}', '{"observations":[5]}', Buffer.from([0xff, 0xfe, 0x00]), '', '['.repeat(100_000),
      { observations: [{ series: 'XMEAS_01' }] }, { observations: [{ series: 'XMEAS_01', observed_at: 'now', value: '1' }] }, { observations: [{ series: 5, observed_at: now(), value: '1' }] },
      { observations: [{ series: 'E2E-UNKNOWN', observed_at: now(), value: '1' }] }, { observations: [{ series: 'XMEAS_02', observed_at: '2999-01-01T00:00:00Z', value: '1' }] }, { observations: [{ series: 'XMEAS_02', observed_at: now(), value: 'NaN' }] },
      { observations: [{ series: '<script>alert(1)</script>', observed_at: now(), value: "'; DROP TABLE observations; --" }] }, { observations: [{ series: 'a\u0000b', observed_at: now(), value: '1' }] },
    ]
    const topic = `fengsui/v1/${gate.code}/observations`
    await everyRow(odd.map((payload) => [JSON.stringify(payload).slice(0, 80), payload]), async (_, payload) => {
      const sender = await Publisher.connect(platform.mqtt, gate.credential)
      await within(5_000, sender.publish(topic, payload), 'the acknowledgement')
      sender.break()
    })
    assert.match(await counted(), /E2E-UNKNOWN/)
    assert.notEqual((await received('XMEAS_02'))?.value, 'NaN')
  })

  test('one observation without a list, numbers as text or number, are taken', async () => {
    const topic = `fengsui/v1/${gate.code}/observations`
    await gate.connection.publish(topic, { series: 'XMEAS_05', observed_at: now(), value: '26.90' })
    assert.equal((await received('XMEAS_05')).value, '26.90')
    await gate.connection.publish(topic, { observations: [{ series: 'XMEAS_05', observed_at: now(), value: 27.5 }] })
    assert.equal((await received('XMEAS_05')).number, 27.5)
  })

  test('the same reading sent again is acknowledged again and stored once', async () => {
    const at = now()
    for (let times = 0; times < 3; times += 1) await gate.connection.observe(gate.code, [{ series: 'XMEAS_06', observed_at: at, value: '42.3' }])
    const { id } = (await admin.get(`/series?device=${gate.device.id}&limit=100`)).items.find((series) => series.code === 'XMEAS_06')
    const { items } = await admin.get(`/series/${id}/observations?limit=50`)
    assert.equal(items.filter((item) => Date.parse(item.observed_at) === Date.parse(at)).length, 1)
  })

  test('a device may not listen to others', async () => {
    const listener = open(platform.mqtt.port, platform.mqtt.host)
    const heard = []
    listener.on('error', () => {})
    listener.on('data', (bytes) => heard.push(bytes))
    listener.write(Buffer.concat([connectPacket(gate.credential.username, gate.credential.token, { id: 'listener' }), packet(0x82, Buffer.from([0, 1]), text('#'), Buffer.from([1]))]))
    const other = await gateway(platform, admin, 'DEMO-GW-002')
    await other.connection.observe('DEMO-GW-002', [{ series: 'SECRET', observed_at: now(), value: '12345' }])
    await other.connection.close()
    listener.destroy()
    assert.doesNotMatch(Buffer.concat(heard).toString('latin1'), /12345/)
  })

  test('a withdrawn credential closes the door', async () => {
    const old = gate.credential
    const renewed = await admin.call('POST', `/devices/${gate.device.id}/credential`)
    await assert.rejects(Publisher.connect(platform.mqtt, old), /refused|closed/)
    gate.credential = renewed
    gate.connection.break()
    gate.connection = await Publisher.connect(platform.mqtt, renewed)
  })

  test('who behaves was never disturbed', async () => {
    await sendSample(gate, 10)
    assert.match((await received('XMEAS_01')).value, /^0\./)
  })
})

describe('HJ 212', () => {
  const { mn, values } = loggerFrames()[0]
  const sound = (offset = 0) => segment({ mn, values, at: new Date(Date.now() - offset) })

  test('frames glued together or cut into bytes are all answered', async () => {
    const line = await Logger.connect(platform.hj212)
    line.raw(frame(sound(1_000)) + frame(sound(2_000)))
    for (let answers = 0; answers < 2; answers += 1) assert.match(await line.answer(), /CN=9014/)
    for (const byte of frame(sound(3_000))) line.raw(byte)
    assert.match(await line.answer(), /CN=9014/)
    line.close()
  })

  test('a frame after garbage is still found, and bad frames are not acknowledged', async () => {
    const data = sound(4_000)
    const bad = frame(data).replace(/....\r\n$/, `${crc(`${data}x`)}\r\n`)
    for (const [what, garbage] of [
      ['bad CRC', bad], ['noise', '\u0001\u0002##xx'], ['length too long', `##9999${data}`.slice(0, 60)], ['length no number', '##abcd;;;;\r\n'], ['half a frame', '##0123QN=1\r\n'], ['many marks', '#'.repeat(500)],
      ['invalid UTF-8', Buffer.concat([Buffer.from('##0008'), Buffer.from([0xff, 0xfe, 0xff, 0xfe, 0xff, 0xfe, 0xff, 0xfe]), Buffer.from('0000\r\n')])],
    ]) {
      const line = await Logger.connect(platform.hj212)
      line.raw(garbage)
      const fresh = segment({ mn, values, at: new Date(), sent: new Date(Date.now() + Math.floor(Math.random() * 900)) })
      line.raw(frame(fresh))
      const answer = await line.answer(15_000).catch((error) => assert.fail(`${what}: ${error.message}`))
      assert.ok(answer.includes(/QN=(\d+)/.exec(fresh)[1]), `${what}: the answer belongs to the sound frame: ${answer}`)
      line.close()
    }
  })

  test('a megabyte without an end does not fill the memory', async () => {
    const line = await Logger.connect(platform.hj212)
    line.raw('x'.repeat(1 << 20))
    line.raw(`##${'9'.repeat(1 << 20)}`)
    line.close()
    assert.equal((await new Client(platform.url).send('GET', '//readyz')).status, 200)
  })

  test('an unknown station and unknown factors wait in quarantine', async () => {
    const line = await Logger.connect(platform.hj212)
    line.raw(frame(segment({ mn: 'E2E0000000000000000000AB', values })))
    line.raw(frame(segment({ mn, values: { a99999: '1.0' } })))
    await until(async () => /E2E0000000000000000000AB/.test(await counted()), { what: 'the unknown station in quarantine' })
    await until(async () => /a99999/.test(await counted()), { what: 'the unknown factor in quarantine' })
    line.close()
  })

  test('the same frame sent again is acknowledged again and stored once', async () => {
    const line = await Logger.connect(platform.hj212)
    const data = segment({ mn, values: { a21001: '4.99' }, at: new Date(Math.floor(Date.now() / 1000) * 1000) })
    for (let times = 0; times < 3; times += 1) assert.match(await line.send(data), /CN=9014/)
    line.close()
    const device = await admin.record('device', CODES.logger)
    const series = (await admin.get(`/series?device=${device.id}&limit=50`)).items.find((candidate) => candidate.code === 'a21001')
    const { items } = await admin.get(`/series/${series.id}/observations?limit=50`)
    assert.equal(items.filter((item) => item.value === '4.99').length, 1)
  })
})

test('no answer was a server error, and nothing panicked', async () => {
  assert.deepEqual(serverErrors, [])
  assert.doesNotMatch(platform.log(), /panicked at/)
  assert.equal((await admin.get('/trace/verify')).ok, true)
})
