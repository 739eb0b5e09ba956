// Base maps beside the offline one: every kind of service is really drawn, with its origin; the browser may reach their hosts and
// no other; one that fails leaves the offline map and says so.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { PNG } from 'pngjs'
import { BaseService, COLORS, KEYS } from './support/base-service.mjs'
import { Browser } from './support/browser.mjs'
import { Client } from './support/client.mjs'
import { Platform } from './support/platform.mjs'
import { steps } from './support/story.mjs'
import { until } from './support/waiting.mjs'

/** Nobody else's tiles, and nothing lies there. */
const VIEW = '/map?l=shelter&lon=105.9&lat=38.05&z=11'
/** A shade may come out a little different. */
const NEARLY = 6

let service, platform, duty, browser, page
const faults = []

before(async () => {
  service = await BaseService.start()
  platform = await Platform.start({ config: `
[map.bases.images]
kind = "xyz"
title = "本地影像"
url = "${service.url}/xyz/{z}/{x}/{y}.png?k={key}"
key = "${KEYS.xyz}"
[map.bases.province]
kind = "wmts"
title = "省级地图服务"
title_en = "Province"
url = "${service.url}/wmts"
layer = "province"
attribution = "示例测绘院 审图号示例"
[map.bases.style]
kind = "wmts"
title = "天地图式服务"
url = "${service.url}/vec_w/wmts?tk={key}"
layer = "vec"
matrix_set = "w"
key = "${KEYS.vec}"
[map.bases.sky]
kind = "tianditu"
title = "天地图矢量"
layer = "vec"
key = "${KEYS.vec}"
[map.bases.archive]
kind = "pmtiles"
title = "离线影像包"
url = "${service.url}/archive.pmtiles"
` })
  duty = await Client.signIn(platform, 'duty.lingwu')
  browser = await Browser.start(platform)
})
after(async () => {
  await browser?.close()
  service?.close()
  await platform?.remove()
})

/** The colour of the map, right of the middle, where no panel lies. */
async function shade() {
  const { x, y, width, height } = await page.getByTestId('map-canvas').boundingBox()
  const picture = await page.screenshot({ clip: { x: x + width * 0.7, y: y + height * 0.6, width: 4, height: 4 } })
  return [...PNG.sync.read(picture).data.subarray(0, 3)]
}
const like = (one, other) => one.every((part, index) => Math.abs(part - other[index]) <= NEARLY)
const drawn = (name) => until(async () => like(await shade(), COLORS[name]), { within: 20_000, what: `the map to be drawn by ${name}` })
const credits = () => page.locator('.maplibregl-ctrl-attrib').textContent()
async function choose(id) {
  if (!(await page.getByTestId('base-offline').count())) await page.getByTestId('tool-bases').click()
  await page.getByTestId(`base-${id}`).check()
}
const look = (name) => browser.look(page, name, faults)

steps('base maps', (step) => {
  step('keys only for those who signed in, the policy open for these hosts alone', async () => {
    const bases = await duty.get('/map/bases')
    assert.deepEqual(bases.map(({ id, format }) => [id, format]), [['archive', 'pmtiles'], ['images', 'raster'], ['province', 'raster'], ['sky', 'raster'], ['style', 'raster']])
    assert.equal(bases.find((one) => one.id === 'images').tiles[0], `${service.url}/xyz/{z}/{x}/{y}.png?k=${KEYS.xyz}`)
    assert.equal((await fetch(`${platform.url}/api/v1/map/bases`)).status, 401)
    const answer = await fetch(platform.url)
    const policy = answer.headers.get('content-security-policy')
    const hosts = [service.url, ...[0, 1, 2, 3].map((host) => `https://t${host}.tianditu.gov.cn`)].join(' ')
    assert.ok(policy.includes(`connect-src 'self' ${hosts};`) && policy.includes(`img-src 'self' data: blob: ${hosts};`) && policy.includes("script-src 'self';"), policy)
    const text = await answer.text()
    for (const key of Object.values(KEYS)) assert.ok(!text.includes(key))
  })

  step('the browser reaches the hosts of the configuration and is refused any other', async () => {
    page = await browser.signIn('duty.lingwu')
    // Tianditu itself is far away: its hosts are played by our service, behind the policy that the page obeys.
    await page.context().route('https://*.tianditu.gov.cn/**', (route) => {
      const { status, headers, body } = service.reply(new URL(route.request().url()))
      return route.fulfill({ status, headers: { 'access-control-allow-origin': '*', ...headers }, body })
    })
    await page.goto(VIEW)
    await page.getByTestId('tool-bases').click()
    await page.getByTestId('base-offline').waitFor()
    const reach = (address) => page.evaluate(async (asked) => {
      const refused = new Promise((resolve) => document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), { once: true }))
      return Promise.race([refused, fetch(asked).then((answer) => answer.status, () => refused)])
    }, address)
    assert.equal(await reach(`${service.url}/xyz/1/1/1.png?k=${KEYS.xyz}`), 200)
    assert.equal(await reach(service.url.replace('127.0.0.1', 'localhost')), 'connect-src')
    // The refusal was asked for.
    browser.complaints = browser.complaints.filter((one) => !one.includes('localhost'))
  })

  for (const [id, name, title] of [['images', 'xyz', '本地影像'], ['province', 'wmts', '示例测绘院 审图号示例'], ['style', 'vec', '天地图式服务'], ['archive', 'pmtiles', '离线影像包']]) {
    step(`${id}: chosen in the panel, drawn, its origin named`, async () => {
      await choose(id)
      await drawn(name)
      assert.ok((await credits()).includes(title), await credits())
      assert.match(page.url(), new RegExp(`b=${id}`))
      assert.equal(await page.getByTestId('map-notice').count(), 0)
      if (id === 'province') await look('map-base')
    })
  }

  step('sky: Tianditu with its names above, each tile with the key', async () => {
    const before = service.asked.vec
    await choose('sky')
    await until(() => service.asked.vec > before && service.asked.cva > 0, { what: 'tiles and names of Tianditu' })
    await drawn('vec')
    assert.match(await credits(), /天地图 · 国家地理信息公共服务平台/)
    assert.deepEqual(service.refused, [])
  })

  step('the address opens the same base map for somebody else; offline is one touch away', async () => {
    await choose('images')
    await drawn('xyz')
    const other = await browser.signIn('leader.lingwu')
    await other.goto(page.url())
    await other.locator('.maplibregl-ctrl-attrib', { hasText: '本地影像' }).waitFor()
    await other.context().close()
    await choose('offline')
    await until(async () => !(await credits()).includes('本地影像'), { what: 'the offline map' })
    assert.ok(!like(await shade(), COLORS.xyz))
  })

  for (const [id, name, title] of [['images', 'xyz', '本地影像'], ['archive', 'pmtiles', '离线影像包'], ['sky', 'vec', '天地图矢量']]) {
    step(`${id} fails: the offline map stays, the notice names it, the panel marks it; it comes back`, async () => {
      service.off.add(name)
      // What the browser or the archive's reader kept from before must not answer for the service.
      await page.goto(`/map?b=${id}&l=shelter&lon=105.2&lat=36.4&z=10`)
      await page.getByTestId('map-notice').waitFor()
      assert.ok((await page.getByTestId('map-notice').textContent()).includes(title))
      assert.ok(!like(await shade(), COLORS[name]))
      await page.getByTestId('tool-bases').click()
      await page.getByTestId('base-failed').waitFor()
      if (id === 'images') await look('map-base-failed')
      service.off.delete(name)
      await page.getByTestId('map-retry').click()
      await drawn(name)
      assert.equal(await page.getByTestId('map-notice').count(), 0)
      // The refused tiles are what this step is about.
      browser.complaints = browser.complaints.filter((one) => !one.includes('503'))
    })
  }

  step('nothing went wrong in any console, and nothing serious for those who cannot see', () => {
    assert.deepEqual(browser.complaints, [])
    assert.deepEqual(faults, [])
  })
}, { onFailure: () => browser?.pictureAll() })
