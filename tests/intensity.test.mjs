// Rain against a threshold of intensity and duration: what is no threshold is refused, rain over MQTT calls and the
// alarm tells every duration; made by hand and tried on the past.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Browser } from './support/browser.mjs'
import { Client } from './support/client.mjs'
import { Platform } from './support/platform.mjs'
import { gateway, steps } from './support/story.mjs'
import { until } from './support/waiting.mjs'

let platform, admin, gate, browser, desk, phone, series
const faults = []
const began = Date.now()
const caine = { durations_hours: [1, 3, 6, 12, 24], a: 14.82, b: 0.39, c: 0 }

before(async () => {
  platform = await Platform.start()
  admin = await Client.signIn(platform, 'admin')
  gate = await gateway(platform, admin)
  series = await admin.call('POST', '/series', { device: gate.device.id, code: 'SLOPE-RAIN', name: '示例滑坡点雨量', unit: 'mm', expected_interval_seconds: 3600 })
})
after(async () => {
  await browser?.close()
  gate?.connection.break()
  await platform?.remove()
})

const rain = (pairs) => gate.connection.observe(gate.code, pairs.map(([hours, value]) => ({ series: 'SLOPE-RAIN', observed_at: new Date(began - hours * 3_600_000).toISOString(), value: String(value) })))
const look = (page, name) => browser.look(page, name, faults)

steps('rain intensity and duration', (step) => {
  step('what is no threshold is refused by name', async () => {
    const refused = (intensity, code, more = {}) => admin.refused('POST', '/rules', { series: series.id, name: 'x', kind: 'intensity_duration', priority: 'high', intensity, ...more }, 422, code)
    await refused(undefined, 'required')
    await refused({ ...caine, durations_hours: [3, 1] }, 'intensity_durations')
    await refused({ ...caine, durations_hours: [96] }, 'intensity_durations')
    await refused({ ...caine, a: 0 }, 'not_positive')
    await refused({ ...caine, b: 2.5 }, 'out_of_range')
    await refused({ ...caine, antecedent: { decay: 1, days: 5, full_at: 60, reduction: 0.3 } }, 'out_of_range')
    await refused(caine, 'not_for_kind', { limit: 3 })
    await admin.refused('POST', '/rules', { series: series.id, name: 'x', kind: 'sum', limit: 3, window_seconds: 3600, priority: 'high', intensity: caine }, 422, 'not_for_kind')
  })

  step('it is made by hand, says what rain its curve means, and is tried on the past', async () => {
    rain([[40, 30], [30, 20], [8, 2], [2, 9]])
    await until(async () => (await admin.get(`/series/${series.id}`)).last?.value === '9')
    browser = await Browser.start(platform)
    desk = await browser.signIn('admin')
    await desk.goto(`/devices/${gate.device.id}`)
    await desk.getByTestId('series-card').filter({ hasText: '示例滑坡点雨量' }).getByTestId('rule-new').click()
    await desk.getByTestId('rule-kind-intensity_duration').click()
    await desk.getByTestId('rule-duration-48').click()
    await desk.getByTestId('rule-curve').getByText('1 小时 14.8 mm').waitFor()
    await desk.getByTestId('rule-wet').click()
    await desk.getByTestId('rule-try').click()
    await desk.getByTestId('trial-result').waitFor()
    await look(desk, 'rule-intensity')
    await desk.getByTestId('rule-save').click()
    await desk.getByTestId('rule-row').getByText('14.82·D^−0.39').waitFor()
    const [kept] = await admin.get(`/rules?series=${series.id}`)
    assert.deepEqual([kept.kind, kept.limit, kept.window_seconds, kept.intensity.durations_hours], ['intensity_duration', null, null, [1, 3, 6, 12, 24, 48]])
    assert.equal(kept.intensity.antecedent.decay, 0.84)
  })

  step('rain over the curve calls and tells every duration', async () => {
    rain([[1, 10], [0, 9.5]])
    const alarm = await until(async () => (await admin.get(`/alarms?series=${series.id}&state=all`)).items[0])
    assert.equal(alarm.title.includes('雨强达到临界值'), true, alarm.title)
    const { explanation } = alarm
    assert.deepEqual(explanation.durations.map((one) => [one.hours, one.rain]).slice(0, 3), [[1, 9.5], [3, 28.5], [6, 28.5]])
    assert.ok(explanation.figure >= 1 && explanation.durations[0].antecedent > 0)
    await desk.goto(`/alarms/${alarm.id}`)
    await desk.getByTestId('intensity-chart').waitFor()
    await look(desk, 'alarm-intensity')
    phone = await browser.signIn('admin', { phone: true })
    await phone.goto(`/alarms/${alarm.id}`)
    await phone.getByTestId('intensity-chart').waitFor()
    await look(phone, 'alarm-intensity-phone')
    await phone.goto(`/devices/${gate.device.id}`)
    await phone.getByTestId('series-card').filter({ hasText: '示例滑坡点雨量' }).getByTestId('rule-edit').click()
    await phone.getByTestId('rule-curve').waitFor()
    await phone.getByTestId('rule-curve').scrollIntoViewIfNeeded()
    await look(phone, 'rule-intensity-phone')
    assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out')
    assert.deepEqual(browser.complaints, [])
    assert.deepEqual(faults, [])
  })
}, { onFailure: async () => browser?.pictureAll() })
