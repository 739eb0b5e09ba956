// A hydrological station, a vehicle and a fire-alarm device reach the platform through their own doors: `fengsui encode`
// writes what they send, `fengsui decode` reads what they are answered, and the duty officer sees the alarm.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect as open } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { Browser, settled } from './support/browser.mjs'
import { Client, serverErrors } from './support/client.mjs'
import { localTime } from './support/hj212.mjs'
import { BINARY, Platform } from './support/platform.mjs'
import { STORE } from './support/stores.mjs'
import { before as within, until } from './support/waiting.mjs'

let platform, admin

before(async () => {
  platform = await Platform.start()
  admin = await Client.signIn(platform, 'admin')
})
after(() => platform?.remove())

/** Objects in, frame out; frame in, objects out. */
function fengsui(args, input) {
  const done = spawnSync(BINARY, args, { input })
  assert.equal(done.status, 0, done.stderr.toString())
  return done.stdout
}
const encode = (protocol, description) => fengsui(['encode', protocol, '-'], JSON.stringify(description))
const decode = (protocol, bytes) => fengsui(['decode', protocol, '-'], bytes).toString().trim().split('\n').filter(Boolean).map((line) => JSON.parse(line))

/** A device on a line: says a frame, waits for the answer. */
class Equipment {
  constructor(protocol) {
    this.protocol = protocol
    this.heard = Buffer.alloc(0)
    const { host, port } = platform[protocol]
    this.socket = open(port, host).on('data', (bytes) => (this.heard = Buffer.concat([this.heard, bytes]))).on('error', () => {})
  }

  async says(description) {
    this.heard = Buffer.alloc(0)
    this.socket.write(encode(this.protocol, description))
    return until(() => {
      const [frame] = this.heard.length > 0 ? decode(this.protocol, this.heard) : []
      return frame && !frame.error && frame
    }, { what: `an answer from the door of ${this.protocol}` })
  }

  async hangsUp() {
    this.socket.end()
    await within(5_000, once(this.socket, 'close'), 'the line to end')
  }
}

async function device(serial, name, codes) {
  const like = await admin.record('device', 'DEMO-GW-001')
  const record = await admin.call('POST', '/records/device', { code: `T-${serial}`, name, division: like.division, enterprise: like.enterprise, location: like.location, attributes: { ...like.attributes, serial } })
  const series = {}
  for (const [code, unit] of Object.entries(codes)) series[code] = await admin.call('POST', '/series', { device: record.id, code, name: `${name} ${code}`, unit })
  return series
}
/** The duty officer sees the vehicle on the map, its alarm in words, and where it was. */
async function followed() {
  const browser = await Browser.start(platform)
  try {
    const duty = await browser.signIn('duty.lingwu')
    await duty.goto('/map?l=vehicles')
    await duty.getByTestId('map-vehicle').first().waitFor()
    await duty.getByTestId('map-vehicle').first().click()
    await duty.getByTestId('vehicle-alarms').getByText('紧急报警').waitFor()
    await duty.getByTestId('track-1').click()
    assert.match(await duty.getByTestId('track-at').textContent(), /61.5 km\/h · \d 个点/)
    await duty.getByTestId('track-replay').fill('1')
    await settled(duty)
    await browser.picture(duty, 'map-vehicle')
    assert.deepEqual(await browser.faults(duty, 'map-vehicle'), [])
    assert.deepEqual(browser.complaints, [])
  } finally {
    await browser.close()
  }
}
const last = async (series) => (await admin.get(`/series/${series.id}`)).last
const local = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19)

describe('the doors of the field', () => {
  test('SL 651: a level is stored before it is acknowledged', async () => {
    const series = await device('0064018101', '示例雨量水位站', { Z: 'm' })
    const station = new Equipment('sl651')
    const compact = localTime(new Date()).slice(0, 12)
    const report = { dir: 'up', func: '32', pwd: '04d2', stx: '02', end: '03', center: 2, station: '0064018101', serial: 7, sent: local(), body_station: '0064018101', class: '48', observed: compact, elements: [{ id: '39', t: compact, value: '14.420' }] }
    const answer = await station.says(report)
    assert.deepEqual([answer.dir, answer.func, answer.serial, answer.station], ['down', '32', 7, '0064018101'])
    assert.equal((await last(series.Z)).value, '14.420')
    await station.hangsUp()
  })

  test('JT/T 808: a vehicle registers, proves itself, is followed on the map, and its emergency button rings', async () => {
    const series = await device('13900002222', '示例危化品运输车', { lng: '°', lat: '°', speed_kmh: 'km/h', direction: '°', 'alarm.emergency': '' })
    await admin.call('POST', '/rules', { series: series['alarm.emergency'].id, name: '紧急报警', kind: 'high', limit: 1, deadband: 0.5, on_delay_seconds: 0, off_delay_seconds: 0, priority: 'urgent', enabled: true })
    const terminal = new Equipment('jt808')
    const says = (msg_id, serial, body) => terminal.says({ msg_id, layout: '2013', phone: '013900002222', serial, encrypt: 0, ...body })
    const place = { status: '00000003', lat: '38.166660', lng: '106.616660', altitude_m: 1100, speed_kmh: '61.5', direction: 90, time: local() }
    assert.equal((await says('0200', 1, { alarm: '00000000', ...place })).result, 1, 'not before it proved itself')
    const { result, auth_code: code } = await says('0100', 2, { province: 64, city: 181, maker: 'MAKER', model: 'T-1', terminal_id: 'A1', plate_color: 2, plate: '宁A12345' })
    assert.equal(result, 0)
    assert.equal((await says('0102', 3, { auth_code: code })).result, 0)
    assert.equal((await says('0200', 4, { alarm: '00000001', ...place })).result, 0)
    assert.deepEqual([(await last(series.lng)).value, (await last(series.speed_kmh)).value], ['106.616660', '61.5'])
    for (const [index, minute] of [9, 6, 3].entries()) await says('0200', 10 + index, { alarm: '00000001', ...place, lng: `106.5${index}0000`, time: new Date(Date.now() + 8 * 3_600_000 - minute * 60_000).toISOString().slice(0, 19) })
    const [position] = await admin.get('/devices/positions')
    assert.deepEqual([position.name, position.location, position.speed_kmh, position.alarms, position.online], ['示例危化品运输车', { lon: 106.61666, lat: 38.16666 }, 61.5, ['emergency'], true])
    const track = await admin.get(`/devices/${position.device}/track?from=${new Date(Date.now() - 3_600_000).toISOString()}&to=${new Date(Date.now() + 60_000).toISOString()}&tolerance_m=0`)
    assert.deepEqual(track.points.map(({ lon }) => lon), [106.5, 106.51, 106.52, 106.61666])
    await admin.refused('GET', `/devices/${position.device}/track?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`, undefined, 422, 'ends_before_begin')
    if (STORE === 'sqlite') await followed()
    const ringing = async () => (await admin.get('/alarms?limit=50')).items.find((alarm) => alarm.series === series['alarm.emergency'].id)
    const alarm = await until(ringing, { what: 'the alarm of the emergency button' })
    assert.deepEqual([alarm.priority, alarm.active], ['urgent', true])
    await says('0200', 5, { alarm: '00000000', ...place, time: local() })
    await until(async () => !(await ringing())?.active, { what: 'the alarm to return' })
    await terminal.hangsUp()
  })

  test('GB/T 26875: a fire rings until the panel is reset', async () => {
    const series = await device('88601', '示例商场传输装置', { fire: '' })
    const transmitter = new Equipment('gb26875')
    const header = (serial) => ({ serial, version: '1.1', time: local(), src: 88601, dst: 1, cmd: 2 })
    const component = (state, part) => ({ type: 2, objects: [{ sys_type: 1, sys_addr: 1, part_type: 40, part_addr: part, state, text: '三层走廊', time: local() }] })
    const answer = await transmitter.says({ ...header(1), ...component('0002', 20) })
    assert.deepEqual([answer.cmd, answer.serial, answer.dst], [3, 1, 88601])
    await transmitter.says({ ...header(2), ...component('0001', 21) })
    assert.equal((await last(series.fire)).value, '1', 'another detector that is well ends no fire')
    // A second later, since frames know no smaller time.
    const later = new Date(Date.now() + 8 * 3_600_000 + 1_000).toISOString().slice(0, 19)
    await transmitter.says({ ...header(3), type: 4, objects: [{ sys_type: 1, sys_addr: 1, op: '01', operator: 7, time: later }] })
    assert.equal((await last(series.fire)).value, '0')
    await transmitter.hangsUp()
  })

  test('what nobody registered is seen, not dropped; nothing broke on the way', async () => {
    const stranger = new Equipment('jt808')
    const answer = await stranger.says({ msg_id: '0100', layout: '2013', phone: '013911112222', serial: 1, encrypt: 0, province: 64, city: 181, maker: 'MAKER', model: 'T-1', terminal_id: 'A1', plate_color: 2, plate: '宁A00000' })
    assert.equal(answer.result, 4)
    const seen = await admin.all('/quarantine')
    assert.ok(seen.some((entry) => entry.device_key === '13911112222' && entry.reason === 'unknown_device'))
    await stranger.hangsUp()
    assert.deepEqual(serverErrors, [])
  })
})
