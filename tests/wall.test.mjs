// A wall: it follows the device that drives it without reload, its map stays where somebody put it,
// and it can be read on a room's screen and on a video wall.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Browser } from './support/browser.mjs'
import { Client } from './support/client.mjs'
import { Platform } from './support/platform.mjs'
import { until } from './support/waiting.mjs'
import { everybody, gateway, sendSample, steps } from './support/story.mjs'

let platform, people, gate, browser, wall, control
const faults = []
const scene = (name) => wall.locator(`[data-testid=wall][data-scene=${name}]`).waitFor()

before(async () => {
  platform = await Platform.start()
  people = await everybody(platform)
  gate = await gateway(platform, people.admin)
  for (const sample of [158, 161]) await sendSample(gate, sample)
  browser = await Browser.start(platform)
  wall = await browser.signIn('viewer.ningxia')
  control = await browser.signIn('duty.lingwu')
})
after(async () => {
  await browser?.close()
  gate?.connection.break()
  await platform?.remove()
})

const look = (page, name) => browser.look(page, name, faults)

steps('a wall', (step) => {
  step('shows the watch by itself', async () => {
    await wall.setViewportSize({ width: 1920, height: 1080 })
    await wall.goto('/wall/main')
    await scene('watch')
    await wall.getByTestId('wall-alarms').locator('li').first().waitFor()
    assert.match(await wall.getByTestId('wall-figures').textContent(), /待确认告警/)
    await wall.getByTestId('map-alarm').first().waitFor()
    const scrolls = await wall.evaluate(() => [document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth])
    assert.deepEqual(scrolls, [0, 0], 'a wall has no scroll bars')
    await look(wall, 'wall-watch')
  })

  step('shows whole rows only, however many alarms wait', async () => {
    const codes = Array.from({ length: 14 }, (_, number) => `WALL_${number}`)
    for (const code of codes) {
      const series = await people.admin.call('POST', '/series', { device: gate.device.id, code, name: `储罐区测点 ${code}`, unit: '1', expected_interval_seconds: 60 })
      await people.admin.call('POST', '/rules', { series: series.id, name: '高', kind: 'high', limit: 100, deadband: 1, on_delay_seconds: 0, off_delay_seconds: 0, priority: 'medium', enabled: true })
    }
    await gate.connection.observe(gate.code, codes.map((series) => ({ series, observed_at: new Date().toISOString(), value: '150' })))
    await wall.getByTestId('wall-alarms').getByText('储罐区测点').first().waitFor()
    const cut = () => wall.evaluate(() => [...document.querySelectorAll('.wall .panel li')].filter((row) => row.getBoundingClientRect().bottom > row.closest('.panel').getBoundingClientRect().bottom).map((row) => row.textContent))
    for (const [width, height] of [[1920, 1080], [3840, 1215], [1366, 768], [1920, 1080]]) {
      await wall.setViewportSize({ width, height })
      await until(async () => (await cut()).length === 0, { what: `whole rows at ${width} × ${height}` })
    }
    // The panel is measured anew a frame after it was resized: what is whole at once may still be the few of before.
    await until(async () => (await wall.getByTestId('wall-alarms').locator('li').count()) >= 3, { what: 'more than one of them' })
    await look(wall, 'wall-many')
  })

  step('follows the device that drives it, and shows its line', async () => {
    await control.goto('/walls/main')
    await control.getByTestId('wall-scene-incident').click()
    await scene('incident')
    await control.getByTestId('wall-note-input').locator('input').or(control.locator('#wall-note')).first().fill('会商 15:30，请各组长到位')
    await control.getByTestId('wall-note-send').click()
    await wall.getByTestId('wall-note').filter({ hasText: '会商 15:30' }).waitFor()
    await look(control, 'wall-control')
    await control.getByTestId('wall-scene-watch').click()
    await scene('watch')
  })

  step('keeps the map where somebody put it until it is driven again', async () => {
    const box = await wall.getByTestId('map-canvas').boundingBox()
    await wall.mouse.move(box.x + 400, box.y + 400)
    await wall.mouse.down()
    await wall.mouse.move(box.x + 500, box.y + 460, { steps: 5 })
    await wall.mouse.up()
    await wall.getByTestId('wall-map-locked').waitFor()
    await control.getByTestId('wall-scene-auto').click()
    await wall.getByTestId('wall-map-locked').waitFor({ state: 'detached' })
  })

  step('is driven by those who may, with names that fit', async () => {
    const viewer = await Client.signIn(platform, 'viewer.ningxia')
    const json = { version: 0, scene: 'watch' }
    assert.equal((await viewer.send('PUT', '/walls/main', { json })).status, 403)
    const duty = await Client.signIn(platform, 'duty.lingwu')
    const stale = await duty.send('PUT', '/walls/main', { json })
    assert.equal(stale.status, 409)
    assert.equal((await duty.send('PUT', '/walls/Main%20Hall', { json })).status, 422)
    assert.equal((await duty.send('PUT', '/walls/hall', { json: { ...json, note: 'x'.repeat(121) } })).status, 422)
    assert.equal((await duty.send('PUT', '/walls/hall', { json: { ...json, scene: 'party' } })).status, 422)
    const other = await Client.signIn(platform, 'duty.pingluo')
    assert.equal((await other.send('PUT', '/walls/main', { json: { ...json, version: (await duty.call('GET', '/walls/main')).version } })).status, 403, 'another county’s wall')
  })

  step('a screen without a keyboard is let in by its code, shows and changes nothing, and is sent away', async () => {
    const screen = await browser.window()
    await screen.setViewportSize({ width: 1920, height: 1080 })
    await screen.goto('/wall/hall')
    const code = await until(async () => /^[A-Z2-9]{4}-[A-Z2-9]{4}$/.exec(await screen.getByTestId('screen-code').textContent())?.[0], { what: 'a code' })
    await look(screen, 'wall-waiting')
    const viewer = await Client.signIn(platform, 'viewer.ningxia')
    assert.equal((await viewer.send('POST', '/screens/let-in', { json: { code, name: 'x' } })).status, 403)
    const duty = await Client.signIn(platform, 'duty.lingwu')
    await duty.refused('POST', '/screens/let-in', { code: 'ZZZZ-ZZZZ', name: 'x' }, 422, 'unknown_screen_code')
    await control.goto('/walls/hall')
    await control.getByTestId('screen-code-input').fill(code.toLowerCase().replace('-', ' '))
    await control.getByTestId('screen-name-input').fill('指挥大厅主屏')
    await control.getByTestId('screen-let-in').click()
    await screen.locator('[data-testid=wall]').waitFor()
    await screen.getByTestId('wall-alarms').locator('li').first().waitFor()
    const asks = async (path, options = {}) => (await screen.request.fetch(`/api/v1${path}`, options)).status()
    assert.deepEqual([await asks('/alarms'), await asks('/users'), await asks('/trace'), await asks('/records/person'), await asks('/tokens'), await asks('/messages/mine')], [200, 403, 403, 403, 409, 409])
    const { csrf_token: csrf, screen: called } = await (await screen.request.get('/api/v1/session')).json()
    assert.equal(called, '指挥大厅主屏')
    assert.equal(await asks('/walls/hall', { method: 'PUT', headers: { 'x-csrf-token': csrf }, data: { version: 0, scene: 'watch' } }), 409)
    await screen.goto('/admin/users')
    await screen.locator('[data-testid=wall]').waitFor()
    await control.getByTestId('screen').filter({ hasText: '指挥大厅主屏' }).waitFor()
    await look(control, 'wall-screens')
    await control.getByTestId('screen-send-away').click()
    await screen.getByTestId('screen-code').waitFor()
    await screen.close()
    // That is how it learns that it was sent away.
    browser.complaints = browser.complaints.filter((one) => !/status of 401/.test(one))
  })

  step('is read on a video wall and in a hand, and nothing was wrong on the way', async () => {
    await wall.setViewportSize({ width: 3840, height: 1215 })
    await look(wall, 'wall-wide')
    await wall.setViewportSize({ width: 360, height: 740 })
    await look(wall, 'wall-phone')
    const wide = await wall.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(wide <= 0, `${wide} px too wide`)
    assert.deepEqual(browser.complaints, [])
    assert.deepEqual([...new Set(faults)], [])
  })
})
