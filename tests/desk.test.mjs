// The life of an alarm at the desk after ISA-18.2, over HTTP and by hand: set aside until an end, taken out of
// service, passed on, counted.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Browser } from './support/browser.mjs'
import { Platform } from './support/platform.mjs'
import { everybody, gateway, sendSample, steps } from './support/story.mjs'
import { until } from './support/waiting.mjs'

let platform, people, gate, browser, page, leader, alarms
const faults = []

before(async () => {
  platform = await Platform.start({ config: '[[alarms.escalation]]\npriority = "urgent"\nafter_minutes = 1\nrole = "duty_leader"\n' })
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

/** Makes so many series of the gateway exceed a limit, at once. */
async function noisy(number) {
  const { items } = await people.admin.get(`/series?device=${gate.device.id}&limit=200`)
  for (const series of items.slice(0, number)) {
    await people.admin.call('POST', '/rules', { series: series.id, name: '试验高报', kind: 'high', limit: -1e9, deadband: 0, on_delay_seconds: 0, off_delay_seconds: 0, priority: 'medium', enabled: true })
  }
  await sendSample(gate, 161)
}

/** Looks at the page: accessibility, and a picture. */
const look = (name, window = page) => browser.look(window, name, faults)

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

  step('a device is taken out of service by hand: its alarms are recorded and nobody is rung', async () => {
    const before = (await open()).length
    const out = (who, json) => people[who].send('POST', '/devices/out-of-service', { json })
    const good = { device: gate.device.id, reason: '标定', minutes: 60 }
    assert.equal((await out('duty.lingwu', good)).status, 403)
    assert.equal((await out('leader.lingwu', { ...good, reason: '' })).status, 422)
    assert.equal((await out('leader.lingwu', { ...good, minutes: 43_201 })).status, 422)
    assert.equal((await out('leader.lingwu', { ...good, series: gate.device.id })).status, 422)
    leader = await browser.signIn('leader.lingwu')
    await leader.goto('/admin/devices')
    await leader.getByTestId('devices-search').fill(gate.device.name)
    await leader.getByTestId('device-take-out').first().click()
    await leader.getByTestId('service-reason').fill('罐区探头标定，检修票 2026-118')
    await leader.getByTestId('service-240').check()
    await browser.picture(leader, 'service-take-out')
    await leader.getByTestId('service-submit').click()
    await leader.getByTestId('service-row').waitFor()
    assert.equal((await out('leader.lingwu', good)).status, 409)
    await look('devices-out-of-service', leader)
    const bar = page.getByTestId('service-bar')
    await bar.waitFor()
    await noisy(6)
    await until(async () => (await count('suppressed')) >= 6, { what: 'recorded alarms' })
    assert.equal((await open()).length, before, 'nothing new rings')
    await until(async () => /6 条（未响铃）|[1-9]\d* 条（未响铃）/.test(await bar.textContent()), { what: 'the number in the bar' })
    await page.getByTestId('service-show').click()
    await look('alarms-out-of-service')
  })

  step('back in service its active alarms ring, as one group that is acknowledged one by one', async () => {
    await leader.getByTestId('service-put-in').click()
    await leader.locator('.el-message-box__btns .el-button--primary').click()
    await leader.getByTestId('service-row').waitFor({ state: 'detached' })
    const group = page.getByTestId('alarm-group')
    await group.waitFor()
    await look('alarms-grouped')
    await group.getByTestId('group-open').click()
    await group.getByTestId('alarm-row').first().waitFor()
    await look('alarms-group-open')
    // What is passed on must wait: everything but the urgent one is acknowledged here.
    const waiting = (await open()).filter((alarm) => !alarm.acknowledged && alarm.priority !== 'urgent')
    const stranger = await people['duty.pingluo'].call('POST', '/alarms/acknowledge', { alarms: waiting.map((alarm) => alarm.id) })
    assert.deepEqual(stranger, { done: [], refused: waiting.map((alarm) => alarm.id) })
    assert.equal((await people['duty.lingwu'].send('POST', '/alarms/acknowledge', { json: { alarms: [] } })).status, 422)
    await until(async () => (await people['leader.lingwu'].get('/messages/mine')).items.some((message) => message.subject.includes('逾时未确认')), { within: 90_000, every: 500, what: 'the escalation to the duty leader' })
    const urgent = (await open()).find((alarm) => alarm.priority === 'urgent')
    const told = (await people['duty.lingwu'].get(`/alarms/${urgent.id}`)).timeline.filter((entry) => entry.what === 'escalated')
    assert.deepEqual(told.map((entry) => entry.detail), ['带班领导'])
    await group.getByTestId('group-acknowledge').click()
    await until(async () => (await open()).every((alarm) => alarm.acknowledged), { what: 'all acknowledged' })
    const entries = await Promise.all(waiting.map(async (alarm) => (await people['duty.lingwu'].get(`/alarms/${alarm.id}`)).timeline.at(-1)))
    assert.ok(entries.every((entry) => entry.what === 'acknowledged' && entry.actor_name === '示例·张敏'))
  })

  step('the figures stand beside their norms, for a span, to be printed and taken away', async () => {
    const judged = (await open())[0]
    await people['duty.lingwu'].call('POST', `/alarms/${judged.id}/verify`, { verdict: 'false_alarm', reason: '探头标定' })
    await page.getByTestId('alarms-figures').click()
    await page.getByTestId('figures').waitFor()
    assert.match(await page.getByTestId('figure-per_hour').textContent(), /≤ 6（EEMUA 191）/)
    assert.match(await page.getByTestId('figure-false').textContent(), /100 %.*已核实 1 条/s)
    assert.ok((await page.getByTestId('figures-noisiest').locator('tbody tr').count()) > 0)
    await look('alarm-figures')
    await page.getByTestId('figures-1').click()
    await until(() => page.url().includes('days=1'), { what: 'the span in the address' })
    const href = await page.getByTestId('figures-csv').getAttribute('href')
    const csv = await people['duty.lingwu'].send('GET', `/${href}`)
    assert.equal(csv.status, 200)
    assert.match(String(csv.body), /EEMUA 191/)
    const bad = await people['duty.lingwu'].send('GET', '/alarms/figures?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')
    assert.equal(bad.status, 422)
    const phone = await browser.beside(page, '/alarms/figures')
    await phone.setViewportSize({ width: 360, height: 740 })
    await look('alarm-figures-narrow', phone)
    await phone.goto('/alarms?state=all')
    await look('alarms-narrow', phone)
    await phone.close()
  })

  step('no page had an accessibility fault or an error', async () => {
    assert.deepEqual(faults, [])
    assert.deepEqual(browser.complaints, [])
  })
}, { onFailure: () => browser?.pictureAll() })
