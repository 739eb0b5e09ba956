// The console without the line: it opens from what was kept, says so, sends what was done once the line is back,
// once, and keeps nothing about anybody after they signed out.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { chromium } from 'playwright-core'
import { Browser } from './support/browser.mjs'
import { act, dispatchTeam, everybody, openIncident, PICTURE, steps } from './support/story.mjs'
import { Platform } from './support/platform.mjs'
import { until } from './support/waiting.mjs'

/** What a browser notes by itself when nobody answers, and when what is sent again was overtaken. */
const OUTAGE = /net::ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)|409 \(Conflict\) \/api\/v1\/matters\/[0-9a-f-]+\/actions/
const RESCUE = 'rescue.ningdong'

let platform, people, browser, incident, order, phone

before(async () => {
  platform = await Platform.start()
  people = await everybody(platform)
  incident = await openIncident(people)
  order = await dispatchTeam(people, incident)
  browser = await Browser.start(platform)
})
after(async () => {
  await browser?.close()
  await platform?.remove()
})

/** A phone in the hand of the team, with the worker in charge and the first things kept. */
async function ready(page) {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
    if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }))
  })
  await page.getByTestId('phone-card').waitFor()
  await until(async () => (await kept(page)).includes('"phone"]'), { what: 'the phone’s page to be kept' })
}

/** What is kept about the person, as text. */
const kept = (page) => page.evaluate(() => new Promise((resolve) => {
  const request = indexedDB.open('fengsui-seen')
  request.addEventListener('success', () => {
    const database = request.result
    if (!database.objectStoreNames.contains('seen')) return resolve('')
    const all = database.transaction('seen').objectStore('seen').getAll()
    all.addEventListener('success', () => { database.close(); resolve(all.result.length ? JSON.stringify(all.result) : '') })
  })
  request.addEventListener('upgradeneeded', () => request.transaction.abort())
  request.addEventListener('error', () => resolve(''))
}))
const mark = (page) => page.getByTestId('live-mark').getAttribute('data-state')
const times = async (id, name) => (await people[RESCUE].get(`/matters/${id}/timeline`)).filter((entry) => entry.kind === 'action' && entry.name === name).length

/** The server does what is asked, but the answer is lost on the way, this once. */
async function loseAnswer(page, address) {
  let lost = false
  await page.route(address, async (route) => {
    if (lost || route.request().method() !== 'POST') return route.continue()
    lost = true
    await route.fetch()
    await route.abort('connectionreset')
  })
  return () => lost
}

steps('the console without the line', (step) => {
  step('can be installed: manifest, icons and worker are to the browser’s liking', async () => {
    // A window of its own, since private ones cannot install anything.
    const profile = mkdtempSync(join(tmpdir(), 'fengsui-profile-'))
    const own = await chromium.launchPersistentContext(profile, { executablePath: process.env.FENGSUI_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'], baseURL: platform.url })
    try {
      const page = own.pages()[0] ?? (await own.newPage())
      await page.goto('/')
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => true))
      const devtools = await own.newCDPSession(page)
      const manifest = await devtools.send('Page.getAppManifest')
      assert.deepEqual(manifest.errors, [])
      assert.equal(JSON.parse(manifest.data).name, '烽燧')
      assert.deepEqual((await devtools.send('Page.getInstallabilityErrors')).installabilityErrors, [])
    } finally {
      await own.close()
      rmSync(profile, { recursive: true, force: true })
    }
  })

  step('its worker lives under the strict policy and keeps the console, but no answer of the server', async () => {
    phone = await browser.window({ phone: true, worker: true })
    await phone.addInitScript(() => {
      globalThis.violations = []
      document.addEventListener('securitypolicyviolation', (event) => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`))
    })
    const answer = await phone.goto('/m')
    assert.match(answer.headers()['content-security-policy'], /script-src 'self';/)
    await phone.getByTestId('signin-user').fill(RESCUE)
    await phone.getByTestId('signin-password').fill(platform.passwords.get(RESCUE))
    await phone.getByTestId('signin-submit').click()
    await ready(phone)
    await phone.goto('/')
    await until(async () => (await kept(phone)).includes('"overview"]'), { what: 'the portal to be kept' })
    await phone.goto('/m')
    await ready(phone)
    const urls = await phone.evaluate(async () => {
      const all = []
      for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) all.push(new URL(request.url).pathname)
      return all
    })
    assert.ok(urls.includes('/') && urls.some((path) => path.startsWith('/assets/PhonePage')), urls.join(' '))
    assert.deepEqual(urls.filter((path) => /^\/(api|cap)\//.test(path)), [])
    assert.deepEqual(await phone.evaluate(() => globalThis.violations), [])
  })

  step('opens without the line, with what was there, and says of when it is', async () => {
    await phone.context().setOffline(true)
    await platform.kill()
    await phone.reload()
    await phone.getByTestId('recalled-bar').waitFor()
    assert.match(await phone.getByTestId('recalled-bar').textContent(), /没有网络，显示的是 .*\d{2}:\d{2}.* 的内容/)
    await phone.getByTestId('phone-confirm').waitFor()
    await until(async () => (await mark(phone)) === 'offline', { what: 'the mark to say offline' })
    await browser.picture(phone, 'phone-offline')
  })

  step('so does the portal', async () => {
    const portal = await browser.beside(phone, '/')
    await portal.getByTestId('recalled-bar').waitFor()
    await portal.getByTestId('portal-inbox').locator('[data-row]').first().waitFor()
    await browser.picture(portal, 'phone-portal-offline')
    await portal.close()
  })

  step('what is done meanwhile outlives the page and is sent when the line is back, once', async () => {
    await phone.getByTestId('phone-confirm').click()
    await phone.getByTestId('outbox').waitFor()
    await phone.reload()
    await phone.getByTestId('outbox').waitFor()
    assert.equal(await phone.getByTestId('phone-confirm').count(), 0, 'it waits, and is not offered again')
    await browser.picture(phone, 'phone-outbox')
    await platform.restart()
    await phone.context().setOffline(false)
    await phone.getByTestId('recalled-bar').waitFor({ state: 'detached' })
    await phone.getByTestId('outbox').waitFor({ state: 'detached' })
    await phone.getByTestId('phone-depart').waitFor()
    await until(async () => (await mark(phone)) === 'live', { what: 'the mark to be live' })
    assert.equal(await times(order.id, 'confirm'), 1)
  })

  step('an action and a photograph whose answers were lost are there once', async () => {
    const page = await browser.signIn(RESCUE, { phone: true })
    const actionLost = await loseAnswer(page, '**/actions')
    await page.getByTestId('phone-depart').click()
    await page.getByTestId('phone-arrive').waitFor()
    const photoLost = await loseAnswer(page, '**/attachments')
    await page.getByTestId('phone-photo-file').setInputFiles({ name: '现场.png', mimeType: 'image/png', buffer: PICTURE })
    await page.getByTestId('outbox').waitFor()
    await page.getByTestId('outbox').waitFor({ state: 'detached' })
    assert.ok(actionLost() && photoLost(), 'both answers were lost')
    assert.equal(await times(order.id, 'depart'), 1)
    assert.equal((await people[RESCUE].get(`/matters/${order.id}`)).attachments.length, 1)
    await page.context().close()
  })

  step('what somebody else ended meanwhile is told, and what was typed is still there', async () => {
    const page = await browser.signIn(RESCUE, { phone: true })
    await act(people[RESCUE], order.id, 'arrive')
    await page.getByTestId('phone-complete').click()
    await page.getByTestId('field-result').locator('textarea, input').first().fill('泄漏已堵住')
    await page.context().setOffline(true)
    await page.getByTestId('phone-form-send').click()
    await page.getByTestId('outbox').waitFor()
    await act(people['duty.lingwu'], order.id, 'cancel', { reason: '改派' }).catch(() => act(people[RESCUE], order.id, 'complete', { result: '另一台手机' }))
    await page.context().setOffline(false)
    await page.getByTestId('outbox-discard').waitFor()
    assert.match(await page.getByTestId('outbox').textContent(), /泄漏已堵住[\s\S]*情况已变/)
    await browser.picture(page, 'phone-overtaken')
    await page.getByTestId('outbox-discard').click()
    await page.getByTestId('outbox').waitFor({ state: 'detached' })
    await page.context().close()
  })

  step('tells of a new version without disturbing, and keeps what was typed over the reload', async () => {
    const page = await browser.signIn('duty.lingwu')
    await page.goto('/incidents/new')
    const text = page.getByTestId('field-description').locator('textarea')
    await text.fill('新版本来时正在填写')
    await until(async () => (await mark(page)) === 'live', { what: 'the live line' })
    await page.route('**/index.html', (route) => route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/assets/index-another.js"></script>' }))
    await page.context().setOffline(true)
    await until(async () => (await mark(page)) === 'offline', { what: 'the line to be lost' })
    await page.context().setOffline(false)
    await page.getByTestId('newer-bar').waitFor()
    assert.equal(await text.inputValue(), '新版本来时正在填写')
    await browser.picture(page, 'new-version')
    await page.getByTestId('newer-reload').click()
    await page.getByTestId('draft-note').waitFor()
    assert.equal(await text.inputValue(), '新版本来时正在填写')
    await page.context().close()
  })

  step('signing out leaves nothing of the person behind', async () => {
    assert.match(await kept(phone), /示例/)
    await phone.goto('/')
    await phone.getByTestId('user-menu').click()
    await phone.getByTestId('sign-out').click()
    await phone.getByTestId('signin-user').waitFor()
    assert.equal(await kept(phone), '')
    await phone.context().setOffline(true)
    await phone.goto('/m')
    await phone.getByTestId('signin-user').waitFor()
  })

  step('no page complained of anything but the outage', () => assert.deepEqual(browser.complaints.filter((one) => !OUTAGE.test(one)), []))
}, { onFailure: () => browser.pictureAll() })
