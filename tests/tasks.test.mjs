// Tasks by hand against the time that they may take: what the machine takes is measured, what a person takes is computed.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Browser } from './support/browser.mjs'
import { Hands } from './support/human.mjs'
import { CODES, everybody, gateway, sendSample, steps } from './support/story.mjs'
import { Platform } from './support/platform.mjs'
import { until } from './support/waiting.mjs'

/** Seconds that a person may need; what the machine adds is told, and judged by bench/. */
const CALL_S = 30
const WARNING_S = 60
const NEAR_S = 10
const IMPORT_S = 180
const SHEET = fileURLToPath(new URL('../testdata/imports/messy-enterprises.xlsx', import.meta.url))

let platform, people, gate, browser, duty, approver

before(async () => {
  platform = await Platform.start()
  people = await everybody(platform)
  gate = await gateway(platform, people.admin)
  for (const sample of [158, 161]) await sendSample(gate, sample)
  browser = await Browser.start(platform)
  duty = await browser.signIn('duty.lingwu')
  approver = await browser.signIn('approver.lingwu')
})
after(async () => {
  await browser?.close()
  gate?.connection.break()
  await platform?.remove()
})

/** Whoever approves: from the inbox to the signature, the text read twice. */
async function approve(title) {
  const hands = new Hands(approver)
  await hands.click('nav-inbox')
  const row = approver.getByTestId('matter-row').filter({ hasText: title }).first()
  await hands.read(row)
  await hands.click(row)
  await hands.read('action-approve', 2)
  await hands.click('action-approve')
  await hands.read('action-submit')
  await hands.click('action-submit')
  await until(async () => (await approver.getByTestId('action-submit').count()) === 0, { what: 'the approval' })
  return hands.done('a warning approved')
}
async function publish() {
  const hands = new Hands(duty)
  await hands.read('action-publish')
  await hands.click('action-publish')
  await hands.read('action-submit')
  await hands.click('action-submit')
  await hands.see('coverage')
  return hands.done('a warning published')
}

steps('tasks by hand', (step) => {
  step(`a call is logged in ${CALL_S} s`, async () => {
    await duty.goto('/')
    await duty.getByTestId('overview').waitFor()
    const hands = new Hands(duty)
    await hands.click('portal-call')
    await hands.read('call-form')
    await hands.type('王师傅 13900000000')
    await hands.click('call-where')
    await hands.type('宁东合成')
    const place = duty.getByTestId('call-place').filter({ hasText: '示例宁东合成化工有限公司' }).first()
    await hands.read(place)
    await hands.click(place)
    await hands.see('call-place-taken')
    await hands.click('call-what')
    await hands.type('反应釜泄漏，一人受伤')
    await hands.read('call-type')
    await hands.click('call-submit')
    await hands.see('incident-clocks')
    const seconds = hands.done('a call logged')
    const { state } = await people['duty.lingwu'].get(`/matters/${duty.url().split('/').at(-1)}`)
    const plant = await people.admin.record('enterprise', CODES.enterprise)
    assert.deepEqual([state.file.title, state.file.event_type, state.file.source, state.file.division, state.file.enterprise, state.file.location], ['示例宁东合成化工有限公司 反应釜泄漏', '12D', '王师傅 13900000000', plant.division, plant.id, plant.location])
    assert.ok(seconds < CALL_S, `${seconds} s`)
  })

  step('a call from a place that nobody knows, by keys alone', async () => {
    const hands = new Hands(duty)
    await hands.press('c')
    await hands.read('call-form')
    await hands.read('call-open')
    await hands.press('Tab')
    await hands.type('老砖厂北边的沟里')
    await hands.press('Tab')
    await hands.type('车祸，两车相撞')
    await hands.read('call-type')
    await hands.press('Control+Enter')
    await duty.waitForURL(/\/incidents\/[0-9a-f-]{36}/)
    await hands.see('incident-clocks')
    const seconds = hands.done('a call logged by keys')
    const { state } = await people['duty.lingwu'].get(`/matters/${duty.url().split('/').at(-1)}`)
    assert.deepEqual([state.file.event_type, state.file.division, state.file.description], ['12H', CODES.county, '地点：老砖厂北边的沟里\n车祸，两车相撞'])
    assert.ok(seconds < CALL_S, `${seconds} s`)
  })

  step(`a yellow warning goes from the alarm to the public in ${WARNING_S} s of each`, async () => {
    const hands = new Hands(duty)
    await hands.click('nav-alarms')
    const row = duty.getByTestId('alarm-row').filter({ hasText: 'A 进料流量' }).first()
    await hands.read(row)
    await hands.click(row.getByTestId('alarm-open'))
    await hands.read('alarm-draft-warning')
    await hands.click('alarm-draft-warning')
    await hands.read('warning-template')
    assert.equal(await duty.getByTestId('warning-color-yellow').getAttribute('aria-checked'), 'true')
    await hands.click('warning-template')
    await hands.read('warning-population', 2)
    await hands.click('warning-save-submit')
    await duty.waitForURL(/\/warnings\/[0-9a-f-]{36}/)
    const drafted = hands.done('a yellow warning drafted from an alarm')
    const approved = await approve('预警')
    const published = await publish()
    assert.ok(drafted + published < WARNING_S && approved < WARNING_S, `${drafted} + ${published}, ${approved} s`)
  })

  step('and without an alarm, from the usual words', async () => {
    const hands = new Hands(duty)
    await hands.click('nav-warnings')
    await hands.read('warning-new')
    await hands.click('warning-new')
    await hands.read('warning-headline')
    await hands.click(duty.locator('#warning-type'))
    await hands.type('火灾事故')
    const type = duty.locator('.el-select-dropdown__item:visible', { hasText: '火灾事故' }).first()
    await hands.read(type)
    await hands.click(type)
    await hands.click('warning-template')
    await hands.read('warning-population', 2)
    await until(async () => /灵武市火灾事故黄色预警/.test(await duty.getByTestId('warning-headline').inputValue()), { what: 'the usual words' })
    await hands.click('warning-save-submit')
    await duty.waitForURL(/\/warnings\/[0-9a-f-]{36}/)
    const drafted = hands.done('a yellow warning drafted from the usual words')
    const approved = await approve('火灾事故')
    const published = await publish()
    assert.ok(drafted + published < WARNING_S && approved < WARNING_S, `${drafted} + ${published}, ${approved} s`)
  })

  step(`what is within 3 km of the plant is on the screen in ${NEAR_S} s`, async () => {
    await duty.getByTestId('nav-map').click()
    await duty.getByTestId('count-enterprise').waitFor()
    const hands = new Hands(duty)
    await hands.click('map-search')
    await hands.type('slndhc')
    await hands.read('map-hit')
    await hands.press('Enter')
    await hands.see('map-card')
    await hands.press('r')
    await hands.click('near-ring-3000')
    await hands.read('near-item')
    const seconds = hands.done('what is within 3 km')
    assert.ok(seconds < NEAR_S, `${seconds} s`)
  })

  step(`500 enterprises come out of a messy sheet in ${IMPORT_S} s`, async () => {
    const page = await browser.signIn('admin')
    await page.goto('/ledgers/enterprise')
    await page.getByTestId('ledger-row').first().waitFor()
    const hands = new Hands(page)
    await hands.click('ledger-more')
    await hands.click('ledger-import')
    await hands.read('import-drop')
    await hands.file('import-file', SHEET)
    await hands.read('import-columns', 4)
    await hands.click('import-check')
    await hands.read('import-values', 5)
    await hands.click('import-swap')
    await hands.click('import-accept-all')
    await hands.choose('import-value-化工企业', 'hazardous_chemicals')
    await hands.choose('import-value-无', 'none')
    await hands.click('import-empty-电话待补')
    await hands.click('import-value-约三百')
    await hands.type('300')
    await hands.click('import-value-某某新区')
    await hands.type('灵武市')
    await hands.press('Tab')
    await hands.click('import-apply-fixes')
    await hands.read('import-good-rows', 2)
    await hands.click('import-good-rows')
    await hands.read('import-finished')
    const seconds = hands.done('500 enterprises imported')
    assert.equal(await page.getByTestId('import-figure-created').textContent(), '497')
    assert.ok(seconds < IMPORT_S, `${seconds} s`)
  })

  step('no console complained', () => assert.deepEqual(browser.complaints, []))
}, { onFailure: () => browser.pictureAll() })
