// The tools of these tests are tools too: the measuring gear is checked before anything is measured.

import assert from 'node:assert/strict'
import { createConnection } from 'node:net'
import { test } from 'node:test'
import { crc, frame, localTime, segment } from './support/hj212.mjs'
import { parse as parseLetter, startMailSink } from './support/mail-sink.mjs'
import { first, packet, text } from './support/mqtt-publisher.mjs'
import { parse as parseEvent } from './support/stream.mjs'
import { layers } from './support/tile.mjs'
import { loggerFrames, observations, seriesOf } from './support/telemetry.mjs'
import { code } from './support/totp.mjs'
import { bomb, endless, readWorkbook, workbook } from './support/workbook.mjs'

test('HJ 212 frames are those of the standard and of the demonstration', () => {
  const standard = 'QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&'
  assert.equal(crc(standard), '1C80')
  for (const { line } of loggerFrames()) assert.equal(frame(line.slice(6, -4)), `${line}\r\n`)
  const at = new Date('2026-01-01T00:00:00.250Z')
  assert.equal(localTime(at, true), '20260101080000250')
  assert.match(segment({ mn: 'X', values: { a21001: '4.44' }, at }), /^QN=20260101080000250;.*DataTime=20260101080000;a21001-Rtd=4\.44,a21001-Flag=N&&$/)
})

test('MQTT packets are cut where they end', () => {
  const long = packet(0x32, text('a'), Buffer.alloc(20_000))
  const two = Buffer.concat([long, Buffer.from([0xd0, 0])])
  assert.equal(first(two).size, long.length)
  assert.equal(first(two.subarray(long.length)).type, 13)
  assert.equal(first(long.subarray(0, 2)), undefined)
  assert.equal(first(long.subarray(0, 100)), undefined)
})

test('workbooks survive the way there and back', () => {
  const rows = [['名称', '数量'], ['示例<&>企业', 12.5], ['', 'x']]
  assert.deepEqual(readWorkbook(workbook(rows)), rows.map((cells) => cells.map(String)))
  assert.ok(bomb(200).length < 1_000_000, 'a bomb is small')
  assert.equal(readWorkbook(endless(['a'], ['1'], 2)).length, 2001)
})

test('letters are decoded', async () => {
  const letter = parseLetter('Subject: =?utf-8?b?6aKE?= =?utf-8?q?=E8=AD=A6?=\r\nContent-Transfer-Encoding: base64\r\n\r\n5rWL6K+V')
  assert.deepEqual([letter.subject, letter.text], ['预警', '测试'])
  const sink = await startMailSink()
  const socket = createConnection(sink.port, '127.0.0.1')
  socket.end('EHLO me\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\nSubject: x\r\n\r\n..dot\r\n.\r\nQUIT\r\n')
  socket.resume()
  await new Promise((resolve) => socket.once('close', resolve))
  await sink.close()
  assert.deepEqual([sink.messages[0].from, sink.messages[0].to, sink.messages[0].text], ['a@x', ['b@y'], '.dot'])
})

test('one-time codes are those of RFC 6238', () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  assert.equal(code(secret, { at: 59_000 }), '287082')
  assert.equal(code(secret, { at: 1_111_111_109_000 }), '081804')
})

test('streams, tiles and recorded data are read', () => {
  assert.deepEqual(parseEvent(':alive'), undefined)
  assert.deepEqual(parseEvent('id: 7\nevent: x\ndata: {"a":1}').json, { a: 1 })
  const layer = Buffer.from([0x0a, 1, 0x78, 0x12, 0, 0x12, 0, 0x78, 2])
  assert.deepEqual(layers(Buffer.concat([Buffer.from([0x1a, layer.length]), layer])), [{ name: 'x', features: 2 }])
  assert.equal(seriesOf('DEMO-GW-001').length, 23)
  assert.ok(Number(observations(161, ['XMEAS_01'])[0].value) < 0.05)
})
