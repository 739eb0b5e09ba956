// Lists of other services, fetched at regular intervals: earthquakes and satellite fire pixels, from servers that answer
// slowly, wrongly, hugely, or not at all.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Browser } from './support/browser.mjs'
import { Client, serverErrors } from './support/client.mjs'
import { Platform } from './support/platform.mjs'
import { until } from './support/waiting.mjs'

/** What each path answers; changed by the tests. */
const shelf = { quakes: [], fires: 'latitude,longitude,acq_date,acq_time', sent: 0, unchanged: 0, inside: 0 }
let far, platform, admin, browser, plant

const hour = 3_600_000
const quake = (id, mag, ago, rest = {}, at = [106.35, 38.1, 10]) => ({ type: 'Feature', id, properties: { mag, place: 'Lingwu, Ningxia', time: Date.now() - ago, updated: Date.now() - ago + 1000, status: 'automatic', magType: 'mb', type: 'earthquake', ...rest }, geometry: { type: 'Point', coordinates: at } })
const pixel = (lat, lon, confidence, ago = 2 * hour) => {
  const at = new Date(Date.now() - ago).toISOString()
  return `${lat},${lon},330.1,1.1,1.05,${at.slice(0, 10)},${at.slice(11, 16).replace(':', '')},T,${confidence},6.1NRT,290.0,25.5,D`
}
const heading = 'latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,confidence,version,bright_t31,frp,daynight'

function answer(request, response) {
  const path = request.url
  if (path === '/quakes') {
    const body = JSON.stringify({ type: 'FeatureCollection', features: shelf.quakes })
    const etag = `"${body.length}-${shelf.quakes.map((one) => one.properties.updated).join('.')}"`
    if (request.headers['if-none-match'] === etag) { shelf.unchanged += 1; response.writeHead(304).end(); return }
    shelf.sent += 1
    response.writeHead(200, { etag }).end(body)
  } else if (path === '/fires/sec-ret-key') response.end(shelf.fires)
  else if (path === '/slow') response.writeHead(200).write('{')
  else if (path === '/huge') { response.writeHead(200); const pour = () => { while (response.write('x'.repeat(65_536))); response.once('drain', pour) }; response.on('error', () => {}); pour() }
  else if (path === '/wrong') response.end('Invalid MAP_KEY.')
  else if (path === '/away') response.writeHead(302, { location: '/inside' }).end()
  else if (path === '/inside') { shelf.inside += 1; response.end('{"features":[]}') }
  else response.writeHead(503).end()
}

before(async () => {
  far = createServer(answer)
  await new Promise((resolve) => far.listen(0, '127.0.0.1', resolve))
  const root = `http://127.0.0.1:${far.address().port}`
  const pull = (name, format, path, rest = '') => `[[pull]]\nname = "${name}"\nformat = "${format}"\nurl = "${root}${path}"\ninterval_seconds = 10\nallow_private_addresses = true\n${rest}\n`
  shelf.quakes = [quake('old', 6.5, 50 * hour), quake('weak', 3.2, hour), quake('faint', 1.2, hour), quake('far', 7.1, hour, {}, [121.4, 24.1, 20]), quake('abroad', 7.5, hour, {}, [-122.1, 46.2, 3]), quake('strong', 4.9, hour), quake('blast', 5, hour, { type: 'quarry blast' })]
  const config = [
    pull('quakes', 'earthquakes', '/quakes'),
    pull('fires', 'hotspots', '/fires/{key}', 'key = "sec-ret-key"'),
    pull('slow', 'earthquakes', '/slow', 'timeout_seconds = 1'),
    pull('huge', 'earthquakes', '/huge', 'max_bytes = 100000'),
    pull('wrong', 'hotspots', '/wrong'),
    pull('away', 'earthquakes', '/away'),
    pull('broken', 'earthquakes', '/broken'),
    pull('closed', 'earthquakes', '/closed').replace(root, 'http://127.0.0.1:1'),
    pull('private', 'earthquakes', '/inside').replace('allow_private_addresses = true\n', ''),
  ].join('\n')
  platform = await Platform.start({ config })
  admin = await Client.signIn(platform, 'admin')
})
after(async () => {
  await browser?.close()
  await platform?.remove()
  far?.closeAllConnections()
  far?.close()
})

const sources = async () => Object.fromEntries((await admin.get('/sources/pull')).map((one) => [one.name, one]))
const records = async (kind) => (await admin.get(`/records/${kind}?limit=500`)).items
const byId = async (id) => (await records('earthquake')).find((one) => one.attributes.source_id === id)
const incidents = async () => (await admin.get('/matters?process=incident&limit=200')).items

describe('lists that are fetched from others', () => {
  test('earthquakes of the own area become records, and only a strong and fresh one an incident, once', async () => {
    const strong = await until(async () => { const one = await byId('strong'); return one?.attributes.matter && one }, { what: 'the strong earthquake', within: 60_000 })
    assert.deepEqual((await records('earthquake')).map((one) => one.attributes.source_id).sort(), ['old', 'strong', 'weak'])
    assert.match((await byId('old')).attributes.explanation, /已超过 24 小时/)
    const matter = await admin.get(`/matters/${strong.attributes.matter}`)
    assert.deepEqual([matter.process, matter.phase, matter.division.slice(0, 2)], ['incident', 'reported', '64'])
    assert.match(matter.title, /4\.9 级地震/)
    assert.match(JSON.stringify(matter), /按衰减关系估计/, 'what may have been shaken is told with it')
    await platform.kill()
    await platform.restart()
    admin = await Client.signIn(platform, 'admin')
    const before = shelf.unchanged
    await until(() => shelf.unchanged > before, { what: 'a list that did not change', within: 60_000 })
    assert.equal((await incidents()).filter((one) => /级地震/.test(one.title)).length, 1)
  })

  test('a revision changes the record and is told at the incident; what vanishes stays', async () => {
    const { attributes: { matter } } = await byId('strong')
    shelf.quakes = [quake('strong', 5.4, hour, { updated: Date.now(), status: 'reviewed' }), quake('weak', 4.6, hour, { updated: Date.now() })]
    await until(async () => (await byId('strong')).attributes.magnitude === 5.4, { what: 'the revision', within: 60_000 })
    const told = await until(async () => JSON.stringify(await admin.get(`/matters/${matter}/timeline`)).match(/震级由 4\.9 修订为 5\.4.*Ⅵ度区长轴半径约 \d+ km，其内：.*企业 \d+ 处/), { what: 'the comment' })
    assert.ok(told)
    await until(async () => (await byId('weak')).attributes.matter, { what: 'the one that grew strong enough' })
    assert.ok(await byId('old'), 'it vanished from the list and stays')
    shelf.quakes = [quake('strong', 4.0, hour, { updated: Date.now() - hour })]
    const sent = shelf.sent
    await until(() => shelf.sent > sent, { what: 'an older version that comes late', within: 60_000 })
    assert.equal((await byId('strong')).attributes.magnitude, 5.4)
  })

  test('fire pixels beside known heat are masked and say by what; pixels of one fire raise one incident', async () => {
    const { items } = await admin.get('/records/enterprise?limit=500')
    plant = await admin.get(`/records/enterprise/${items.find((one) => one.location && one.attributes.industry !== 'metallurgy').id}`)
    await admin.call('PUT', `/records/enterprise/${plant.id}`, { ...plant, attributes: { ...plant.attributes, heat_source: 'power' } })
    const { lon, lat } = plant.location
    shelf.fires = [heading, pixel(lat + 0.01, lon, 90), pixel(37.0, 105.95, 85), pixel(37.01, 105.96, 95), pixel(37.75, 107.3, 20), pixel(36.5, 106.2, 95, 40 * hour), 'x,y,1,1,1,today,now,T,1,1,1,1,D'].join('\n')
    const found = await until(async () => { const rows = await records('fire_hotspot'); return rows.length === 5 && rows }, { what: 'five pixels', within: 60_000 })
    await until(async () => (await records('fire_hotspot')).some((one) => one.attributes.judgement === 'raised' && one.attributes.matter), { what: 'the incident' })
    const of = (judgement) => found.filter((one) => one.attributes.judgement === judgement)
    assert.deepEqual(['masked', 'raised', 'grouped', 'kept'].map((one) => of(one).length), [1, 1, 1, 2], JSON.stringify(found.map((one) => one.attributes)))
    const [masked] = of('masked')
    assert.equal(masked.attributes.masked_by, plant.code)
    assert.match(masked.attributes.explanation, new RegExp(`${plant.name}” 1\\.1 km`))
    assert.equal((await incidents()).filter((one) => /火点/.test(one.title)).length, 1)
    const source = await until(async () => { const one = (await sources()).fires; return one.kept === 5 && one }, { what: 'the figures' })
    assert.deepEqual([source.masked, source.raised, source.state], [1, 1, 'well'])
    assert.match(source.trouble, /1 条读不出/)
  })

  test('whoever answers slowly, hugely, wrongly or not at all is named with why, and harms nobody', async () => {
    const all = await until(async () => { const now = await sources(); return Object.values(now).every((one) => one.tried_at) && now }, { what: 'every list asked', within: 60_000 })
    const why = Object.fromEntries(Object.entries(all).map(([name, one]) => [name, one.trouble]))
    assert.match(why.slow, /1 秒内没有收完/)
    assert.match(why.huge, /超过 100000 字节/)
    assert.match(why.wrong, /不是约定的格式.*Invalid MAP_KEY/)
    assert.match(why.away, /转到别的地址/)
    assert.match(why.broken, /503/)
    assert.match(why.closed, /连接不上/)
    assert.match(why.private, /内网/)
    assert.equal(shelf.inside, 0, 'neither a redirect nor a private address was followed')
    assert.ok(['slow', 'huge', 'wrong', 'away', 'broken', 'closed', 'private'].every((name) => all[name].state === 'failing' && all[name].failures > 0))
    assert.ok(!JSON.stringify([all, await admin.get('/configuration')]).includes('sec-ret-key'), 'the key is never shown')
  })

  test('by hand: the page of sources, the ledger, the map', async () => {
    browser = await Browser.start(platform)
    const page = await browser.signIn('admin')
    await page.goto('/admin/sources')
    await page.getByTestId('pull-source').first().waitFor()
    assert.match(await page.getByTestId('pull-source').filter({ hasText: 'fires' }).getByTestId('pull-masked').textContent(), /屏蔽 1 条（20%）/)
    await page.screenshot({ path: join(browser.pictures, 'sources.png'), fullPage: true })
    await page.goto('/ledgers/fire_hotspot')
    await page.getByText('固定热源屏蔽').first().waitFor()
    await page.screenshot({ path: join(browser.pictures, 'hotspots.png') })
    await page.goto(`/ledgers/earthquake/${(await byId('strong')).id}`)
    await page.getByText('级地震').first().waitFor()
    await page.getByRole('link', { name: '打开事件' }).waitFor()
    await page.screenshot({ path: join(browser.pictures, 'earthquake.png'), fullPage: true })
    await page.goto('/admin/sources')
    await page.setViewportSize({ width: 360, height: 740 })
    await page.getByTestId('pull-source').first().waitFor()
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0)
    await page.screenshot({ path: join(browser.pictures, 'sources-phone.png') })
    assert.deepEqual(browser.complaints, [])
  })

  test('the program fell over nothing', () => assert.deepEqual(serverErrors, []))
})
