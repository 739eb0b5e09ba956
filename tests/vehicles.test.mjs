// A tank truck reports over JT/T 808 all day; the bureau plays its track, reads how it was driven, and finds it in the
// list of those who drove too long or too fast.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect as open } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { Browser, settled } from './support/browser.mjs'
import { Client, serverErrors } from './support/client.mjs'
import { BINARY, Platform } from './support/platform.mjs'
import { STORE } from './support/stores.mjs'
import { before as within, until } from './support/waiting.mjs'

let platform, admin, browser, truck

const PHONE = '13900003333'
const local = (date) => new Date(date.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)
const DAY = local(new Date(Date.now() - 24 * 3_600_000)).slice(0, 10)
/** So many minutes after eight o'clock of yesterday, Beijing time. */
const at = (minute) => new Date(Date.parse(`${DAY}T08:00:00+08:00`) + minute * 60_000)

function fengsui(args, input) {
  const done = spawnSync(BINARY, args, { input })
  assert.equal(done.status, 0, done.stderr.toString())
  return done.stdout
}

class Terminal {
  constructor() {
    this.heard = Buffer.alloc(0)
    this.serial = 0
    const { host, port } = platform.jt808
    this.socket = open(port, host).on('data', (bytes) => (this.heard = Buffer.concat([this.heard, bytes]))).on('error', () => {})
  }

  async says(msg_id, body) {
    this.heard = Buffer.alloc(0)
    this.socket.write(fengsui(['encode', 'jt808', '-'], JSON.stringify({ msg_id, layout: '2013', phone: PHONE.padStart(12, '0'), serial: ++this.serial, encrypt: 0, ...body })))
    return until(() => {
      const text = this.heard.length > 0 ? fengsui(['decode', 'jt808', '-'], this.heard).toString().trim() : ''
      return text && JSON.parse(text.split('\n')[0])
    }, { what: `an answer to ${msg_id}` })
  }

  async proves() {
    const { auth_code } = await this.says('0100', { province: 64, city: 181, maker: 'MAKER', model: 'T-1', terminal_id: 'A1', plate_color: 2, plate: '宁A12345' })
    assert.equal((await this.says('0102', { auth_code })).result, 0)
  }

  async hangsUp() {
    this.socket.end()
    await within(5_000, once(this.socket, 'close'), 'the line to end')
  }
}

/** A position a minute: stands, drives, stands shortly, drives too long with five minutes too fast, is off for twelve minutes, drives on. */
function positions() {
  const found = []
  let [minute, lng] = [0, 106.1]
  const go = (minutes, speed, alarm = '00000000') => {
    for (let index = 0; index < minutes; index++) {
      found.push({ alarm, status: '00000003', lat: '38.166660', lng: lng.toFixed(6), altitude_m: 1100, speed_kmh: speed.toFixed(1), direction: 90, time: local(at(minute)), extras: [] })
      minute += 1
      lng += speed / 60 / 87.44
    }
  }
  go(20, 0)
  go(130, 60)
  go(10, 0)
  go(60, 60)
  go(5, 95, '00000002')
  go(60, 60)
  minute += 12
  lng += 12 / 87.44
  go(10, 50)
  go(10, 0)
  return found
}

before(async () => {
  platform = await Platform.start()
  admin = await Client.signIn(platform, 'admin')
  const like = await admin.record('device', 'DEMO-GW-001')
  truck = await admin.call('POST', '/records/device', { code: 'T-TRUCK-1', name: '示例危化品运输车', division: like.division, enterprise: like.enterprise, location: like.location, attributes: { category: 'vehicle_terminal', protocol: 'jt808', serial: PHONE, plate: '宁A12345', vehicle_class: 'dangerous_goods' } })
  for (const [code, unit] of Object.entries({ lng: '°', lat: '°', speed_kmh: 'km/h', direction: '°', 'alarm.overspeed': '' })) await admin.call('POST', '/series', { device: truck.id, code, name: code, unit })
  const terminal = new Terminal()
  await terminal.proves()
  const all = positions()
  for (let from = 0; from < all.length; from += 25) {
    const items = all.slice(from, from + 25)
    assert.equal((await terminal.says('0704', { count: items.length, batch_type: 0, items })).result, 0)
  }
  await terminal.hangsUp()
  browser = STORE === 'sqlite' ? await Browser.start(platform) : undefined
})
after(async () => {
  await browser?.close()
  await platform?.remove()
})

const span = () => `from=${at(-480).toISOString()}&to=${at(960).toISOString()}`

describe('vehicles under supervision', () => {
  test('a track is told with its gaps and alarms, made small within its tolerance', async () => {
    const track = await admin.get(`/devices/${truck.id}/track?${span()}`)
    assert.deepEqual([track.positions, track.unusable, track.cut, track.vehicle.plate, track.vehicle.class], [305, 0, false, '宁A12345', 'dangerous_goods'])
    assert.ok(track.points.length < 40 && track.points.length > 8 && track.tolerance_m === 5, `${track.points.length} points`)
    assert.deepEqual(track.gaps.map(({ begin, end, moved }) => [begin, end, moved]), [[at(284).toISOString(), at(297).toISOString(), true]].map(([begin, end, moved]) => [begin.replace('.000', ''), end.replace('.000', ''), moved]))
    assert.deepEqual(track.alarms.map(({ alarm }) => alarm), ['overspeed'])
    assert.ok(Math.abs(Date.parse(track.alarms[0].end) - Date.parse(track.alarms[0].begin) - 300_000) < 1)
    const rough = await admin.get(`/devices/${truck.id}/track?${span()}&most=6`)
    assert.ok(rough.points.length <= 6 && rough.tolerance_m > 5)
    await admin.refused('GET', `/devices/${truck.id}/track?from=2026-01-01T00:00:00Z&to=2026-01-09T00:00:00Z`, undefined, 422, 'span_too_long')
    await admin.refused('GET', `/devices/${truck.id}/track?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`, undefined, 422, 'ends_before_begin')
  })

  test('how it was driven: trips, stops, overspeed, fatigue, moved while off', async () => {
    const record = await admin.get(`/devices/${truck.id}/driving?${span()}`)
    assert.deepEqual(record.phases.map((phase) => phase.kind), ['stop', 'trip', 'stop', 'trip', 'gap', 'trip', 'stop'])
    assert.deepEqual(record.speeding.map(({ greatest_kmh, limit_kmh, night }) => [greatest_kmh, limit_kmh, night]), [[95, 80, false]])
    assert.deepEqual(record.fatigue.map(({ rule }) => rule), ['continuous'])
    assert.equal(record.fatigue[0].begin, at(20).toISOString().replace('.000', ''))
    assert.equal(record.totals.displaced, 1)
    assert.ok(record.clauses.some(({ rule, text }) => rule === 'continuous' && text.zh.includes('4 小时')))
  })

  test('files for other programs: GPX and GeoJSON', async () => {
    const gpx = await admin.send('GET', `/devices/${truck.id}/track.gpx?${span()}`)
    assert.equal(gpx.status, 200)
    const text = String(gpx.body)
    assert.deepEqual([text.match(/<trkseg>/g).length, text.match(/<trkpt /g).length], [2, 305])
    const geojson = await admin.send('GET', `/devices/${truck.id}/track.geojson?${span()}`)
    const read = typeof geojson.body === 'string' ? JSON.parse(geojson.body) : geojson.body
    assert.deepEqual(read.features[0].geometry.coordinates.map((line) => line.length), [285, 20])
  })

  test('who drove too long or too fast is found by day and enterprise, also as a sheet', async () => {
    const fleet = await admin.get(`/vehicles/driving?day=${DAY}`)
    const line = fleet.lines.find((one) => one.vehicle.device === truck.id)
    assert.deepEqual([line.speeding, line.fatigue, line.totals.displaced, Math.round(line.greatest_excess_kmh)], [1, 1, 1, 15])
    assert.deepEqual((await admin.get(`/vehicles/driving?day=${DAY}&enterprise=01990000-0000-7000-8000-000000000000`)).lines, [])
    const sheet = await admin.send('GET', `/vehicles/driving/export.csv?day=${DAY}`)
    assert.match(String(sheet.body), /示例危化品运输车.*宁A12345/)
    assert.match(String(sheet.body), /道路交通安全法实施条例/)
    await admin.refused('GET', '/vehicles/driving?day=soon', undefined, 422, 'malformed_date')
  })

  test('only who may read its series sees its track, and each look is traced', async () => {
    const elsewhere = await Client.signIn(platform, 'duty.pingluo')
    await elsewhere.refused('GET', `/devices/${truck.id}/track?${span()}`, undefined, 404)
    await elsewhere.refused('GET', `/devices/${truck.id}/driving?${span()}`, undefined, 404)
    assert.ok(!(await elsewhere.get(`/vehicles/driving?day=${DAY}`)).lines.some((line) => line.vehicle.device === truck.id))
    const { items } = await admin.get('/trace?action=device.track_read&limit=50')
    assert.ok(items.some((entry) => JSON.stringify(entry).includes(truck.id) && JSON.stringify(entry).includes('"file"')))
  })

  test('it is played on the map and read beside it', { skip: STORE !== 'sqlite' }, async () => {
    const page = await browser.signIn('duty.lingwu')
    await page.goto(`/vehicles/${truck.id}/track?day=${DAY}`)
    await page.getByTestId('replay-slider').waitFor()
    await settled(page)
    assert.match(await page.getByTestId('driving-figures').textContent(), /超速.*1.*疲劳驾驶.*1/)
    await page.getByTestId('happening').filter({ hasText: '超速' }).first().click()
    assert.match(await page.getByTestId('replay-at').textContent(), /11:40:00/)
    const slider = page.getByTestId('replay-slider')
    await slider.focus()
    await page.keyboard.press('ArrowRight')
    assert.match(await page.getByTestId('replay-at').textContent(), /11:40:10/)
    await page.getByTestId('replay-rate-60').click()
    await page.getByTestId('replay-play').click()
    await until(async () => /11:4[1-9]/.test(await page.getByTestId('replay-at').textContent()), { what: 'the replay to go on' })
    await page.getByTestId('replay-play').click()
    await page.getByTestId('happenings-wrong').click()
    await until(async () => (await page.getByTestId('happening').count()) === 4, { what: 'only what was wrong' })
    await browser.picture(page, 'vehicle-track')
    assert.deepEqual(await browser.faults(page, 'vehicle-track'), [])
    await page.goto(`/vehicles?day=${DAY}`)
    await page.getByTestId('fleet-open').first().click()
    await page.getByTestId('replay-slider').waitFor()
    await page.goto(`/vehicles/${truck.id}/track?day=2026-01-01`)
    await page.getByTestId('state-empty').waitFor()
    assert.deepEqual(browser.complaints, [])
  })

  test('a fence that was drawn raises one alarm, with where the truck was, and ends it', async () => {
    const fence = await admin.call('POST', '/records/fence', { code: 'F-E2E', name: '示例园区', division: truck.division, attributes: { shape: 'circle', corners: [{ lon: 106.1, lat: 38.16666 }], radius_m: 1000, sense: 'keep_in', confirm_seconds: 0, priority: 'high', vehicles: ['T-TRUCK-1'], instruction: '立即电话联系驾驶员' } })
    await admin.refused('POST', '/records/fence', { code: 'F-BAD', name: 'x', division: truck.division, attributes: { shape: 'route', corners: [{ lon: 106.1, lat: 38.1 }], sense: 'keep_in', priority: 'high' } }, 422, 'too_few_items')
    const fenced = async () => (await admin.all(`/series?device=${truck.id}`)).find((one) => one.code === 'fence.F-E2E')
    await until(fenced, { what: 'the series of the fence' })
    const terminal = new Terminal()
    await terminal.proves()
    const here = (lng, speed) => terminal.says('0200', { alarm: '00000000', status: '00000003', lat: '38.166660', lng, altitude_m: 1100, speed_kmh: speed, direction: 90, time: local(new Date()), extras: [] })
    await here('106.100000', '30.0')
    await until(async () => (await fenced()).last, { what: 'the first judgement' })
    // Frames know nothing smaller than a second.
    await until(async () => Date.now() % 1000 < 200, { what: 'the next second', every: 50 })
    await here('106.150000', '52.5')
    const ringing = async () => (await admin.get('/alarms?limit=100')).items.find((alarm) => alarm.title.includes('示例园区'))
    const alarm = await until(ringing, { what: 'the alarm of the fence' })
    assert.match(alarm.title, /示例危化品运输车 驶出围栏“示例园区”的距离/)
    assert.ok(Math.abs(Number(alarm.value) - 3372) < 20, alarm.value)
    const detail = await admin.get(`/alarms/${alarm.id}`)
    assert.deepEqual([detail.position.lon, detail.position.speed_kmh, detail.instruction], [106.15, 52.5, '立即电话联系驾驶员'])
    if (browser) {
      const page = await browser.signIn('duty.lingwu')
      await page.goto(`/alarms/${alarm.id}`)
      await page.getByTestId('alarm-position').getByTestId('place-chip').waitFor()
      assert.match(await page.getByTestId('alarm-position').textContent(), /106.15000, 38.16666.*52.5 km\/h/)
      await settled(page)
      await browser.picture(page, 'vehicle-fence-alarm')
    }
    await admin.call('DELETE', `/records/fence/${fence.id}?version=${fence.version}`)
    await until(async () => !(await ringing())?.active, { what: 'the alarm to return with its fence' })
    await terminal.hangsUp()
  })

  test('a fence is drawn on the map by keyboard and kept', { skip: STORE !== 'sqlite' }, async () => {
    const page = await browser.signIn('admin')
    await page.goto('/ledgers/fence/new')
    await page.getByTestId('record-name').fill('手绘围栏')
    await page.getByTestId('input-shape').click()
    await page.getByRole('option', { name: '圆形区域' }).click()
    await page.getByTestId('fence-draw').click()
    await page.getByTestId('sketch-add').press('Enter')
    await page.getByTestId('fence-picker').locator('canvas').focus()
    const moved = page.evaluate(() => new Promise((done) => setTimeout(done, 700)))
    await page.keyboard.press('ArrowRight')
    await moved
    await page.getByTestId('sketch-add').press('Enter')
    await page.getByTestId('fence-picker').getByText(/1 个顶点 · 半径 \d+ m/).waitFor()
    await settled(page)
    await browser.picture(page, 'vehicle-fence-form')
    assert.deepEqual(await browser.faults(page, 'vehicle-fence-form'), [])
    assert.deepEqual(browser.complaints, [])
  })

  test('nothing broke on the way', () => assert.deepEqual(serverErrors, []))
})
