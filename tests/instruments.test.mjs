// Devices as instruments: how much of the time they are heard, whether their clocks are right and their calibration
// valid, what is out of service for how long. By HTTP, as files and in the console.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Browser } from './support/browser.mjs'
import { Client } from './support/client.mjs'
import { Platform } from './support/platform.mjs'
import { CODES, gateway, steps } from './support/story.mjs'
import { until } from './support/waiting.mjs'

let platform, admin, gate, browser, page
const faults = []

before(async () => {
  platform = await Platform.start({ config: '[alarms]\nlongest_out_of_service_days = 3\n' })
  admin = await Client.signIn(platform, 'admin')
  gate = await gateway(platform, admin)
  await admin.call('POST', '/series', { device: gate.device.id, code: 'SLOW', name: '示例罐区压力', unit: 'kPa', expected_interval_seconds: 60 })
})
after(async () => {
  await browser?.close()
  gate?.connection.break()
  await platform?.remove()
})

const rates = (query) => admin.get(`/devices/online-rate?${query}`)
const health = async (query = '') => admin.get(`/devices/health?${query}`)
const look = (name, shown = page) => browser.look(shown, name, faults)
async function behind(seconds, times) {
  for (let one = 0; one < times; one += 1) {
    await gate.connection.observe(gate.code, [{ series: 'SLOW', observed_at: new Date(Date.now() - seconds * 1000).toISOString(), value: String(100 + one) }])
  }
}

steps('devices as instruments', (step) => {
  step('a device that is heard is online, in its county, its enterprise and its industry', async () => {
    await behind(0, 1)
    const devices = await until(async () => {
      const found = await rates('by=device')
      return found.lines.find((line) => line.key === gate.device.id)?.presence === 'online' && found
    }, { what: 'the gateway to be online' })
    const own = devices.lines.find((line) => line.key === gate.device.id)
    assert.equal(own.today, 1)
    assert.equal(devices.tolerated_intervals, 3)
    const counties = await rates('by=division')
    const county = counties.lines.find((line) => line.key === CODES.county)
    assert.ok(county.online >= 1 && county.label.zh.length > 0, JSON.stringify(county))
    const enterprises = await rates(`by=enterprise&division=${CODES.county}`)
    assert.ok(enterprises.lines.some((line) => line.online > 0 && line.label.zh), JSON.stringify(enterprises.lines))
    const industries = await rates('by=industry')
    assert.ok(industries.lines.some((line) => line.label.zh === '危险化学品'), JSON.stringify(industries.lines))
    assert.equal(counties.total.devices, devices.total.devices)
  })

  step('the rates are taken away as a file that says how they are reckoned', async () => {
    const answer = await admin.send('GET', '/devices/online-rate/export.csv?by=device')
    assert.equal(answer.status, 200)
    const text = String(answer.body)
    assert.match(text, /7 日在线率/)
    assert.match(text, /超过 3 个上报周期/)
  })

  step('a clock that is twelve minutes slow is told in words, and a calibration that is overdue', async () => {
    await behind(725, 9)
    const record = await admin.get(`/records/device/${gate.device.id}`)
    await admin.call('PUT', `/records/device/${record.id}`, { version: record.version, code: record.code, name: record.name, division: record.division, location: record.location, enterprise: record.enterprise, attributes: { ...record.attributes, calibrated_on: '2024-01-31', calibration_months: 12, calibration_certificate: 'JD-2024-0131' } })
    const found = await until(async () => {
      const answer = await health('trouble=clock')
      return answer.lines.length > 0 && answer
    }, { what: 'the clock to be told' })
    const line = found.lines.find((one) => one.device === gate.device.id)
    const clock = line.troubles.find((one) => one.trouble === 'clock')
    assert.ok(clock.seconds >= 720 && clock.seconds < 740, JSON.stringify(clock))
    assert.equal(line.calibration.due_on, '2025-01-31')
    assert.ok(line.troubles.some((one) => one.trouble === 'calibration_overdue' && one.days < 0))
    const file = await admin.send('GET', '/devices/health/export.csv?trouble=calibration_overdue')
    assert.match(String(file.body), /检定逾期/)
    await admin.refused('PUT', `/records/device/${record.id}`, { version: record.version + 1, code: record.code, name: record.name, division: record.division, location: record.location, enterprise: record.enterprise, attributes: { ...record.attributes, calibration_months: 12 } }, 422, 'required')
  })

  step('the console shows both, from the county down to the device', async () => {
    browser = await Browser.start(platform)
    page = await browser.signIn('admin')
    await page.goto('/devices/online-rate')
    await page.getByTestId('online-table').waitFor()
    assert.match(await page.getByTestId('online-today').innerText(), /%/)
    assert.match(await page.getByTestId('online-definition').innerText(), /3 个上报周期/)
    await look('online-rate')
    await page.getByTestId('online-line').filter({ hasText: '灵武' }).getByTestId('online-open').click()
    await page.getByTestId('online-by-enterprise').and(page.locator('[aria-pressed=true]')).waitFor()
    await page.getByTestId('online-by-device').click()
    await page.getByTestId('online-line').filter({ hasText: gate.code }).waitFor()
    await look('online-rate-devices')
    await page.getByTestId('online-line').filter({ hasText: gate.code }).getByTestId('online-open').click()
    await page.getByTestId('device-health').waitFor()
    assert.match(await page.getByTestId('health-clock').innerText(), /时钟慢 12 分钟/)
    assert.match(await page.getByTestId('device-health').innerText(), /JD-2024-0131/)
    await look('device-health')
    await page.goto('/admin/devices')
    await page.getByTestId('trouble-line').filter({ hasText: gate.code }).waitFor()
    await look('device-troubles')
    const phone = await browser.signIn('admin', { phone: true })
    await phone.goto('/devices/online-rate?by=device')
    await phone.getByTestId('online-line').first().waitFor()
    await look('online-rate-narrow', phone)
    await phone.goto('/admin/devices')
    await phone.getByTestId('trouble-line').first().waitFor()
    await look('device-troubles-narrow', phone)
    await phone.close()
  })

  step('out of service is offered only for as long as the configuration allows, and leaves the rate', async () => {
    await page.goto('/admin/devices')
    await page.getByTestId('devices-search').fill(gate.code)
    await page.getByTestId('device-take-out').first().click()
    await page.getByTestId('service-4320').waitFor()
    assert.equal(await page.getByTestId('service-43200').count(), 0, 'thirty days are not offered where three are allowed')
    await page.getByTestId('service-reason').fill('探头更换')
    await page.getByTestId('service-60').check()
    await page.getByTestId('service-submit').click()
    await page.getByTestId('service-row').first().waitFor()
    const found = await rates('by=device&presence=out_of_service')
    assert.deepEqual(found.lines.map((line) => line.key), [gate.device.id])
    await page.goto('/alarms')
    await page.getByTestId('service-bar').waitFor()
    assert.match(await page.getByTestId('service-bar').innerText(), new RegExp(gate.device.name))
  })

  step('pages are sound', () => {
    assert.deepEqual(faults, [])
    assert.deepEqual(browser.complaints, [])
  })
}, { onFailure: () => browser?.pictureAll() })
