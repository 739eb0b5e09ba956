// One Map: what it tells over HTTP, and by hand in the browser — near, inside, draw, send, print.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Browser } from './support/browser.mjs'
import { Platform } from './support/platform.mjs'
import { CODES, everybody, gateway, sendSample, steps } from './support/story.mjs'
import { until } from './support/waiting.mjs'

let platform, people, gate, browser, duty, other, plot
const faults = []
const PLANT = { lon: 106.62, lat: 38.17 }
const RINGS = [1000, 3000, 5000, 10_000]

before(async () => {
  platform = await Platform.start()
  people = await everybody(platform)
  gate = await gateway(platform, people.admin)
  for (const sample of [158, 161]) await sendSample(gate, sample)
  browser = await Browser.start(platform)
})
after(async () => {
  await browser?.close()
  gate?.connection.break()
  await platform?.remove()
})

const inside = (area, more = {}) => people['duty.lingwu'].call('POST', '/map/inside', { area, limit: 50, ...more })
const of = (answer, kind) => answer.find((one) => one.kind === kind)
const look = (page, name) => browser.look(page, name, faults)
const tool = async (page, name) => {
  await page.getByTestId(`tool-${name}`).click()
  await page.getByTestId(name === 'time' ? 'time-bar' : 'tool-panel').waitFor()
}

steps('one map', (step) => {
  step('what is near: rings, people and the nearest first, the same as the list of nearest records', async () => {
    const answer = await inside({ circle: { center: PLANT, radius_m: 10_000 } }, { rings_m: RINGS })
    const teams = of(answer, 'rescue_team')
    assert.equal(teams.rings.reduce((sum, count) => sum + count, 0), teams.count)
    assert.ok(teams.count > 0 && teams.records.every((one, index) => index === 0 || one.distance_m >= teams.records[index - 1].distance_m))
    const nearest = await people['duty.lingwu'].get(`/records/rescue_team/nearest?lon=${PLANT.lon}&lat=${PLANT.lat}&limit=50&radius_m=10000`)
    assert.deepEqual(teams.records.map((one) => one.record.id), nearest.map((one) => one.record.id))
    assert.ok(of(answer, 'enterprise').people.sum > 0, 'employees of the enterprises near')
    assert.equal(of(answer, 'plot'), undefined, 'kinds without a place have nothing near')
  })

  step('what is inside: a polygon, a box; nobody counts what they may not read; bad areas name their field', async () => {
    const ring = [[106.5, 38.1], [106.7, 38.1], [106.7, 38.25], [106.5, 38.25], [106.5, 38.1]]
    const drawn = await inside({ polygon: { type: 'Polygon', coordinates: [ring] } })
    const box = await inside({ bbox: [106.5, 38.1, 106.7, 38.25] }, { limit: 0 })
    assert.equal(of(drawn, 'enterprise').count, of(box, 'enterprise').count)
    assert.deepEqual(of(box, 'enterprise').records, [])
    const risky = await inside({ bbox: [106.5, 38.1, 106.7, 38.25] }, { kinds: [{ kind: 'enterprise', filter: ['risk_level:eq:major'] }], limit: 50 })
    assert.ok(risky[0].count < of(box, 'enterprise').count && risky[0].records.every((one) => one.record.attributes.risk_level === 'major'))
    for (const [area, field] of [[{ circle: { center: PLANT, radius_m: -1 } }, 'area.circle.radius_m'], [{ bbox: [107, 38, 106, 39] }, 'bbox'], [{ polygon: { type: 'Polygon', coordinates: [[[1, 2]]] } }, 'area']]) {
      const refused = await people['duty.lingwu'].send('POST', '/map/inside', { json: { area, limit: 1 } })
      assert.equal(refused.status, 422, JSON.stringify(refused.body))
      assert.equal(refused.body.errors[0].field, field)
    }
    const counties = await people['duty.lingwu'].get('/map/risk')
    assert.ok(counties.some((one) => one.division === CODES.county && one.counts.major > 0), JSON.stringify(counties))
  })

  step('what changed: an alarm from its beginning; a span too long is refused', async () => {
    const changes = await until(async () => {
      const answer = await people['duty.lingwu'].get('/map/changes?hours=24')
      return answer.spans.some((span) => span.what === 'alarm') && answer
    }, { what: 'an alarm among the changes' })
    const alarm = changes.spans.find((span) => span.what === 'alarm')
    assert.ok(alarm.location && alarm.grade && alarm.to === null && Date.parse(alarm.from) <= Date.parse(changes.to))
    assert.equal((await people['duty.lingwu'].send('GET', '/map/changes?hours=9999')).status, 422)
  })

  step('by hand: what is within 3 km of the plant', async () => {
    duty = await browser.signIn('duty.lingwu')
    await duty.getByTestId('nav-map').click()
    await duty.getByTestId('count-enterprise').waitFor()
    await look(duty, 'map')
    await duty.getByTestId('map-search').fill(`${PLANT.lat}, ${PLANT.lon}`)
    await duty.getByTestId('map-swapped').first().waitFor()
    await duty.keyboard.press('Enter')
    await duty.getByTestId('map-card').waitFor()
    await duty.keyboard.press('r')
    await duty.getByTestId('near-ring-3000').click()
    await duty.getByTestId('near-item').first().waitFor()
    const counted = of(await inside({ circle: { center: PLANT, radius_m: 3000 } }, { limit: 0 }), 'rescue_team').count
    assert.equal(await duty.getByTestId('near-kind-rescue_team').locator('xpath=ancestor::tr').locator('td.on').textContent(), String(counted))
    await look(duty, 'map-near')
  })

  step('coordinates are read in every system and say so', async () => {
    for (const [text, first] of [['GCJ-02 106.62,38.17', 'GCJ-02'], ['百度 106.62 38.17', 'BD-09'], ['东经106度37分12秒 北纬38度10分12秒', '度分秒']]) {
      await duty.getByTestId('map-search').fill(text)
      await until(async () => (await duty.getByTestId('map-reading').first().textContent())?.includes(first), { what: `${text} to be read` })
    }
    await duty.getByTestId('map-search').fill('')
  })

  step('a drawn circle tells people, counts and lists; by keyboard alone', async () => {
    await duty.keyboard.press('Escape')
    await tool(duty, 'inside')
    await duty.getByTestId('draw-circle').focus()
    await duty.keyboard.press('Enter')
    await duty.getByTestId('map-canvas').locator('canvas').focus()
    await duty.keyboard.press('Space')
    const address = duty.url()
    await duty.keyboard.press('ArrowRight')
    // The address changes when the map rests after the key.
    await until(() => duty.url() !== address, { what: 'the map to rest' })
    assert.match(await duty.getByTestId('sketch-bar').textContent(), /半径/)
    await duty.keyboard.press('Space')
    await duty.getByTestId('inside-list').waitFor()
    await until(async () => /\d/.test(await duty.getByTestId('people').textContent()), { what: 'the people in the circle' })
    await look(duty, 'map-inside')
  })

  step('a drawing is kept and seen by others at once; both draw, nothing is lost', async () => {
    await tool(duty, 'plot')
    await duty.getByTestId('plot-new').click()
    await duty.getByTestId('plot-name').fill('宁东泄漏处置示例')
    await duty.getByTestId('symbol-leak').click()
    await duty.getByTestId('sketch-add').click()
    await until(async () => (await duty.getByTestId('plot-state').getAttribute('data-state')) === 'saved', { what: 'the drawing to be kept' })
    plot = (await people['duty.lingwu'].get('/records/plot')).items.find((one) => one.name === '宁东泄漏处置示例')
    assert.equal(plot.attributes.elements[0].symbol, 'leak')
    other = await browser.signIn('leader.lingwu')
    await other.goto(`/map?l=enterprise&p=${plot.id}&lon=${PLANT.lon}&lat=${PLANT.lat}&z=12`)
    await tool(other, 'plot')
    await other.getByTestId('plot-edit').first().click()
    await other.getByTestId('symbols-facility').click()
    await other.getByTestId('symbol-command_post').click()
    await other.getByTestId('sketch-add').click()
    await duty.getByTestId('symbols-zone').click()
    await duty.getByTestId('symbol-safety_circle').click()
    await duty.getByTestId('sketch-add').click()
    const canvas = await duty.getByTestId('map-canvas').boundingBox()
    await duty.mouse.click(canvas.x + canvas.width * 0.66, canvas.y + canvas.height * 0.5)
    const symbols = async () => (await people['duty.lingwu'].get(`/records/plot/${plot.id}`)).attributes.elements.map((one) => one.symbol).sort().join()
    await until(async () => (await symbols()) === 'command_post,leak,safety_circle', { what: 'both drawings in one' })
    // Live: what the other one drew stands in my list without a reload.
    await until(async () => (await duty.getByTestId('plot-label').count()) === 3, { what: 'three elements with the first person' })
    await look(duty, 'map-plot')
    await duty.getByTestId('plot-done').click()
    const history = await people['duty.lingwu'].get(`/records/plot/${plot.id}/history`)
    assert.ok(history.length >= 3 && new Set(history.map((one) => one.actor_name)).size === 2, 'every version with who made it')
    const refused = await people['viewer.ningxia'].send('POST', '/records/plot', { json: { name: 'x', division: CODES.county, attributes: plot.attributes } })
    assert.equal(refused.status, 403)
    await other.context().close()
  })

  step('a saved view has an address that opens it for somebody else', async () => {
    await tool(duty, 'layers')
    await duty.getByTestId('filter-enterprise').click()
    await duty.getByTestId('filter-risk_level-major').click()
    await tool(duty, 'views')
    await duty.getByTestId('view-name').fill('重大风险企业')
    await duty.getByTestId('view-save').click()
    await duty.getByTestId('view-open').first().waitFor()
    const view = (await people['duty.lingwu'].get('/records/map_view')).items[0]
    assert.deepEqual(view.attributes.filters, [{ kind: 'enterprise', conditions: ['risk_level:in:major'] }])
    const page = await browser.signIn('approver.lingwu')
    await page.goto(`/map?view=${view.id}`)
    await page.waitForURL(/f=enterprise/)
    assert.match(decodeURIComponent(page.url()), /risk_level:in:major/)
    await page.context().close()
    await duty.getByTestId('tool-layers').click()
    await duty.getByTestId('filter-enterprise').click()
    await duty.getByTestId('filter-clear').click()
  })

  step('the time slider shows what held before, and says that it is past', async () => {
    await tool(duty, 'time')
    await until(async () => (await duty.locator('[data-testid=map-alarm]').count()) > 0, { what: 'alarms on the map' })
    await duty.getByTestId('time-slider').focus()
    await duty.keyboard.press('Home')
    await until(async () => (await duty.locator('[data-testid=map-alarm]').count()) === 0, { what: 'a time before the alarms' })
    await duty.getByText('正在看过去的时刻').waitFor()
    await look(duty, 'map-time')
    await duty.getByTestId('time-now').click()
    await until(async () => (await duty.locator('[data-testid=map-alarm]').count()) > 0, { what: 'alarms on the map again' })
  })

  step('a list beside the map; a picture, GeoJSON and a sheet to print', async () => {
    await tool(duty, 'list')
    await duty.getByTestId('list-row').first().waitFor()
    await look(duty, 'map-list')
    await tool(duty, 'export')
    const [png] = await Promise.all([duty.waitForEvent('download'), duty.getByTestId('export-png').click()])
    assert.match(png.suggestedFilename(), /^fengsui-map-.*\.png$/)
    const [file] = await Promise.all([duty.waitForEvent('download'), duty.getByTestId('export-geojson').click()])
    const { readFileSync } = await import('node:fs')
    const geojson = JSON.parse(readFileSync(await file.path(), 'utf8'))
    assert.ok(geojson.features.some((one) => one.properties.kind === 'enterprise') && geojson.marks.length > 0, 'marked as a demonstration')
    await duty.getByTestId('export-print').click()
    await duty.getByTestId('print-sheet').waitFor()
    await look(duty, 'map-print')
    await duty.keyboard.press('Escape')
  })

  step('on a phone: tools at the thumb, a sheet from below, corners by the crosshair', async () => {
    const phone = await browser.signIn('duty.lingwu', { phone: true })
    await phone.goto(`/map?l=alarms,enterprise,rescue_team,shelter&lon=${PLANT.lon}&lat=${PLANT.lat}&z=12`)
    await phone.getByTestId('tool-near').waitFor()
    await look(phone, 'phone-map')
    await phone.getByTestId('tool-near').click()
    await phone.getByTestId('near-item').first().waitFor()
    await look(phone, 'phone-map-near')
    await phone.getByTestId('tool-measure').click()
    await phone.getByTestId('sketch-add').click()
    await phone.getByTestId('sketch-bar').waitFor()
    const wide = await phone.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= 360, `${wide} pixels wide`)
    await phone.context().close()
  })

  step('nothing went wrong in any console, and nothing serious for those who cannot see', () => {
    assert.deepEqual(browser.complaints, [])
    assert.deepEqual(faults, [])
  })
}, { onFailure: () => browser?.pictureAll() })
