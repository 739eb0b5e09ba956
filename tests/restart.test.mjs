// The server dies under open pages and comes back: everything goes on by itself, nothing typed is lost,
// nothing that was pressed meanwhile happens twice, and the pages say honestly what they are of.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Browser, choose } from './support/browser.mjs'
import { act, dispatchTeam, everybody, gateway, openIncident, sendSample, steps } from './support/story.mjs'
import { Platform } from './support/platform.mjs'
import { until } from './support/waiting.mjs'

/** What a browser notes by itself when nobody answers. */
const OUTAGE = /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|SOCKET_NOT_CONNECTED|CONNECTION_CLOSED|NETWORK_CHANGED)/
const TYPED = '中控来电：反应器压力'
const MORE = '持续上升，现场有三人'

let platform, people, gate, browser, incident, order
const pages = {}

before(async () => {
  platform = await Platform.start()
  people = await everybody(platform)
  gate = await gateway(platform, people.admin)
  await sendSample(gate, 158)
  await sendSample(gate, 161)
  incident = await openIncident(people)
  order = await dispatchTeam(people, incident)
  browser = await Browser.start(platform)
})
after(async () => {
  await browser?.close()
  gate?.connection.break()
  await platform?.remove()
})

const mark = (page) => page.getByTestId('live-mark').getAttribute('data-state')
const everyMark = (state, within) =>
  until(async () => (await Promise.all(Object.values(pages).map(mark))).every((one) => one === state), { within, what: `every page to be ${state}` })
const description = () => pages.form.getByTestId('field-description').locator('textarea')
const done = async (id, name) => (await people['duty.lingwu'].get(`/matters/${id}/timeline`)).filter((entry) => entry.kind === 'action' && entry.name === name).length

steps('a server that dies and comes back', (step) => {
  const origins = new Map()

  step('pages are open: portal, alarm desk, incident room, a half-filled form, a phone', async () => {
    pages.portal = await browser.signIn('duty.lingwu', { worker: true })
    pages.desk = await browser.beside(pages.portal, '/alarms')
    pages.room = await browser.beside(pages.portal, `/incidents/${incident.id}`)
    pages.form = await browser.beside(pages.portal, '/incidents/new')
    pages.phone = await browser.signIn('rescue.ningdong', { phone: true, worker: true })
    await pages.portal.getByTestId('portal-alarms').waitFor()
    await pages.desk.getByTestId('alarm-row').first().waitFor()
    await pages.room.getByTestId('order-row').waitFor()
    await description().fill(TYPED)
    await pages.phone.getByTestId('phone-confirm').waitFor()
    await everyMark('live')
    for (const [name, page] of Object.entries(pages)) origins.set(name, await page.evaluate(() => performance.timeOrigin))
    assert.deepEqual(browser.complaints, [])
  })

  step('the server is killed: the pages keep what they show and say that it is old', async () => {
    await platform.kill()
    await until(async () => ['stale', 'offline'].includes(await mark(pages.desk)), { what: 'the mark to tell' })
    await description().fill(TYPED + MORE)
    await everyMark('offline', 40_000)
    for (const name of ['portal', 'desk', 'room', 'form', 'phone']) await pages[name].getByTestId('lost-bar').waitFor()
    assert.ok((await pages.portal.getByTestId('portal-alarms').locator('li').count()) > 0, 'the alarms are still on the portal')
    assert.ok((await pages.desk.getByTestId('alarm-row').count()) > 0, 'and on the desk')
    await pages.room.getByTestId('order-row').waitFor()
  })

  step('what is pressed meanwhile says that it was not answered, or waits on the phone', async () => {
    await pages.desk.getByTestId('row-acknowledge').first().click()
    await pages.desk.locator('.el-message--error').first().waitFor()
    await pages.form.getByTestId('incident-submit').click()
    await pages.phone.getByTestId('phone-confirm').click()
    await pages.phone.getByTestId('outbox').waitFor()
    assert.equal(await pages.phone.getByTestId('phone-confirm').count(), 0, 'it cannot be pressed twice')
  })

  step('it starts again: every page is live by itself, without being loaded again', async () => {
    await platform.restart()
    const began = Date.now()
    await everyMark('live', 30_000)
    console.log(`# every page was live ${Date.now() - began} ms after the server`)
    for (const [name, page] of Object.entries(pages)) {
      assert.equal(await page.evaluate(() => performance.timeOrigin), origins.get(name), `${name} was not loaded again`)
      await page.getByTestId('lost-bar').waitFor({ state: 'detached' })
    }
    assert.equal(await description().inputValue(), TYPED + MORE)
  })

  step('what waited on the phone is sent, once; what failed is done again by hand, once', async () => {
    await pages.phone.getByTestId('outbox').waitFor({ state: 'detached' })
    await pages.phone.getByTestId('phone-depart').waitFor()
    assert.equal(await done(order.id, 'confirm'), 1)
    const acknowledged = async () => (await people['duty.lingwu'].all('/alarms?state=open')).filter((alarm) => alarm.acknowledged).length
    assert.equal(await acknowledged(), 0, 'nothing happened behind the back of the person')
    await pages.desk.getByTestId('row-acknowledge').first().click()
    await until(async () => (await acknowledged()) === 1, { what: 'the alarm to be acknowledged' })
    assert.equal((await people.admin.get('/trace?action=alarm.acknowledge')).items.length, 1)
  })

  step('what happens now appears by itself: an alarm on desk and portal, a step in the room', async () => {
    const before = await pages.desk.getByTestId('alarm-row').count()
    const counted = await pages.portal.getByTestId('nav-alarms').textContent()
    gate = await gateway(platform, people.admin)
    await sendSample(gate, 199)
    await until(async () => (await pages.desk.getByTestId('alarm-row').count()) > before, { what: 'the new alarm on the desk' })
    await until(async () => (await pages.portal.getByTestId('nav-alarms').textContent()) !== counted, { what: 'the count on the portal' })
    await act(people['rescue.ningdong'], order.id, 'depart')
    await pages.room.getByTestId('order-row').locator('.on').nth(2).waitFor()
    await pages.phone.getByTestId('phone-arrive').waitFor()
  })

  step('the form is finished and sent: one incident', async () => {
    const title = '示例企业二号罐区泄漏'
    await pages.form.getByTestId('field-title').locator('input, textarea').first().fill(title)
    await choose(pages.form, pages.form.getByTestId('field-event_type').locator('.el-select'), '危险化学品', '12D')
    await choose(pages.form, pages.form.getByTestId('field-event_level').locator('.el-select'), '一般', '')
    await pages.form.getByTestId('incident-submit').click()
    await pages.form.waitForURL(/\/incidents\/[0-9a-f-]{36}/)
    const opened = (await people['duty.lingwu'].all('/matters?process=incident')).filter((matter) => matter.title === title)
    assert.equal(opened.length, 1)
    assert.match(JSON.stringify(await people['duty.lingwu'].get(`/matters/${opened[0].id}`)), new RegExp(TYPED + MORE))
  })

  step('no page complained of anything but the outage', () => assert.deepEqual(browser.complaints.filter((one) => !OUTAGE.test(one)), []))
}, { onFailure: () => browser.pictureAll() })
