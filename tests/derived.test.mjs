// Series that are computed from others: refused with a reason, computed with what moves them, never sent, judged
// like any other, the same after `kill -9`; made by hand with what they amount to shown while typing.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Browser } from './support/browser.mjs'
import { Client } from './support/client.mjs'
import { Platform } from './support/platform.mjs'
import { gateway, steps } from './support/story.mjs'
import { until } from './support/waiting.mjs'

let platform, admin, gate, browser, desk, phone, loss
const series = {}
const faults = []

before(async () => {
  platform = await Platform.start()
  admin = await Client.signIn(platform, 'admin')
  gate = await gateway(platform, admin)
  const named = [['P-IN', '示例管线进口压力', 'kPa'], ['P-OUT', '示例管线出口压力', 'kPa'], ['VALVE', '示例切断阀开度', '']]
  for (const [code, name, unit] of named) series[code] = await admin.call('POST', '/series', { device: gate.device.id, code, name, unit, expected_interval_seconds: 60 })
})
after(async () => {
  await browser?.close()
  gate?.connection.break()
  await platform?.remove()
})

const inputs = (...pairs) => pairs.map(([name, code]) => ({ name, series: series[code].id }))
const formula = (more) => ({ inputs: inputs(['inlet', 'P-IN'], ['outlet', 'P-OUT']), expression: 'inlet.value - outlet.value', max_age_seconds: 300, ...more })
const draft = (code, name, derivation) => ({ series: { device: gate.device.id, code, name, unit: 'kPa' }, derivation })
const send = (values, at = new Date()) => gate.connection.observe(gate.code, Object.entries(values).map(([code, value]) => ({ series: code, observed_at: at.toISOString(), value: String(value) })))
const hand = (values) => admin.call('POST', '/observations', { device: gate.code, observations: Object.entries(values).map(([code, value]) => ({ series: code, value: String(value) })) })
const values = async (id) => (await admin.get(`/series/${id}/observations`)).items.map((one) => one.value).reverse()
const look = (page, name) => browser.look(page, name, faults)

steps('series that are computed', (step) => {
  step('what is no expression is refused, and says where', async () => {
    const refused = (more, code) => admin.refused('POST', '/derivations', draft('x', '不合规', formula(more)), 422, code)
    await refused({ expression: 'inlet.value -' }, 'formula_syntax')
    await refused({ expression: 'inlet.value - outlt.value' }, 'formula_unknown_name')
    await refused({ expression: 'inlet.value * 2' }, 'formula_unused')
    await refused({ expression: '[inlet.value, outlet.value].map(x, x)' }, 'formula_not_admitted')
    await refused({ expression: 'inlet.value && outlet.value' }, 'formula_mismatch')
    await refused({ inputs: inputs(['In', 'P-IN'], ['outlet', 'P-OUT']) }, 'formula_name')
    await refused({ max_age_seconds: 0 }, 'out_of_range')
    await refused({ colour: 'red' }, 'unknown_field')
    await admin.refused('POST', '/derivations/trial', { derivation: formula({ inputs: [{ name: 'a', series: '01990000-0000-7000-8000-000000000000' }], expression: 'a.value' }), hours: 0 }, 422, 'unknown_series')
  })

  step('it is made by hand; what it amounts to is shown while typing', async () => {
    await hand({ 'P-IN': 120.3, 'P-OUT': 118.1 })
    browser = await Browser.start(platform)
    desk = await browser.signIn('admin')
    await desk.goto(`/devices/${gate.device.id}`)
    await desk.getByTestId('derived-new').click()
    await desk.getByTestId('derived-series-name').fill('示例管线压降')
    await desk.getByTestId('derived-code').fill('P-LOSS')
    await desk.getByTestId('derived-unit').fill('kPa')
    for (const [index, name, what] of [[0, 'inlet', '示例管线进口压力'], [1, 'outlet', '示例管线出口压力']]) {
      await desk.getByTestId(`derived-name-${index}`).fill(name)
      await desk.locator(`#derived-series-${index}`).fill(what)
      await desk.locator('.el-select-dropdown__item:visible').filter({ hasText: what }).first().click()
    }
    const expression = desk.getByTestId('derived-expression')
    await expression.fill('inlet.value - outlt.value')
    await desk.getByTestId('derived-check').getByText('没有名为“outlt”的输入').waitFor()
    await look(desk, 'derived-form-flaw')
    await expression.fill('inlet.value - outlet.value')
    await desk.getByTestId('derived-check').getByText('2.2 kPa').waitFor()
    await desk.getByTestId('derived-now-0').getByText('120.3').waitFor()
    await desk.getByTestId('derived-try').click()
    await desk.getByTestId('derived-trial').getByText('算出 1 个数值').waitFor()
    await look(desk, 'derived-form')
    await desk.getByTestId('derived-save').click()
    const card = desk.getByTestId('series-card').filter({ hasText: '示例管线压降' })
    await card.getByTestId('made-of-expression').getByText('inlet.value - outlet.value').waitFor()
    loss = (await admin.get('/derivations')).items.find((one) => one.name === '示例管线压降')
    assert.equal(loss.present.value, '2.2')
  })

  step('it is computed with what moves it, over HTTP and MQTT; nobody can send it', async () => {
    await hand({ 'P-IN': 121, 'P-OUT': 118 })
    await until(async () => (await values(loss.series)).at(-1) === '3')
    send({ 'P-IN': 130.5, 'P-OUT': 120.25 })
    await until(async () => (await values(loss.series)).at(-1) === '10.25')
    assert.deepEqual(await values(loss.series), ['3', '10.25'], 'both inputs of a message are one moment')
    const refused = await hand({ 'P-LOSS': 0 })
    assert.deepEqual([refused.accepted, refused.quarantined], [0, 1])
    const before = new Date(Date.now() - 60_000).toISOString()
    await admin.call('POST', '/observations', { device: gate.code, observations: [{ series: 'P-IN', observed_at: before, value: '500', historical: true }] })
    assert.deepEqual(await values(loss.series), ['3', '10.25'], 'the past is not made anew')
  })

  step('a rule over it calls, and the alarm says what it was made of', async () => {
    await admin.call('POST', '/rules', { series: loss.series, name: '压降过大', kind: 'high', limit: 20, priority: 'high' })
    send({ 'P-IN': 150, 'P-OUT': 120 })
    const alarm = await until(async () => (await admin.get(`/alarms?series=${loss.series}&state=all`)).items[0])
    assert.equal(alarm.explanation.made_of.expression, 'inlet.value - outlet.value')
    assert.deepEqual(alarm.explanation.made_of.inputs.map((one) => [one.name, one.value, one.unit]), [['inlet', '150', 'kPa'], ['outlet', '120', 'kPa']])
    await desk.goto(`/alarms/${alarm.id}`)
    await desk.getByTestId('alarm-made-of').getByText('示例管线进口压力').waitFor()
    await look(desk, 'alarm-derived')
  })

  step('what cannot be computed says why; ingestion goes on', async () => {
    const ratio = await admin.call('POST', '/derivations', draft('RATIO', '示例压力比', formula({ expression: 'inlet.value / outlet.value' })))
    send({ 'P-OUT': 0 })
    const there = await until(async () => { const one = await admin.get(`/derivations/${ratio.series}`); return one.present.reason && one })
    assert.equal(there.present.reason.code, 'division_by_zero')
    const last = (await admin.get(`/series/${ratio.series}`)).last
    assert.deepEqual([last.value, last.quality], ['', 'missing'])
    const trial = await admin.call('POST', '/derivations/trial', { derivation: formula({ expression: 'inlet.value / outlet.value' }), hours: 1 })
    assert.equal(trial.reasons[0].code, 'division_by_zero')
    await desk.goto(`/devices/${gate.device.id}`)
    await desk.getByTestId('series-card').filter({ hasText: '示例压力比' }).getByTestId('derived-reason').getByText('除数为零').waitFor()
    send({ 'P-OUT': 120 })
  })

  step('derived of derived, three deep; circles and what is used are refused by name', async () => {
    const of = (id) => formula({ inputs: [{ name: 'x', series: id }], expression: 'x.value * 2' })
    const second = await admin.call('POST', '/derivations', draft('SECOND', '示例二层', of(loss.series)))
    const third = await admin.call('POST', '/derivations', draft('THIRD', '示例三层', of(second.series)))
    await admin.refused('POST', '/derivations', draft('FOURTH', '示例四层', of(third.series)), 422, 'derivation_too_deep')
    const circle = await admin.refused('PUT', `/derivations/${loss.series}`, { ...of(third.series), version: 1 }, 422, 'derivation_cycle')
    assert.match(JSON.stringify(circle), /示例管线压降 ← 示例三层 ← 示例二层 ← 示例管线压降/)
    await admin.refused('DELETE', `/derivations/${second.series}`, undefined, 409, 'series_is_input')
    await admin.refused('DELETE', `/series/${series['P-IN'].id}?version=1`, undefined, 409, 'series_is_input')
    send({ 'P-IN': 151, 'P-OUT': 120 })
    await until(async () => (await values(third.series)).at(-1) === '124')
  })

  step('a change is a version with its reason', async () => {
    const card = desk.getByTestId('series-card').filter({ hasText: '示例管线压降' }).filter({ has: desk.getByTestId('made-of-expression').getByText('inlet.value - outlet.value') })
    await card.getByTestId('derived-change').click()
    await desk.getByTestId('derived-expression').fill('abs(inlet.value - outlet.value)')
    await desk.getByTestId('derived-check').getByText('31 kPa').waitFor()
    await desk.getByTestId('derived-save').click()
    await desk.getByTestId('still-lacking').getByText('修改原因').waitFor()
    await desk.getByTestId('derived-why').fill('管线可反输')
    await desk.getByTestId('derived-save').click()
    await desk.getByTestId('made-of-expression').getByText('abs(').waitFor()
    const [newest] = await admin.get(`/derivations/${loss.series}/versions`)
    assert.deepEqual([newest.version, newest.why, newest.derivation.expression], [2, '管线可反输', 'abs(inlet.value - outlet.value)'])
    await admin.refused('PUT', `/derivations/${loss.series}`, formula({ version: 1 }), 409, 'stale')
    await desk.getByTestId('series-card').filter({ hasText: '示例管线压降' }).first().scrollIntoViewIfNeeded()
    await look(desk, 'derived-card')
  })

  step('after kill -9 everything acknowledged is computed, once, and goes on', async () => {
    for (let round = 1; round <= 20; round++) await hand({ 'P-IN': 200 + round, 'P-OUT': 100 })
    const before = await values(loss.series)
    assert.deepEqual(before.slice(-20), Array.from({ length: 20 }, (_, index) => String(101 + index)))
    await platform.kill()
    await platform.restart()
    admin = await Client.signIn(platform, 'admin')
    assert.deepEqual(await values(loss.series), before)
    await hand({ 'P-OUT': 101 })
    assert.equal((await values(loss.series)).at(-1), '119')
  })

  step('it reads on a phone, and nothing was wrong on any page', async () => {
    phone = await browser.signIn('admin', { phone: true })
    await phone.goto(`/devices/${gate.device.id}`)
    const card = phone.getByTestId('series-card').filter({ hasText: '示例管线压降' }).first()
    await card.getByTestId('made-of-expression').waitFor()
    await card.getByTestId('derived-from').scrollIntoViewIfNeeded()
    await look(phone, 'derived-card-phone')
    await card.getByTestId('derived-change').click()
    await phone.getByTestId('derived-check').getByText('kPa').or(phone.getByTestId('derived-check')).first().waitFor()
    await look(phone, 'derived-form-phone')
    assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out')
    // Refused while typing, and the line of the pages that were open when the program was killed.
    const expected = /422 .*derivations\/trial|net::ERR_/
    assert.deepEqual(browser.complaints.filter((one) => !expected.test(one)), [])
    assert.deepEqual(faults, [])
  })
}, { onFailure: () => browser?.pictureAll() })
