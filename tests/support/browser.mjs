// Chromium as people use it: one window per person, in Chinese, with everything that went wrong kept.

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import AxeBuilder from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import { STORE } from './stores.mjs'
import { until } from './waiting.mjs'

const FLAGS = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required']
/** Maps need a graphics card; this one is played by the processor, and takes a tenth of a second for a screenful. */
const CARD = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']
const DESK = { width: 1440, height: 900 }
const PHONE = { width: 360, height: 740 }
/** What a page waits for at most. */
const PATIENCE = 15_000

/** The browser of a suite. */
export class Browser {
  static async start(platform, { card = true } = {}) {
    const browser = new Browser()
    browser.platform = platform
    browser.chromium = await chromium.launch({ executablePath: process.env.FENGSUI_CHROMIUM ?? '/usr/bin/chromium', args: [...FLAGS, ...(card ? CARD : ['--disable-gpu'])] })
    browser.complaints = []
    const pictures = fileURLToPath(new URL('../../docs/images/', import.meta.url))
    browser.pictures = process.env.FENGSUI_SCREENSHOTS === '1' ? pictures : mkdtempSync(join(tmpdir(), 'fengsui-pictures-'))
    mkdirSync(browser.pictures, { recursive: true })
    return browser
  }

  /**
   * A window of somebody who is not signed in. Its service worker is left out unless the suite is about it:
   * each window is a new browser, and fetching the whole console beside every test would only measure that.
   */
  async window({ phone = false, language = 'zh-CN', worker = false } = {}) {
    const context = await this.chromium.newContext({
      serviceWorkers: worker ? 'allow' : 'block', baseURL: this.platform.url, locale: language, timezoneId: 'Asia/Shanghai', viewport: phone ? PHONE : DESK, hasTouch: phone, isMobile: phone, deviceScaleFactor: phone ? 2 : 1,
    })
    return this.#follow(await context.newPage())
  }

  /** Another page of the person of this window. */
  async beside(page, path) {
    const other = this.#follow(await page.context().newPage())
    await other.goto(path)
    return other
  }

  #follow(page) {
    page.setDefaultTimeout(PATIENCE)
    const complain = (what) => this.complaints.push(`${page.url().replace(this.platform.url, '')}: ${what}`)
    page.on('pageerror', (error) => complain(`error: ${error.stack ?? error}`))
    page.on('console', (message) => message.type() === 'error' && !isExpected(message) && complain(`console: ${message.text()} ${message.location().url.replace(this.platform.url, '')}`))
    page.on('response', (response) => response.status() >= 500 && complain(`${response.status()} ${response.url()}`))
    return page
  }

  /** A window of somebody who signed in by hand. */
  async signIn(user, options) {
    const page = await this.window(options)
    await page.goto(options?.phone ? '/m' : '/')
    await page.getByTestId('signin-user').fill(user)
    await page.getByTestId('signin-password').fill(this.platform.passwords.get(user))
    await page.getByTestId('signin-submit').click()
    await page.getByTestId('signin-submit').waitFor({ state: 'detached' })
    return page
  }

  /** A picture for the documentation. */
  picture(page, name) {
    return page.screenshot({ path: join(this.pictures, `${name}.png`) })
  }

  /**
   * What a suite does with every screen: once the page stands still, its accessibility faults go to `faults`, and its picture
   * is taken. Faults are looked for on one store: what a page looks like does not depend on it.
   */
  async look(page, name, faults) {
    await settled(page)
    if (STORE === 'sqlite') faults.push(...(await this.faults(page, name)))
    await this.picture(page, name)
  }

  /** Nothing sticks out to the side. */
  async fits(page, name) {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.ok(wide <= 0, `${name} is ${wide} px too wide`)
  }

  /** Pictures of every open window, to see what went wrong. */
  async pictureAll() {
    const pages = this.chromium.contexts().flatMap((context) => context.pages())
    const files = pages.map((_, number) => join(mkdtempSync(join(tmpdir(), 'fengsui-failed-')), `${number}.png`))
    await Promise.all(pages.map((page, number) => page.screenshot({ path: files[number] })))
    console.log(`# pictures of the failure: ${files.join(' ')}\n# complaints so far: ${JSON.stringify(this.complaints)}`)
  }

  /** Every accessibility fault of the page as it stands, of any weight. */
  async faults(page, name) {
    let violations = await this.violations(page)
    // What fades in or out has the contrast of neither end: a fault counts if it stays.
    if (violations.length > 0) {
      await page.waitForTimeout(1_200)
      violations = await this.violations(page)
    }
    return violations.map(({ id, impact, nodes }) => `${name}: ${id} (${impact}): ${nodes.slice(0, 3).map((node) => `${node.target.join(' ')} — ${node.any[0]?.message ?? node.all[0]?.message ?? node.html.slice(0, 120)}`).join(' | ')}`)
  }

  async violations(page) {
    // axe takes a dialog's overlay for the background of a choice that is scrolled out of its view.
    // A note that the mouse happens to rest on lies outside every landmark; readers meet it by aria-describedby.
    const builder = new AxeBuilder({ page }).exclude('.maplibregl-canvas').exclude('.el-dialog .el-select__selected-item').exclude('body > [role=tooltip]')
    // Element Plus heads its dialogs with <header>: a banner to axe, part of the dialog to a reader.
    if (await page.locator('.el-dialog:visible, .el-drawer:visible').count()) builder.disableRules(['landmark-no-duplicate-banner', 'landmark-unique'])
    return (await builder.analyze()).violations
  }

  close() {
    return this.chromium.close()
  }
}

/** The sign-in page asks whether there is a session: a browser notes the 401 as an error, we do not. */
function isExpected(message) {
  return /status of 401/.test(message.text()) && message.location().url.endsWith('/api/v1/session')
}

/** Waits until nothing loads and nothing moves any more. */
export async function settled(page) {
  await until(async () => (await page.getByTestId('state-loading').count()) === 0, { within: PATIENCE, what: 'the page to load' })
  await page.evaluate(async () => {
    const finite = document.getAnimations().filter((animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime))
    await Promise.allSettled(finite.map((animation) => animation.finished))
  })
}

/** Chooses in a drop-down list by the text of the option. */
export async function choose(page, list, text, search = text) {
  await list.click()
  await page.keyboard.type(search)
  await page.locator('.el-select-dropdown__item:visible', { hasText: text }).first().click()
}
