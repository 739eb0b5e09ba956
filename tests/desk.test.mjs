// The life of an alarm at the desk after ISA-18.2, over HTTP and by hand: set aside until an end, taken out of
// service, passed on, counted.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Browser, settled } from './support/browser.mjs'
import { Platform } from './support/platform.mjs'
import { STORE } from './support/stores.mjs'
import { everybody, gateway, sendSample, steps } from './support/story.mjs'
import { until } from './support/waiting.mjs'

let platform, people, gate, browser, page, alarms
const faults = []

before(async () => {
  platform = await Platform.start()
  people = await everybody(platform)
  gate = await gateway(platform, people.admin)
  await sendSample(gate, 161)
  alarms = await until(async () => (await open()).length > 1 && open(), { what: 'alarms' })
  browser = await Browser.start(platform)
  page = await browser.signIn('duty.lingwu')
})
after(async () => {
  await browser?.close()
  gate?.connection.break()
  await platform?.remove()
})

const list = async (state) => (await people['duty.lingwu'].get(`/alarms?state=${state}&limit=200`)).items
const open = () => list('open')
const row = (alarm) => page.getByTestId('alarm-row').filter({ hasText: alarm.title })
const count = async (state) => Number(await page.getByTestId(`alarms-count-${state}`).textContent())

/** Looks at the page: accessibility, and a picture. */
async function look(name, window = page) {
  await settled(window)
  if (STORE === 'sqlite') faults.push(...(await browser.faults(window, name)))
  await browser.picture(window, name)
}

steps('the alarm desk', (step) => {
  step('refuses a shelf without right, reason or end, and an urgent one to the duty officer alone', async () => {
    const urgent = alarms.find((alarm) => alarm.priority === 'urgent')
    const other = alarms.find((alarm) => alarm.priority !== 'urgent')
    const shelve = async (who, alarm, json) => {
      const { status, body } = await people[who].send('POST', `/alarms/${alarm.id}/shelve`, { json })
      return [status, body.errors?.[0]?.field ?? body.code]
    }
    const right = { reason: '仪表抖动', minutes: 30 }
    assert.equal((await shelve('approver.lingwu', other, right))[0], 403)
    assert.deepEqual(await shelve('duty.lingwu', other, { ...right, reason: ' ' }), [422, 'reason'])
    for (const minutes of [0, 481]) assert.deepEqual(await shelve('duty.lingwu', other, { ...right, minutes }), [422, 'minutes'])
    for (const minutes of [-1, 1.5, '30', null]) assert.ok([400, 422].includes((await shelve('duty.lingwu', other, { ...right, minutes }))[0]))
    assert.equal((await shelve('duty.lingwu', urgent, right))[0], 403)
    assert.equal((await shelve('leader.lingwu', urgent, { ...right, minutes: 61 }))[0], 422)
    assert.equal((await open()).length, alarms.length)
  })

  step('an alarm is shelved by hand: it leaves the open list, stays counted, and says who, why and until when', async () => {
    const alarm = alarms.find((one) => one.priority !== 'urgent')
    await page.goto('/alarms')
    await row(alarm).getByTestId('alarm-open').click()
    await page.getByTestId('alarm-shelve').click()
    await page.getByTestId('shelve-submit').click()
    assert.match(await page.getByTestId('still-lacking').last().textContent(), /搁置原因.*搁置时长/)
    await page.getByTestId('shelve-reason').fill('液位计抖动，仪表班处理中')
    await page.getByTestId('shelve-30').check()
    await browser.picture(page, 'alarm-shelve')
    await page.getByTestId('shelve-submit').click()
    await page.getByTestId('alarm-unshelve').waitFor()
    await look('alarm-shelved')
    await page.keyboard.press('Escape')
    await row(alarm).waitFor({ state: 'detached' })
    await until(async () => (await count('shelved')) === 1, { what: 'the number on the tab' })
    await page.getByTestId('alarms-shelved').click()
    await row(alarm).waitFor()
    await look('alarms-shelved')
    const trace = await people.admin.get('/trace?action=alarm.shelve')
    assert.match(JSON.stringify(trace.items), /液位计抖动，仪表班处理中/)
  })

  step('what is taken from the shelf waits for an acknowledgement again', async () => {
    const alarm = (await list('shelved'))[0]
    await row(alarm).getByTestId('alarm-open').click()
    await page.getByTestId('alarm-unshelve').click()
    await page.getByTestId('alarm-shelve').waitFor()
    const back = (await open()).find((one) => one.id === alarm.id)
    assert.equal(back.acknowledged, false)
    const { timeline } = await people['duty.lingwu'].get(`/alarms/${alarm.id}`)
    assert.deepEqual(timeline.map((entry) => entry.what), ['raised', 'shelved', 'unshelved'])
    await page.goto('/alarms')
  })

  step('no page had an accessibility fault or an error', async () => {
    assert.deepEqual(faults, [])
    assert.deepEqual(browser.complaints, [])
  })
}, { onFailure: () => browser?.pictureAll() })
