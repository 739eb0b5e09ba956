// One rule for all series of a kind: made by hand, held by every detector, excepted and gone its own way with a
// reason, named by the alarm, ended without a trace of rules.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Browser } from './support/browser.mjs'
import { Client } from './support/client.mjs'
import { Platform } from './support/platform.mjs'
import { gateway, steps } from './support/story.mjs'
import { until } from './support/waiting.mjs'

let platform, admin, gate, browser, desk
const series = {}
const faults = []

before(async () => {
  platform = await Platform.start()
  admin = await Client.signIn(platform, 'admin')
  gate = await gateway(platform, admin)
  for (const code of ['CHL-A', 'CHL-B', 'CHL-C']) await detector(code)
})
after(async () => {
  await browser?.close()
  gate?.connection.break()
  await platform?.remove()
})

async function detector(code) {
  series[code] = await admin.call('POST', '/series', { device: gate.device.id, code, name: `示例氯气浓度${code.at(-1)}`, unit: 'ppx', expected_interval_seconds: 60 })
  return series[code]
}
const rulesOf = (code) => admin.get(`/rules?series=${series[code].id}`)
const body = (more) => ({ name: '示例氯气高限', division: gate.device.division, selector: { codes: ['chl-*'], unit: 'ppx' }, condition: { kind: 'high', limit: 1, priority: 'urgent' }, ...more })
const look = (page, name) => browser.look(page, name, faults)

steps('templates of rules', (step) => {
  step('what selects nothing, is unknown or wrong is refused by name', async () => {
    await admin.refused('POST', '/rule-templates', body({ selector: {} }), 422, 'selects_everything')
    await admin.refused('POST', '/rule-templates', body({ selector: { colour: 'red' } }), 422, 'unknown_field')
    await admin.refused('POST', '/rule-templates', body({ condition: { kind: 'high', priority: 'low' } }), 422, 'required')
    await admin.refused('POST', '/rules', { series: series['CHL-A'].id, name: 'x', kind: 'high', limit: 1, priority: 'low', limt: 2 }, 422, 'unknown_field')
    await admin.refused('POST', '/rules/trial', { rule: { series: series['CHL-A'].id, name: 'x', kind: 'high', limit: 1, priority: 'low', limt: 2 }, hours: 1 }, 422, 'unknown_field')
    const tried = await admin.call('POST', '/rules/trial', { rule: { series: series['CHL-A'].id, name: 'x', kind: 'high', limit: 1, priority: 'low' }, hours: 1 })
    assert.equal(tried.alarms, 0)
  })

  step('a template is made by hand; what it is for is shown before', async () => {
    browser = await Browser.start(platform)
    desk = await browser.signIn('admin')
    await desk.goto('/admin/rule-templates')
    await desk.getByText('还没有规则模板').waitFor()
    await look(desk, 'templates-none')
    await desk.getByTestId('template-new').click()
    await desk.getByTestId('template-name').fill('示例氯气高限')
    await desk.getByTestId('template-said').fill('氯气')
    await desk.getByTestId('template-unit').fill('ppx')
    await desk.getByTestId('template-found').getByText('符合 3 个测点').waitFor()
    await desk.locator('#rule-limit').fill('1')
    await desk.getByTestId('template-try').click()
    await desk.getByTestId('template-trial').waitFor()
    await look(desk, 'template-form')
    await desk.getByTestId('template-save').click()
    await desk.getByTestId('template-count').getByText('3 个测点').waitFor()
    await look(desk, 'templates')
    assert.equal((await rulesOf('CHL-B')).length, 1)
  })

  step('a series that comes later has the rule; the alarm names the template', async () => {
    await detector('CHL-D')
    assert.equal((await rulesOf('CHL-D'))[0].template.name, '示例氯气高限')
    gate.connection.observe(gate.code, [{ series: 'CHL-D', observed_at: new Date().toISOString(), value: '1.5' }])
    const alarm = await until(async () => (await admin.get(`/alarms?series=${series['CHL-D'].id}&state=all`)).items[0])
    assert.equal(alarm.explanation.template, '示例氯气高限')
  })

  step('who edits one such rule is told; it then goes its own way, another is excepted', async () => {
    const [rule] = await rulesOf('CHL-A')
    await admin.refused('DELETE', `/rules/${rule.id}`, undefined, 422, 'required')
    await desk.goto(`/devices/${gate.device.id}`)
    const card = desk.getByTestId('series-card').filter({ hasText: '示例氯气浓度A' })
    await card.getByTestId('rule-template').getByText('模板：示例氯气高限').waitFor()
    await card.getByTestId('rule-edit').click()
    await desk.getByTestId('rule-origin').waitFor()
    await desk.locator('#rule-limit').fill('0.5')
    await desk.getByTestId('rule-why').fill('靠近学校')
    await look(desk, 'rule-of-template')
    await desk.getByTestId('rule-save').click()
    await card.getByText('单独设置，原属模板').waitFor()
    const other = desk.getByTestId('series-card').filter({ hasText: '示例氯气浓度B' })
    await other.getByRole('button', { name: '不用此模板' }).click()
    await desk.locator('.el-message-box__input input').fill('已拆除')
    await desk.locator('.el-message-box__btns .el-button--primary').click()
    await other.getByText('没有规则').waitFor()
    await desk.goto('/admin/rule-templates')
    await desk.getByTestId('template-open').click()
    await desk.getByTestId('template-exceptions').getByText('靠近学校').waitFor()
    await look(desk, 'template-exceptions')
  })

  step('a change reaches all that follow', async () => {
    const [template] = await admin.get('/rule-templates')
    assert.deepEqual([template.series, template.own, template.excepted, template.waiting], [3, 1, 1, 0])
    await admin.call('PUT', `/rule-templates/${template.id}`, body({ version: template.version, why: '新规程', condition: { kind: 'high', limit: 2, priority: 'urgent' } }))
    assert.deepEqual([(await rulesOf('CHL-C'))[0].limit, (await rulesOf('CHL-A'))[0].limit], [2, 0.5])
    await admin.refused('PUT', `/rule-templates/${template.id}`, body({ version: template.version }), 409, 'stale')
  })

  step('a rule that applies at some times only is made by hand and says so', async () => {
    await desk.goto(`/devices/${gate.device.id}`)
    const card = desk.getByTestId('series-card').filter({ hasText: '示例氯气浓度B' })
    await card.getByTestId('rule-new').click()
    await desk.locator('#rule-limit').fill('3')
    await desk.getByTestId('schedule-flood').click()
    await desk.getByTestId('schedule-add-hours').click()
    await desk.getByTestId('schedule-from').locator('input').or(desk.getByTestId('schedule-from')).first().fill('20:00')
    await desk.getByTestId('schedule-to').locator('input').or(desk.getByTestId('schedule-to')).first().fill('06:00')
    await desk.getByTestId('rule-schedule').scrollIntoViewIfNeeded()
    await look(desk, 'rule-schedule')
    await desk.getByTestId('rule-save').click()
    await card.getByTestId('rule-applies').getByText('每年5月1日至9月30日的每天 20:00–次日 06:00').waitFor()
    await look(desk, 'rule-applies')
    const [kept] = await rulesOf('CHL-B')
    assert.deepEqual(kept.schedule, { hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '20:00', to: '06:00' }], seasons: [{ from: '05-01', to: '09-30' }] })
    await admin.refused('POST', '/rules', { series: series['CHL-B'].id, name: 'x', kind: 'high', limit: 1, priority: 'low', schedule: { hours: [{ days: [1], from: '8', to: '18:00' }] } }, 422, 'no_time_of_day')
    await admin.call('DELETE', `/rules/${kept.id}`)
    await desk.goto('/admin/rule-templates')
  })

  step('its end leaves no rules behind', async () => {
    await desk.getByTestId('template-remove').click()
    await desk.locator('.el-message-box__input input').fill('改用新标准')
    await desk.locator('.el-message-box__btns .el-button--primary').click()
    await desk.getByText('还没有规则模板').waitFor()
    for (const code of ['CHL-A', 'CHL-B', 'CHL-C', 'CHL-D']) assert.deepEqual(await rulesOf(code), [])
    assert.equal((await admin.get(`/alarms?series=${series['CHL-D'].id}&state=all`)).items[0].active, false)
  })

  step('it reads on a phone, and no page had a fault', async () => {
    const phone = await browser.signIn('admin', { phone: true })
    await phone.goto('/admin/rule-templates')
    await phone.getByTestId('template-new').click()
    await phone.getByTestId('schedule-other').click()
    await look(phone, 'template-phone')
    assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out')
    assert.deepEqual(browser.complaints, [])
    assert.deepEqual(faults, [])
  })
})
