// Orders to devices over their own lines: an HJ 212 logger, a vehicle and a fire-alarm transmission device get them, answer,
// refuse or keep silent; one that is away gets its order when it comes back; the duty check is given from the screen.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Browser, settled } from './support/browser.mjs'
import { Client, serverErrors } from './support/client.mjs'
import { Equipment } from './support/equipment.mjs'
import { frame, localTime, segment } from './support/hj212.mjs'
import { Platform } from './support/platform.mjs'
import { STORE } from './support/stores.mjs'
import { until } from './support/waiting.mjs'

const MN = '010000A8900016F000160099'
let platform, admin, duty

before(async () => {
  platform = await Platform.start()
  admin = await Client.signIn(platform, 'admin')
  duty = await Client.signIn(platform, 'duty.lingwu')
})
after(() => platform?.remove())

async function device(serial, name, protocol, codes = {}) {
  const like = await admin.record('device', 'DEMO-GW-001')
  const attributes = { ...like.attributes, serial, protocol }
  const record = await admin.call('POST', '/records/device', { code: `T-${serial}`, name, division: like.division, enterprise: like.enterprise, location: like.location, attributes })
  for (const [code, unit] of Object.entries(codes)) await admin.call('POST', '/series', { device: record.id, code, name: `${name} ${code}`, unit })
  // The engine learns of devices from the event log.
  await until(async () => (await duty.send('GET', `/devices/${record.id}/orders/offered`)).status === 200, { what: `${name} to be known` })
  return record.id
}
const give = (id, order, more = {}) => duty.call('POST', `/devices/${id}/orders`, { order, why: '夜间抽查', ...more })
const order = async (id, given) => (await duty.get(`/devices/${id}/orders`)).items.find((one) => one.id === given.id)
const becomes = (id, given, state) => until(async () => {
  const now = await order(id, given)
  return now.state === state && now
}, { what: `the order to be ${state}`, within: 20_000 })
const connected = (id) => until(async () => (await duty.get(`/devices/${id}/orders/offered`)).connected, { what: 'the device to be connected' })
const local = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19)

describe('orders to devices', () => {
  let late

  test('nobody orders without the right, without a reason, or what the device does not know', async () => {
    const id = await device('88700', '示例商场三', 'gb26875')
    late = { id, given: await give(id, { kind: 'read_state' }, { minutes: 1 }) }
    assert.equal(late.given.state, 'queued')
    await admin.refused('POST', `/devices/${id}/orders`, { order: { kind: 'read_state' }, why: '试' }, 403, 'denied')
    await duty.refused('POST', `/devices/${id}/orders`, { order: { kind: 'read_state' }, why: ' ' }, 422, 'required')
    await duty.refused('POST', `/devices/${id}/orders`, { order: { kind: 'driver_text', text: '慢行' }, why: '试' }, 422, 'order_not_known')
    await duty.refused('POST', `/devices/${id}/orders`, { order: { kind: 'duty_check', minutes: 61 }, why: '试' }, 422, 'out_of_range')
    const car = await device('13900009999', '示例车辆二', 'jt808')
    await duty.refused('POST', `/devices/${car}/orders`, { order: { kind: 'driver_text', text: '前'.repeat(513) }, why: '试' }, 422, 'too_long_in_gbk')
    await duty.refused('POST', `/devices/${car}/orders`, { order: { kind: 'driver_text', text: '😀' }, why: '试' }, 422, 'not_in_gbk')
    const logger = await device('LOGGER-2', '示例数采仪二', 'hj212')
    const ask = (data, begin, end) => ({ order: { kind: 'ask_history', data, begin, end }, why: '试' })
    await duty.refused('POST', `/devices/${logger}/orders`, ask('minute', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z'), 422, 'ends_before_begin')
    await duty.refused('POST', `/devices/${logger}/orders`, ask('minute', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00Z'), 422, 'history_too_long')
    await duty.refused('POST', `/devices/${logger}/orders`, { order: { kind: 'set_realtime_interval', seconds: 5 }, why: '试' }, 422, 'out_of_range')
    const taken = await give(car, { kind: 'ask_position' })
    assert.equal((await duty.call('POST', `/device-orders/${taken.id}/cancel`)).state, 'cancelled')
    await duty.refused('POST', `/device-orders/${taken.id}/cancel`, undefined, 409, 'order_sent')
    const cancelled = await duty.all('/device-orders?state=cancelled')
    assert.deepEqual(cancelled.map((one) => one.id), [taken.id])
    for (let count = 1; count < 10; count += 1) await duty.call('POST', `/device-orders/${(await give(car, { kind: 'ask_position' })).id}/cancel`)
    await duty.refused('POST', `/devices/${car}/orders`, { order: { kind: 'ask_position' }, why: '试' }, 429)
  })

  test('HJ 212: kept data are asked for, taken in as readings, and a refusal is told', async () => {
    const id = await device(MN, '示例数采仪', 'hj212', { 'w01018': 'mg/L', 'w01018-Avg': 'mg/L' })
    const logger = new Equipment(platform, 'hj212')
    logger.writes(frame(segment({ mn: MN, values: { w01018: '30.1' } })))
    await connected(id)
    const end = new Date(Date.now() - 60_000)
    const asked = await give(id, { kind: 'ask_history', data: 'hour', begin: new Date(end.getTime() - 7_200_000).toISOString(), end: end.toISOString() })
    const heard = await logger.hears((one) => String(one.CN ?? one.cn) === '2061', 'the question')
    const { reference, sent } = await until(async () => {
      const now = await order(id, asked)
      return now.state === 'sent' && { reference: heard.QN ?? heard.qn, sent: now }
    }, { what: 'the order to be sent' })
    assert.match(reference, /^\d{17}$/)
    assert.equal(sent.sent_times, 1)
    const says = (cn, content, qn = reference) => logger.writes(frame(`QN=${qn};ST=91;CN=${cn};PW=123456;MN=${MN};Flag=4;CP=&&${content}&&`))
    says(9011, 'QnRtn=1')
    await becomes(id, asked, 'accepted')
    logger.writes(frame(`QN=${reference};ST=31;CN=2061;PW=123456;MN=${MN};Flag=5;CP=&&DataTime=${localTime(new Date(end.getTime() - 3_600_000))};w01018-Avg=29.7,w01018-Flag=N&&`))
    says(9012, 'ExeRtn=1')
    const done = await becomes(id, asked, 'answered')
    assert.equal(done.answer.frames, 1)
    const series = (await admin.get(`/series?device=${id}&limit=50`)).items.find((one) => one.code === 'w01018-Avg')
    await until(async () => (await admin.get(`/series/${series.id}`)).last?.value === '29.7', { what: 'the hourly value' })
    const clock = await give(id, { kind: 'set_clock' })
    const set = await logger.hears((one) => String(one.CN ?? one.cn) === '1012', 'the clock')
    says(9011, 'QnRtn=2', set.QN ?? set.qn)
    assert.equal((await becomes(id, clock, 'refused')).answer.result, 'hj212.request.2')
    await logger.hangsUp()
  })

  test('JT/T 808: a driver is told something once, and the vehicle says where it is', async () => {
    const id = await device('13900003333', '示例危化品车', 'jt808', { lng: '°', lat: '°' })
    const text = await give(id, { kind: 'driver_text', text: '前方封路，请绕行' })
    assert.equal((await order(id, text)).state, 'queued', 'it is away')
    const terminal = new Equipment(platform, 'jt808')
    const says = (msg_id, serial, body) => terminal.says({ msg_id, layout: '2013', phone: '013900003333', serial, encrypt: 0, ...body })
    says('0100', 1, { province: 64, city: 181, maker: 'MAKER', model: 'T-1', terminal_id: 'A1', plate_color: 2, plate: '宁A12345' })
    const { auth_code: code } = await terminal.hears((one) => one.msg_id === '8100', 'a code')
    assert.ok(!terminal.frames().some((one) => one.msg_id === '8300'), 'nothing before it proved itself')
    says('0102', 2, { auth_code: code })
    const shown = await terminal.hears((one) => one.msg_id === '8300', 'the text')
    assert.equal(shown.text, '前方封路，请绕行')
    says('0001', 3, { ack_serial: shown.serial, ack_id: '8300', result: 0 })
    await becomes(id, text, 'answered')
    const asked = await give(id, { kind: 'ask_position' })
    const question = await terminal.hears((one) => one.msg_id === '8201', 'the question')
    says('0201', 4, { ack_serial: question.serial, alarm: '00000000', status: '00000003', lat: '38.166660', lng: '106.616660', altitude_m: 1100, speed_kmh: '61.5', direction: 90, time: local() })
    const { answer } = await becomes(id, asked, 'answered')
    assert.deepEqual([answer.lon, answer.lat, answer.speed_kmh], [106.61666, 38.16666, 61.5])
    const circle = await give(id, { kind: 'set_circle', area: { number: 7, name: '化工园区', centre: { lon: 106.5, lat: 38.1 }, radius_m: 800, max_speed_kmh: 30 } })
    const area = await terminal.hears((one) => one.msg_id === '8600', 'the area')
    assert.equal(area.areas[0].radius_m, 800)
    says('0001', 5, { ack_serial: area.serial, ack_id: '8600', result: 3 })
    assert.equal((await becomes(id, circle, 'refused')).answer.result, 'jt808.3')
    await terminal.hangsUp()
  })

  test('GB/T 26875: a state is read, and the duty check is given from the screen and answered', async () => {
    const id = await device('88701', '示例商场传输装置', 'gb26875', { fire: '' })
    const transmitter = new Equipment(platform, 'gb26875')
    const header = (serial, cmd) => ({ serial, version: '1.1', time: local(), src: 88701, dst: 1, cmd })
    transmitter.says(header(1, 2))
    await connected(id)
    const read = await give(id, { kind: 'read_state' })
    const question = await transmitter.hears((one) => one.type === 81, 'the question')
    transmitter.says({ ...header(question.serial, 5), type: 21, objects: [{ state: '08', time: local() }] })
    assert.deepEqual((await becomes(id, read, 'answered')).answer.state, ['mains_fault'])
    if (STORE === 'sqlite') await checkedFromTheScreen(id, transmitter, header)
    else await checked(id, transmitter, header, await give(id, { kind: 'duty_check', minutes: 5 }))
    await transmitter.hangsUp()
  })

  test('what never came is told as expired; every step is in the trace; nothing broke', async () => {
    const expired = await until(async () => {
      const now = await order(late.id, late.given)
      return now.state !== 'queued' && now
    }, { what: 'the deadline', within: 90_000, every: 500 })
    assert.deepEqual([expired.state, expired.sent_times], ['expired', 0])
    const steps = JSON.stringify(await admin.all('/trace?action=device_order.*'))
    for (const step of ['give', 'send', 'accept', 'answer', 'refuse', 'cancel', 'expire']) assert.ok(steps.includes(`"device_order.${step}"`), step)
    assert.ok(steps.includes('夜间抽查'), 'with the reason')
    assert.deepEqual(serverErrors, [])
  })
})

/** The device has the check, then somebody presses the key. */
async function checked(id, transmitter, header, given, seen = () => {}) {
  const call = await transmitter.hears((one) => one.type === 91, 'the duty check')
  transmitter.says(header(call.serial, 3))
  await becomes(id, given, 'accepted')
  await seen()
  transmitter.says({ ...header(9, 2), type: 24, objects: [{ op: '20', operator: 3, time: local() }] })
  const done = await becomes(id, given, 'answered')
  assert.ok(done.answer.seconds >= 0)
}

async function checkedFromTheScreen(id, transmitter, header) {
  const browser = await Browser.start(platform)
  try {
    const page = await browser.signIn('duty.lingwu')
    await page.goto(`/devices/${id}`)
    await settled(page)
    await page.getByTestId('order-give').click()
    await page.getByTestId('order-kind-duty_check').check()
    await page.getByTestId('order-send').click()
    await page.getByTestId('still-lacking').getByText('事由').waitFor()
    await page.getByTestId('order-why').fill('夜间查岗')
    await settled(page)
    await browser.picture(page, 'device-order-dialog')
    assert.deepEqual(await browser.faults(page, 'device-order-dialog'), [])
    await page.getByTestId('order-send').click()
    const row = page.getByTestId('order-row').first()
    await row.getByText('夜间查岗').waitFor()
    const given = await until(async () => (await duty.get(`/devices/${id}/orders`)).items.find((one) => one.order.kind === 'duty_check'), { what: 'the order' })
    await checked(id, transmitter, header, given, () => row.getByTestId('order-state').getByText('已受理').waitFor())
    await row.getByTestId('order-answer').getByText(/在岗，\d+ 秒应答/).waitFor()
    await browser.picture(page, 'device-orders')
    assert.deepEqual(await browser.faults(page, 'device-orders'), [])
    await page.setViewportSize({ width: 360, height: 760 })
    await settled(page)
    await browser.picture(page, 'device-orders-phone')
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360), 'nothing sticks out at 360 px')
    await page.getByTestId('order-give').click()
    await page.getByTestId('order-why').waitFor()
    await browser.picture(page, 'device-order-dialog-phone')
    assert.deepEqual(browser.complaints, [])
  } finally {
    await browser.close()
  }
}
