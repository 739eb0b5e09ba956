// Reference pictures of the design language and the main screens: day, night, wall, Chinese, English, phone.
// FENGSUI_BLESS_LOOKS=1 writes them anew; whoever does that looks at each of them.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Browser, settled } from './support/browser.mjs'
import { difference, FONT, fontOf, standStill, unroll } from './support/looks.mjs'
import { Platform } from './support/platform.mjs'
import { STORE } from './support/stores.mjs'

/** Half a pixel per pixel: enough to see, small enough to keep. */
const SIZES = {
  desk: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 0.5 },
  wall: { viewport: { width: 1920, height: 1080 }, deviceScaleFactor: 0.4 },
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 0.75, isMobile: true, hasTouch: true },
}
const VIEWS = [
  { size: 'desk', theme: 'day', language: 'zh-CN' },
  { size: 'desk', theme: 'night', language: 'en' },
  { size: 'phone', theme: 'day', language: 'zh-CN' },
]
const DESIGN = [...VIEWS, { size: 'wall', theme: 'wall', language: 'zh-CN' }]
const palette = async (page) => {
  await page.keyboard.press('Control+k')
  await page.getByTestId('palette-input').fill('nd')
  await page.getByTestId('palette-places').first().waitFor()
}
/** Each picture shows what it is about, and stays when a page is added to the navigation. */
const SCREENS = [
  { name: 'design', path: '/design', views: DESIGN, full: true, part: 'main' },
  { name: 'portal', path: '/', part: 'main' },
  { name: 'alarms', path: '/alarms', part: 'main' },
  { name: 'incident-form', path: '/incidents/new', views: [VIEWS[0], VIEWS[2]], mask: ['.el-date-editor'], full: true, part: 'main' },
  { name: 'call', path: '/incidents/call', views: [VIEWS[0], VIEWS[2]], full: true, part: 'main' },
  { name: 'palette', path: '/inbox', act: palette, views: VIEWS.slice(0, 2), part: '.palette' },
  { name: 'user-menu', path: '/inbox', act: (page) => page.getByTestId('user-menu').click(), views: VIEWS.slice(0, 2), part: '.pop-panel' },
]

// What the page looks like does not depend on the store: once is enough.
describe('the looks of the console', { skip: STORE !== 'sqlite' && 'the same on every store' }, () => {
  let platform, browser, session

  before(async () => {
    platform = await Platform.start()
    browser = await Browser.start(platform)
    const page = await browser.signIn('duty.lingwu')
    session = await page.context().storageState()
    await page.context().close()
  })
  after(async () => {
    await browser?.close()
    await platform?.remove()
  })

  async function open({ size, theme, language }, path, signedIn = true) {
    const context = await browser.chromium.newContext({ baseURL: platform.url, locale: language, timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce', ...SIZES[size], ...(signedIn && { storageState: session }) })
    await context.addInitScript(([look, spoken]) => {
      localStorage.setItem('fengsui.theme', look)
      localStorage.setItem('fengsui.locale', spoken)
    }, [theme, language])
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    await standStill(page)
    await page.goto(path)
    await page.locator('h1').first().waitFor()
    return page
  }
  const nameOf = (name, { size, theme, language }) => `${name}-${size}-${theme}-${language}`

  async function look(screen, view, context) {
    const page = await open(view, screen.path, screen.signedIn)
    const font = await fontOf(page)
    if (!font.includes(FONT)) return context.skip(`drawn with ${font}, not with ${FONT}`)
    if (screen.signedIn !== false) await page.locator('[data-testid=live-mark][data-state=live]').waitFor()
    if (screen.name !== 'design') await settled(page)
    await screen.act?.(page)
    if (screen.full) await unroll(page)
    assert.equal(await difference(page, nameOf(screen.name, view), { mask: screen.mask, part: screen.part }), null)
    return page.context().close()
  }

  for (const screen of [{ name: 'sign-in', path: '/sign-in', signedIn: false }, ...SCREENS]) {
    for (const view of screen.views ?? VIEWS) test(nameOf(screen.name, view), (context) => look(screen, view, context))
  }
})
