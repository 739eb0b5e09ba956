// What may follow: what an earthquake may have shaken, what lies below a dam and below the gauges that watch it; over
// HTTP and by hand.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Browser } from './support/browser.mjs'
import { Client } from './support/client.mjs'
import { Platform } from './support/platform.mjs'
import { STORE } from './support/stores.mjs'
import { CODES, gateway, steps } from './support/story.mjs'
import { until } from './support/waiting.mjs'

let platform, admin, duty, gate, browser, desk, phone, upper, quake
const faults = []

before(async () => {
  platform = await Platform.start()
  admin = await Client.signIn(platform, 'admin')
  duty = await Client.signIn(platform, 'duty.lingwu')
  gate = await gateway(platform, admin)
})
after(async () => {
  await browser?.close()
  gate?.connection.break()
  await platform?.remove()
})

const make = (kind, code, name, location, attributes, division = CODES.county) => admin.call('POST', `/records/${kind}`, { code, name, division, location, attributes })
const impact = (query = '') => admin.get(`/earthquakes/${quake.id}/impact${query}`)
const chain = (query, client = admin) => client.get(`/hazard-chains?${query}`)
const names = (rows) => rows.map((one) => one.name)
async function look(page, name) {
  await browser.look(page, name, faults)
  await browser.fits(page, name)
}

steps('what may follow', (step) => {
  /** What a page looks like does not depend on the store. */
  const byHand = STORE === 'sqlite' ? step : () => {}
  step('dams and settlements are ledgers; what cannot be is refused by name', async () => {
    const [post] = (await admin.get('/records/post?limit=1')).items
    await make('dam', 'DAM-2', '示例·下桥水库', { lon: 106.3, lat: 38.2 }, { category: 'reservoir', scale: 'small_1' })
    upper = await make('dam', 'DAM-1', '示例·上桥水库', { lon: 106.4, lat: 38.1 }, { category: 'reservoir', scale: 'medium', flood_limit_level_m: 1120.5, level_devices: [CODES.gateway], next_dam: 'DAM-2', next_minutes: 40, patrol_post: post.code })
    await make('settlement', 'VIL-1', '示例·上桥村一组', { lon: 106.39, lat: 38.11 }, { population: 320, assisted: 41, dam: 'DAM-1', arrival_minutes: 12, responsible_post: post.code, route: '沿机耕道往北上坡', shelter: '示例·上桥小学' })
    await make('settlement', 'VIL-2', '示例·河滩村', { lon: 106.35, lat: 38.15 }, { population: 80, dam: 'DAM-1' })
    await make('settlement', 'VIL-3', '示例·下桥村', { lon: 106.29, lat: 38.21 }, { population: 1200, dam: 'DAM-2', arrival_minutes: 25 }, CODES.neighbour)
    const refused = (kind, attributes, field, code) => admin.refused('POST', `/records/${kind}`, { name: 'x', division: CODES.county, attributes }, 422, code).then((problem) => problem && assert.ok(JSON.stringify(problem).includes(field)))
    await refused('dam', { category: 'reservoir', flood_limit_level_m: 10, check_flood_level_m: 9 }, 'attributes.check_flood_level_m', 'below_flood_limit')
    await refused('dam', { category: 'reservoir', next_minutes: 5 }, 'attributes.next_dam', 'required')
    await refused('settlement', { population: 5, assisted: 6 }, 'attributes.assisted', 'more_than_population')
    await refused('settlement', { population: 5, arrival_minutes: 6 }, 'attributes.dam', 'required')
  })

  step('below a dam: unknown times first, then the nearest in time, down to the next dam; seen across the county line', async () => {
    const told = await chain(`dam=${upper.id}`, duty)
    assert.deepEqual(told.dams.map((one) => [one.name, one.role, one.minutes]), [['示例·上桥水库', 'asked', 0], ['示例·下桥水库', 'below', 40]])
    assert.deepEqual(told.settlements.map((one) => [one.name, one.minutes]), [['示例·河滩村', null], ['示例·上桥村一组', 12], ['示例·下桥村', 65]])
    assert.deepEqual([told.population, told.assisted, told.more], [1600, 41, false])
    assert.deepEqual([told.dams[0].posts.length, told.settlements[1].post.duty], [1, 'moving'])
  })

  step('a river that somebody wrote as a circle still gets an answer', async () => {
    const lower = (await admin.get('/records/dam?q=DAM-2')).items[0]
    const whole = await admin.get(`/records/dam/${lower.id}`)
    await admin.call('PUT', `/records/dam/${lower.id}`, { ...whole, attributes: { ...whole.attributes, next_dam: 'DAM-1' } })
    assert.equal((await chain(`dam=${upper.id}`)).dams.length, 2)
  })

  step('a gauge knows the dam that it watches; others know of none', async () => {
    const gauge = (await admin.get('/devices/status')).find((one) => one.code === CODES.gateway)
    const told = await chain(`device=${gauge.device}`)
    assert.deepEqual([told.dams[0].role, told.dams.length, told.settlements.length], ['level', 2, 3])
    const logger = (await admin.get('/devices/status')).find((one) => one.code === CODES.logger)
    assert.deepEqual((await chain(`device=${logger.device}`)).dams, [])
    await admin.refused('GET', '/hazard-chains', undefined, 422, 'device_or_dam')
    await admin.refused('GET', `/hazard-chains?dam=${gauge.device}`, undefined, 404)
  })

  step('an earthquake: who is inside which intensity, the hardest hit first', async () => {
    const at = new Date().toISOString().slice(0, 19).replace('T', ' ')
    quake = await make('earthquake', 'Q-1', '示例·灵武 5.5 级地震', { lon: 106.36, lat: 38.12 }, { occurred_at: at, magnitude: 5.5, depth_km: 10, reviewed: false, withdrawn: false, explanation: '示例', source: 'test', source_id: 'Q-1' })
    const told = await impact()
    assert.deepEqual([told.region, told.from, told.bearing], ['east', 6, null])
    // The east of Wang Suyun et al. 2000 for M 5.5: VI within 24.49 km along, 14.22 km across.
    assert.ok(Math.abs(told.isoseismals[0].long_km - 24.49) < 0.01 && Math.abs(told.isoseismals[0].short_km - 14.22) < 0.01, JSON.stringify(told.isoseismals))
    const kind = Object.fromEntries(told.kinds.map((one) => [one.kind, one]))
    assert.deepEqual(names(kind.dam.objects), ['示例·上桥水库', '示例·下桥水库'])
    assert.equal(kind.settlement.people.sum, 1600)
    assert.ok(kind.enterprise.objects.every((one) => one.intensity.most >= 6 && one.intensity.least <= one.intensity.most))
    const falling = kind.enterprise.objects.map((one) => one.intensity.most)
    assert.deepEqual(falling, falling.toSorted((one, other) => other - one))
  })

  step('with the direction of the rupture every object has one intensity; a weak one reaches nobody', async () => {
    const told = await impact('?bearing=45&from=5')
    assert.ok(told.kinds.flatMap((one) => one.objects).every((one) => one.intensity.least === one.intensity.most && one.intensity.most >= 5))
    assert.deepEqual((await impact('?from=11')).isoseismals, [])
    await admin.refused('GET', `/earthquakes/${quake.id}/impact?from=3`, undefined, 422, 'out_of_range')
    await admin.refused('GET', `/earthquakes/${quake.id}/impact?bearing=400`, undefined, 422, 'out_of_range')
    await admin.refused('GET', `/earthquakes/${upper.id}/impact`, undefined, 404)
  })

  byHand('the earthquake with its map, the dam with who must leave, the alarm of its gauge', async () => {
    browser = await Browser.start(platform)
    desk = await browser.signIn('admin')
    await desk.goto(`/ledgers/earthquake/${quake.id}`)
    await desk.getByTestId('impact-dam').waitFor()
    assert.match(await desk.getByTestId('quake-impact').textContent(), /模型估计，非实测/)
    await desk.getByTestId('impact-map').waitFor()
    await look(desk, 'quake')
    await desk.goto(`/ledgers/dam/${upper.id}`)
    await desk.getByTestId('downstream-people').waitFor()
    assert.match(await desk.getByTestId('downstream').textContent(), /时间不明.*河滩村.*12 分钟.*上桥村一组.*320 人，其中 41 人需帮扶转移/s)
    await look(desk, 'dam')
    await gate.connection.observe(gate.code, [{ series: 'XMEAS_01', observed_at: new Date().toISOString(), value: '0.01' }])
    const alarm = await until(async () => (await admin.get('/alarms?state=open&limit=1')).items[0], { what: 'an alarm of the gauge' })
    await desk.goto(`/alarms/${alarm.id}`)
    await desk.getByTestId('downstream').waitFor()
    await desk.getByTestId('downstream').scrollIntoViewIfNeeded()
    await look(desk, 'alarm-chain')
  })

  byHand('on a phone nothing sticks out, and nothing was wrong on the way', async () => {
    phone = await browser.signIn('duty.lingwu', { phone: true })
    for (const [path, name] of [[`/ledgers/earthquake/${quake.id}`, 'quake-phone'], [`/ledgers/dam/${upper.id}`, 'dam-phone']]) {
      await phone.goto(path)
      await phone.getByTestId(name === 'dam-phone' ? 'downstream-people' : 'impact-dam').waitFor()
      await look(phone, name)
    }
    assert.deepEqual(faults, [])
    assert.deepEqual(browser.complaints, [])
  })
})
