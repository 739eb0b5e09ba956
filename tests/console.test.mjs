// The console's own promises: found by typing, walked by keys, nothing typed is lost, every view has an address,
// silence is noted, no accessibility fault on any page in either theme, and the first view is quick.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import AxeBuilder from '@axe-core/playwright'
import { Browser, settled } from './support/browser.mjs'
import { everybody, gateway, sendSample, steps } from './support/story.mjs'
import { Platform } from './support/platform.mjs'
import { STORE } from './support/stores.mjs'
import { until } from './support/waiting.mjs'

let platform, people, gate, browser, duty

before(async () => {
  platform = await Platform.start()
  people = await everybody(platform)
  gate = await gateway(platform, people.admin)
  for (const sample of [158, 161, 199]) await sendSample(gate, sample)
  browser = await Browser.start(platform)
})
after(async () => {
  await browser?.close()
  gate?.connection.break()
  await platform?.remove()
})

/** Every fault that axe finds, of any weight. */
async function faultsOf(page, name) {
  const { violations } = await new AxeBuilder({ page }).exclude('.maplibregl-canvas').analyze()
  return violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.slice(0, 3).map((node) => `${node.target.join(' ')} — ${node.any[0]?.message ?? node.all[0]?.message ?? ''}`).join(' | ')}`)
}
/** Text that was typed and not sent. */
const TYPED = '中控来电：反应器压力持续上升'

steps('the console', (step) => {
  step('shows its first view in time on a cold cache', async () => {
    const page = await browser.window()
    const began = Date.now()
    await page.goto('/')
    await page.getByTestId('signin-user').waitFor()
    const took = Date.now() - began
    console.log(`# first view after ${took} ms`) // bench/ judges it
    await page.context().close()
    duty = await browser.signIn('duty.lingwu')
  })

  step('finds pages, records and places by name, pinyin and initials, by keyboard alone', async () => {
    await duty.getByTestId('overview').waitFor()
    await duty.keyboard.press('Control+k')
    await duty.getByTestId('palette-input').fill('gjt')
    await duty.getByTestId('palette-pages').first().waitFor()
    await duty.keyboard.press('Enter')
    await duty.waitForURL(/\/alarms/)
    await duty.keyboard.press('/')
    await duty.getByTestId('palette-input').fill('宁东消防')
    await duty.getByTestId('palette-records').first().waitFor()
    await duty.keyboard.press('Escape')
    await duty.getByTestId('palette').waitFor({ state: 'detached' })
    await duty.keyboard.press('?')
    await duty.getByTestId('shortcuts').waitFor()
    await duty.keyboard.press('Escape')
    await duty.getByTestId('shortcuts').waitFor({ state: 'detached' })
    await duty.keyboard.press('g')
    await duty.keyboard.press('i')
    await duty.waitForURL(/\/inbox/)
  })

  step('walks a list and acts in it by keys', async () => {
    await duty.goto('/alarms')
    const rows = duty.getByTestId('alarm-row')
    await rows.first().waitFor()
    const waiting = duty.getByTestId('row-acknowledge')
    const count = await waiting.count()
    await duty.keyboard.press('j')
    await duty.keyboard.press('x')
    await until(async () => (await waiting.count()) < count, { what: 'one alarm to be acknowledged' })
    await duty.keyboard.press('j')
    await duty.keyboard.press('Enter')
    await duty.getByTestId('alarm-drawer').waitFor()
  })

  step('keeps what is chosen in the address', async () => {
    await duty.goto('/alarms')
    await duty.getByTestId('alarms-all').click()
    await duty.waitForURL(/state=all/)
    await duty.getByTestId('alarms-search').fill('反应器')
    await duty.waitForURL(/q=/)
    const address = duty.url()
    await duty.goto('/inbox')
    await duty.goto(address)
    assert.equal(await duty.getByTestId('alarms-search').inputValue(), '反应器')
    assert.equal(await duty.getByTestId('alarms-all').getAttribute('aria-selected'), 'true')
  })

  step('restores what was typed after the tab was closed, and lets it go and come back', async () => {
    await duty.goto('/incidents/new')
    const text = duty.getByTestId('field-description').locator('textarea')
    await text.fill(TYPED)
    await until(() => duty.evaluate((typed) => Object.values({ ...localStorage }).some((value) => value.includes(typed)), TYPED), { what: 'the draft to be kept' })
    await duty.reload()
    await duty.getByTestId('draft-note').waitFor()
    assert.equal(await text.inputValue(), TYPED)
    await duty.getByTestId('draft-drop').click()
    await until(async () => (await text.inputValue()) === '', { what: 'an empty form' })
    await duty.getByTestId('undo').click()
    await until(async () => (await text.inputValue()) === TYPED, { what: 'the text to come back' })
  })

  step('asks for the password over the open page when the session ends; the text stays', async () => {
    await duty.context().clearCookies()
    await duty.getByTestId('incident-submit').click()
    await duty.getByTestId('expired-dialog').waitFor()
    await duty.getByTestId('signin-password').fill(platform.passwords.get('duty.lingwu'))
    // What was pressed before goes out again by itself, and is judged like any other; half a report is refused.
    const refused = duty.waitForEvent('console', { predicate: (message) => /status of 422/.test(message.text()), timeout: 5_000 }).catch(() => undefined)
    await duty.getByTestId('signin-submit').click()
    await duty.getByTestId('expired-dialog').waitFor({ state: 'detached' })
    await refused
    assert.equal(await duty.getByTestId('field-description').locator('textarea').inputValue(), TYPED)
    browser.complaints.splice(0)
  })

  step('notes in the trace who silenced a screen, and shows it', async () => {
    await duty.goto('/alarms')
    const mark = duty.getByTestId('sound-toggle')
    await duty.getByTestId('alarm-list').click({ position: { x: 2, y: 2 } })
    await duty.keyboard.press('Escape')
    await until(async () => (await mark.getAttribute('data-state')) === 'armed', { what: 'the sound to be armed' })
    await duty.getByTestId('notifications').click()
    await duty.getByTestId('sound-mute-15').click()
    await until(async () => (await mark.getAttribute('data-state')) === 'muted', { what: 'silence' })
    await until(async () => (await people.admin.get('/trace?action=user.mute')).items.length === 1, { what: 'the trace' })
    await duty.getByTestId('sound-unmute').click()
    await until(async () => (await people.admin.get('/trace?action=user.unmute')).items.length === 1, { what: 'the trace' })
  })

  step('has no accessibility fault on any page, by day and by night', async (context) => {
    if (STORE !== 'sqlite') return context.skip('the same on every store')
    const admin = await browser.signIn('admin')
    const pages = ['/', '/alarms', '/inbox', '/matters', '/messages', '/messages?tab=subscribers', '/warnings', '/warnings/new', '/incidents', '/incidents/new', '/ledgers', '/ledgers/enterprise', '/map', '/admin/users', '/admin/trace', '/admin/devices', '/account', '/design', '/nowhere-at-all', '/m']
    const faults = []
    for (const theme of ['day', 'night']) {
      for (const [who, page] of [['admin', admin], ['duty', duty]]) {
        await page.evaluate((look) => localStorage.setItem('fengsui.theme', look), theme)
        for (const path of who === 'admin' ? pages : ['/', '/alarms', '/map', '/m']) {
          await page.goto(path)
          await page.locator('h1').first().waitFor()
          if (path !== '/design') await settled(page)
          faults.push(...(await faultsOf(page, `${who} ${theme} ${path}`)))
        }
      }
    }
    assert.deepEqual(faults, [])
  })

  step('never complained', () => assert.deepEqual(browser.complaints, []))
}, { onFailure: () => browser.pictureAll() })
