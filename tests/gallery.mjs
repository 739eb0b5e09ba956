// A picture of every page of the console, to be looked at; no test.
//   node gallery.mjs FOLDER [page,page…] [view,view…]     all pages and views without names

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Browser, settled } from './support/browser.mjs'
import { Platform } from './support/platform.mjs'
import { setStage } from './support/stage.mjs'

const DESK = { width: 1440, height: 900 }
const VIEWS = {
  day: { theme: 'day', language: 'zh-CN', viewport: DESK },
  night: { theme: 'night', language: 'zh-CN', viewport: DESK },
  en: { theme: 'day', language: 'en', viewport: DESK },
  phone: { theme: 'day', language: 'zh-CN', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
  wall: { theme: 'wall', language: 'zh-CN', viewport: { width: 1920, height: 1080 } },
  videowall: { theme: 'wall', language: 'zh-CN', viewport: { width: 7680, height: 2430 } },
}
const click = (id, ready) => async (page) => {
  await page.getByTestId(id).first().click()
  if (ready) await page.getByTestId(ready).first().waitFor()
}

/** Every route of web/src/router.ts, some of them after a step or two. */
const pagesOf = (stage) => [
  { name: 'portal', path: '/' },
  { name: 'portal-leader', path: '/', user: 'leader.lingwu' },
  { name: 'map', path: '/map' },
  { name: 'alarms', path: '/alarms' },
  { name: 'alarm', path: `/alarms/${stage.alarm.id}` },
  { name: 'alarm-verify', path: '/alarms', act: async (page) => {
    await page.getByTestId('alarm-open').first().click()
    const verify = page.getByTestId('alarm-drawer').getByTestId('alarm-verify')
    if (!(await verify.count())) await page.getByTestId('alarm-drawer').getByTestId('alarm-acknowledge').click()
    await verify.click()
    await page.getByTestId('verify-reason').waitFor()
  } },
  { name: 'warnings', path: '/warnings' },
  { name: 'warning-new', path: `/warnings/new?alarm=${stage.alarm.id}` },
  { name: 'warning', path: `/warnings/${stage.warning.id}` },
  { name: 'warning-draft', path: `/warnings/${stage.draft.id}` },
  { name: 'incidents', path: '/incidents' },
  { name: 'incident-new', path: '/incidents/new' },
  { name: 'incident', path: `/incidents/${stage.incident.id}` },
  { name: 'incident-second', path: `/incidents/${stage.second.id}` },
  { name: 'first-report', path: `/incidents/${stage.second.id}`, act: click('action-verify', 'action-dialog') },
  { name: 'inbox', path: '/inbox' },
  { name: 'inbox-leader', path: '/inbox', user: 'leader.lingwu' },
  { name: 'matters', path: '/matters' },
  { name: 'matter', path: `/matters/${stage.task.id}`, user: 'leader.lingwu' },
  { name: 'ledgers', path: '/ledgers' },
  { name: 'ledger', path: '/ledgers/enterprise' },
  { name: 'ledger-teams', path: '/ledgers/rescue_team' },
  { name: 'ledger-form', path: '/ledgers/shelter/new' },
  { name: 'record', path: `/ledgers/enterprise/${stage.enterprise.id}` },
  { name: 'record-history', path: `/ledgers/shelter/${stage.shelter.id}` },
  { name: 'record-edit', path: `/ledgers/shelter/${stage.shelter.id}`, act: click('record-edit', 'record-save') },
  { name: 'ledger-print', path: '/print/ledgers/rescue_team' },
  { name: 'import-new', path: '/ledgers/enterprise/import', user: 'admin' },
  { name: 'imports', path: '/imports', user: 'admin' },
  { name: 'import', path: `/imports/${stage.import.id}`, user: 'admin' },
  { name: 'import-columns', path: `/imports/${stage.upload.id}`, user: 'admin' },
  { name: 'messages', path: '/messages' },
  { name: 'messages-sent', path: '/messages?tab=sent', user: 'leader.lingwu' },
  { name: 'message-new', path: '/messages/new', user: 'leader.lingwu' },
  { name: 'message', path: `/messages/${stage.message.id}`, user: 'leader.lingwu' },
  { name: 'users', path: '/admin/users', user: 'admin' },
  { name: 'user', path: `/admin/users/${stage.people['duty.lingwu'].session.user.id}`, user: 'admin' },
  { name: 'roles', path: '/admin/roles', user: 'admin' },
  { name: 'configuration', path: '/admin/configuration', user: 'admin' },
  { name: 'trace', path: '/admin/trace', user: 'admin' },
  { name: 'devices', path: '/admin/devices', user: 'admin' },
  { name: 'device', path: `/devices/${stage.gate.device.id}` },
  { name: 'set-aside', path: '/admin/set-aside', user: 'admin' },
  { name: 'drills', path: '/drills' },
  { name: 'drill-new', path: '/drills/new', user: 'leader.lingwu' },
  { name: 'drill', path: `/drills/${stage.drill.id}`, user: 'leader.lingwu' },
  { name: 'timeliness', path: '/timeliness' },
  { name: 'processes', path: '/processes' },
  { name: 'walls', path: '/walls' },
  { name: 'account', path: '/account' },
  { name: 'design', path: '/design' },
  { name: 'nowhere', path: '/no/such/page' },
  { name: 'palette', path: '/', act: async (page) => {
    await page.keyboard.press('Control+k')
    await page.getByTestId('palette-input').fill('宁东')
    await page.getByTestId('palette-records').first().waitFor()
  } },
  { name: 'phone', path: '/m', user: 'rescue.ningdong' },
  { name: 'phone-leader', path: '/m', user: 'leader.lingwu' },
  { name: 'sign-in', path: '/sign-in', user: null },
]
const WALLS = ['watch', 'warning', 'incident', 'drill']

const [folder = '/tmp/fengsui-gallery', pages = '', views = 'day,night,en,phone,wall,videowall'] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const platform = await Platform.start()
const stage = await setStage(platform).catch(async (error) => {
  await platform.remove()
  throw error
})
const browser = await Browser.start(platform)
const sessions = new Map()

async function sessionOf(user) {
  if (!sessions.has(user)) {
    const page = await browser.signIn(user)
    sessions.set(user, await page.context().storageState())
    await page.context().close()
  }
  return sessions.get(user)
}

async function windowOf(user, view) {
  const { theme, language, ...rest } = VIEWS[view]
  const context = await browser.chromium.newContext({ baseURL: platform.url, locale: language, timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce', ...rest, ...(user && { storageState: await sessionOf(user) }) })
  await context.addInitScript(([look, spoken]) => {
    localStorage.setItem('fengsui.theme', look)
    localStorage.setItem('fengsui.locale', spoken)
  }, [theme, language])
  const page = await context.newPage()
  page.setDefaultTimeout(12_000)
  page.on('pageerror', (error) => console.log(`${page.url()}: ${error}`))
  return page
}

/** What sticks out of the window, by name: nothing should. */
const stickingOut = (page) => page.evaluate(() => {
  const over = document.documentElement.scrollWidth - innerWidth
  if (over <= 0) return ''
  const wide = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
  return `${over} px too wide: ${wide.slice(-3).map((element) => `${element.tagName.toLowerCase()}.${element.className}`).join(', ')}`
})

async function take(page, { name, path, act }, view) {
  await page.goto(path)
  await page.locator('h1, h2, main').first().waitFor()
  // The page of the parts shows the loading state too: it never ends there.
  const rest = () => name !== 'design' && settled(page)
  await rest()
  await page.waitForLoadState('networkidle').catch(() => {})
  await act?.(page)
  await rest()
  const over = await stickingOut(page)
  if (over) console.log(`${name} (${view}): ${over}`)
  // What scrolls is shown down to its end, within reason.
  const more = await page.evaluate(() => {
    const main = document.querySelector('main')
    return main && !document.querySelector('.el-overlay, dialog[open]') ? Math.min(1400, main.scrollHeight - main.clientHeight) : 0
  })
  const size = page.viewportSize()
  if (more > 0) await page.setViewportSize({ ...size, height: size.height + more })
  await page.waitForTimeout(more > 0 ? 350 : 100)
  await page.screenshot({ path: join(folder, `${name}-${view}.png`) })
  if (more > 0) await page.setViewportSize(size)
}

try {
  const chosen = pagesOf(stage).filter(({ name }) => !pages || pages.split(',').includes(name))
  for (const view of views.split(',').filter((one) => !one.includes('wall'))) {
    const windows = new Map()
    for (const one of chosen) {
      const user = one.user === undefined ? 'duty.lingwu' : one.user
      if (!windows.has(user)) windows.set(user, await windowOf(user, view))
      await take(windows.get(user), one, view).catch(async (error) => {
        console.log(`${one.name} (${view}): ${error.message.split('\n')[0]}`)
        await windows.get(user).screenshot({ path: join(folder, `${one.name}-${view}-failed.png`) }).catch(() => {})
      })
    }
    for (const page of windows.values()) await page.context().close()
  }
  const duty = stage.people['duty.lingwu']
  for (const view of views.split(',').filter((one) => one.includes('wall'))) {
    const page = await windowOf('viewer.ningxia', view)
    for (const scene of WALLS.filter((one) => !pages || pages.split(',').includes(`wall-${one}`))) {
      const { version } = await duty.get('/walls/main').catch(() => ({ version: 0 }))
      await duty.call('PUT', '/walls/main', { version, scene, note: scene === 'incident' ? '会商 15:30，请各组长到位' : '' }).catch((error) => console.log(error.message))
      await take(page, { name: `wall-${scene}`, path: '/wall/main' }, view).catch((error) => console.log(`wall-${scene}: ${error.message}`))
    }
    await page.context().close()
  }
} finally {
  await browser.close()
  stage.gate.connection.break()
  await platform.remove()
}
