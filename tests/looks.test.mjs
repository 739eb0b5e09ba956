// Reference pictures of the design language and the main screens: day, night, wall, Chinese, English, phone.
// FENGSUI_BLESS_LOOKS=1 writes them anew; whoever does that looks at each of them.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Browser, settled } from './support/browser.mjs'
import { freeze } from './support/frozen.mjs'
import { difference, FONT, fontOf, NOW, standStill, unroll } from './support/looks.mjs'
import { Platform } from './support/platform.mjs'
import { setStage } from './support/stage.mjs'
import { STORE } from './support/stores.mjs'

/** Half a pixel per pixel: enough to see, small enough to keep. */
const SIZES = {
  desk: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 0.5 },
  wall: { viewport: { width: 1920, height: 1080 }, deviceScaleFactor: 0.4 },
  room: { viewport: { width: 3840, height: 1215 }, deviceScaleFactor: 0.25 },
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 0.75, isMobile: true, hasTouch: true },
}
const VIEWS = [
  { size: 'desk', theme: 'day', language: 'zh-CN' },
  { size: 'desk', theme: 'night', language: 'en' },
  { size: 'phone', theme: 'day', language: 'zh-CN' },
]
const NIGHT = { size: 'desk', theme: 'night', language: 'zh-CN' }
const WALL = { size: 'wall', theme: 'wall', language: 'zh-CN' }
const ROOM = { ...WALL, size: 'room' }
const DESIGN = [...VIEWS, WALL]
/** Maps are drawn by the graphics of the machine. */
const MAP = ['.maplibregl-map']
const palette = async (page) => {
  await page.keyboard.press('Control+k')
  await page.getByTestId('palette-input').fill('nd')
  await page.getByTestId('palette-places').first().waitFor()
}
/** Each picture shows what it is about, and stays when a page is added to the navigation. */
const SCREENS = [
  { name: 'design', path: '/design', views: DESIGN, full: true, part: 'main' },
  { name: 'portal', path: '/', part: 'main', views: [...VIEWS, NIGHT], ready: 'portal-alarms' },
  { name: 'alarms', path: '/alarms', part: 'main', views: [...VIEWS, NIGHT], ready: 'alarm-list' },
  { name: 'incident', path: ({ incident }) => `/incidents/${incident.id}`, part: 'main', views: [...VIEWS, NIGHT], mask: MAP, ready: 'task-list' },
  { name: 'warning-editor', path: ({ alarm }) => `/warnings/new?alarm=${alarm.id}`, part: 'main', views: [VIEWS[0], NIGHT, VIEWS[2]], mask: MAP, ready: 'warning-population' },
  { name: 'inbox', path: '/inbox', part: 'main', views: [VIEWS[0], VIEWS[2]], ready: 'inbox-list' },
  { name: 'ledger', path: '/ledgers/rescue_team', part: 'main', views: [...VIEWS, NIGHT], ready: 'ledger-row' },
  { name: 'ledger-form', path: '/ledgers/shelter/new', part: 'main', views: [VIEWS[0], NIGHT] },
  { name: 'phone', path: '/m', user: 'rescue.ningdong', views: [VIEWS[2], { ...VIEWS[2], theme: 'night' }], ready: 'phone-card' },
  { name: 'incident-form', path: '/incidents/new', views: [VIEWS[0], VIEWS[2]], mask: ['.el-date-editor'], full: true, part: 'main', ready: 'field-source' },
  { name: 'call', path: '/incidents/call', views: [VIEWS[0], VIEWS[2]], full: true, part: 'main', ready: 'call-open' },
  { name: 'wall-watch', path: '/wall/main', views: [WALL, ROOM], mask: MAP, ready: 'wall-alarms' },
  { name: 'wall-incident', path: '/wall/hall', views: [WALL, ROOM], mask: MAP, ready: 'wall-incident', act: (page) => page.getByTestId('wall-incident').locator('li').first().waitFor() },
  { name: 'palette', path: '/inbox', act: palette, views: VIEWS.slice(0, 2), part: '.palette' },
  { name: 'user-menu', path: '/inbox', act: (page) => page.getByTestId('user-menu').click(), views: VIEWS.slice(0, 2), part: '.pop-panel' },
]

// What the page looks like does not depend on the store: once is enough.
describe('the looks of the console', { skip: STORE !== 'sqlite' && 'the same on every store' }, () => {
  let platform, browser, stage, began
  const sessions = {}

  before(async () => {
    // Far enough before the first record that what a logger dates back still falls behind it.
    began = Date.now() - 30_000
    platform = await Platform.start()
    stage = await setStage(platform)
    browser = await Browser.start(platform)
    for (const user of ['duty.lingwu', ...SCREENS.flatMap((screen) => screen.user ?? [])]) {
      const page = await browser.signIn(user)
      sessions[user] = await page.context().storageState()
      await page.context().close()
    }
  })
  after(async () => {
    await browser?.close()
    stage?.gate.connection.break()
    await platform?.remove()
  })

  async function open({ size, theme, language }, { path, user = 'duty.lingwu', signedIn = true }) {
    const context = await browser.chromium.newContext({ baseURL: platform.url, locale: language, timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce', ...SIZES[size], ...(signedIn && { storageState: sessions[user] }) })
    await freeze(context, { began, now: NOW.getTime() })
    await context.addInitScript(([look, spoken]) => {
      localStorage.setItem('fengsui.theme', look)
      localStorage.setItem('fengsui.locale', spoken)
    }, [theme, language])
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    await standStill(page)
    await page.goto(typeof path === 'function' ? path(stage) : path)
    await page.locator('h1').first().waitFor()
    return page
  }
  const nameOf = (name, { size, theme, language }) => `${name}-${size}-${theme}-${language}`

  async function look(screen, view, context) {
    const page = await open(view, screen)
    const font = await fontOf(page)
    if (!font.includes(FONT)) return context.skip(`drawn with ${font}, not with ${FONT}`)
    if (screen.signedIn !== false) await page.locator('[data-testid=live-mark][data-state=live]').waitFor()
    if (screen.mask === MAP) await page.locator(MAP[0]).first().waitFor()
    if (screen.ready) await page.getByTestId(screen.ready).first().waitFor()
    if (screen.name !== 'design') await settled(page)
    await screen.act?.(page)
    if (screen.full) await unroll(page)
    assert.equal(await difference(page, nameOf(screen.name, view), { mask: screen.mask, part: screen.part }), null)
    await page.context().unrouteAll({ behavior: 'ignoreErrors' })
    return page.context().close()
  }

  for (const screen of [{ name: 'sign-in', path: '/sign-in', signedIn: false }, ...SCREENS]) {
    for (const view of screen.views ?? VIEWS) test(nameOf(screen.name, view), (context) => look(screen, view, context))
  }
})
