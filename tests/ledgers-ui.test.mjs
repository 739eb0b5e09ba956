// Ledgers by hand: find, filter, arrange, save the view, choose and act, write with pickers, two people at one
// record, go back to a version, print. Day, night, English and a phone; no fault that axe finds.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Browser, choose } from './support/browser.mjs'
import { CODES, everybody, steps } from './support/story.mjs'
import { Platform } from './support/platform.mjs'
import { until } from './support/waiting.mjs'

let platform, people, browser, page, made, gas
const faults = []

before(async () => {
  platform = await Platform.start()
  people = await everybody(platform)
  browser = await Browser.start(platform)
  for (let number = 1; number <= 130; number += 1) {
    const body = {
      code: `UI-${String(number).padStart(3, '0')}`, name: `界面示例企业${number}`, division: CODES.county, location: { lon: 106.3 + number / 1000, lat: 38.0 + number / 1000 },
      attributes: { credit_code: creditCode(number), industry: number % 2 ? 'gas' : 'logistics', major_hazard_grade: 'none', risk_level: number % 3 ? 'low' : 'general', employees: number },
    }
    await people.admin.call('POST', '/records/enterprise', body)
  }
})

after(async () => {
  await browser?.close()
  await platform?.remove()
})

/** A social credit code with the right check digit (GB 32100). */
function creditCode(number) {
  const letters = '0123456789ABCDEFGHJKLMNPQRTUWXY'
  const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
  const body = `91640100MA76${String(number).padStart(5, '0')}`
  const sum = [...body].reduce((total, letter, at) => total + letters.indexOf(letter) * weights[at], 0)
  return body + letters[(31 - (sum % 31)) % 31]
}
const id = (name) => page.getByTestId(name)
const rows = () => page.getByTestId('ledger-row')
const range = () => id('page-range').textContent()
const address = () => new URL(page.url()).searchParams

const look = (name, on = page) => browser.look(on, name, faults)
async function filter(field, value, { op, group } = {}) {
  await id('filter-add').click()
  await choose(page, id('filter-field'), field)
  if (op) await choose(page, id('filter-op'), op, '')
  if (value.list) {
    await choose(page, id('filter-value'), value.list)
    await page.keyboard.press('Escape')
  } else await id('filter-value').locator('input').or(page.locator('input[data-testid=filter-value]')).first().fill(value)
  if (group) await choose(page, id('filter-group'), group, '')
  await id('filter-apply').click()
  await id('filter-form').waitFor({ state: 'detached' })
}

steps('ledgers by hand', (step) => {
  step('a page at a time, with the total; the keyboard walks', async () => {
    page = await browser.signIn('admin')
    await page.goto('/ledgers/enterprise')
    await rows().nth(99).waitFor()
    assert.match(await range(), /第 1–100 条，共 1\d\d 条/)
    await id('page-next').click()
    await until(async () => /第 101–/.test(await range()), { what: 'the second page' })
    await page.keyboard.press('p')
    await until(async () => /第 1–/.test(await range()), { what: 'the first page again' })
    for (const key of ['j', 'j', 'x']) await page.keyboard.press(key)
    assert.equal(await page.locator('tr.active').count(), 1)
    await id('batch-bar').waitFor()
    await page.keyboard.press('Escape')
    await id('batch-bar').waitFor({ state: 'detached' })
    await page.keyboard.press('/')
    assert.equal(await page.evaluate(() => document.activeElement?.closest('[data-testid=ledger-search]') !== null || document.activeElement?.dataset.testid === 'ledger-search'), true)
    await page.keyboard.press('Escape')
    await page.locator('h1').click()
    await page.keyboard.press('?')
    await id('keys-dialog').waitFor()
    await page.keyboard.press('Escape')
    await id('keys-dialog').waitFor({ state: 'detached' })
    await look('ledger-list')
  })

  step('conditions read like sentences, stand in the address, and come back with it', async () => {
    gas = (await people.admin.get('/records/enterprise?filter=industry:eq:gas&filter=employees:ge:100')).items.length
    assert.ok(gas >= 15)
    await filter('从业人数', '100')
    await filter('行业', { list: '燃气' })
    await until(async () => (await rows().count()) === gas, { what: 'gas with 100 people and more' })
    assert.deepEqual(address().getAll('filter'), ['employees:ge:100', 'industry:in:gas'])
    assert.match(await id('filter-chip').first().textContent(), /从业人数 不小于 100 人/)
    await id('sort-risk_level').click()
    await until(() => address().get('sort') === 'risk_level', { what: 'the order in the address' })
    assert.equal(await page.locator('th[aria-sort=ascending]').count(), 1)
    await page.reload()
    await until(async () => (await rows().count()) === gas, { what: 'the same rows after a reload' })
    await look('ledger-filtered')
  })

  step('of some conditions one is enough', async () => {
    const both = (await people.admin.get('/records/enterprise?any=industry:eq:gas&any=industry:eq:coal_mine&filter=employees:ge:100')).total
    await page.locator('[data-testid=filter-chip]', { hasText: '燃气' }).getByRole('button').first().click()
    await choose(page, id('filter-group'), '满足其一', '')
    await id('filter-apply').click()
    await filter('行业', { list: '煤矿' }, { group: '满足其一' })
    await until(async () => (await rows().count()) === Math.min(both, 100), { what: 'gas or coal with 100 people and more' })
    assert.ok(both > gas)
    assert.deepEqual([address().getAll('filter'), address().getAll('any')], [['employees:ge:100'], ['industry:in:gas', 'industry:in:coal_mine']])
    await look('ledger-any')
    await id('filter-chip-any').last().getByTestId('filter-remove').click()
    await until(async () => (await rows().count()) === gas, { what: 'gas alone' })
  })

  step('a view is saved, shared and opened again', async () => {
    await id('view-menu').click()
    await id('view-save').click()
    await id('view-name').fill('大型燃气')
    await id('view-submit').click()
    await id('view-dialog').waitFor({ state: 'hidden' })
    await id('filter-clear').click()
    await until(async () => (await rows().count()) === 100, { what: 'everything' })
    await id('view-menu').click()
    await id('view-大型燃气').click()
    await until(async () => (await rows().count()) === gas, { what: 'the view' })
  })

  step('columns are chosen, moved and widened, and wait at the next sign-in', async () => {
    await id('ledger-columns').click()
    await id('column-employees').locator('.el-checkbox').click()
    await id('column-credit_code').locator('.el-checkbox').click()
    await id('density-compact').click()
    await look('ledger-columns')
    await page.keyboard.press('Escape')
    await id('column-panel').waitFor({ state: 'hidden' })
    await id('sort-employees').waitFor()
    const kept = page.waitForResponse((answer) => answer.url().includes('/preferences/ledger.enterprise') && answer.request().method() === 'PUT')
    await id('edge-industry').focus()
    await page.keyboard.press('ArrowRight')
    assert.equal((await kept).status(), 200)
    const other = await browser.signIn('admin')
    await other.goto('/ledgers/enterprise')
    await other.getByTestId('sort-employees').waitFor()
    assert.equal(await other.getByTestId('sort-credit_code').count(), 0)
    assert.equal(await other.locator('[data-density=compact]').count(), 1)
    await other.context().close()
  })

  step('a field is set in many rows and taken back', async () => {
    await page.goto('/ledgers/enterprise?q=UI-01')
    await until(async () => (await rows().count()) === 10, { what: 'ten rows' })
    await id('choose-page').check()
    await id('batch-set').click()
    await choose(page, id('batch-field'), '风险等级')
    await choose(page, id('batch-dialog').getByTestId('input-risk_level'), '较大', '')
    await id('batch-why').fill('专项检查')
    await id('batch-submit').click()
    await id('batch-undo').waitFor()
    assert.match(await id('batch-result').textContent(), /10 条已完成/)
    await look('ledger-batch')
    await id('batch-undo').click()
    await until(async () => /10 条已撤销/.test(await id('batch-result').textContent()), { what: 'undone' })
    await id('batch-close').click()
    const one = (await people.admin.get('/records/enterprise?q=UI-011')).items[0]
    assert.equal(one.attributes.risk_level, 'low')
    assert.equal(one.version, 3)
  })

  step('list and map side by side', async () => {
    await id('ledger-map').click()
    await id('list-map').waitFor()
    await until(async () => address().get('map') === '1', { what: 'the map in the address' })
    await rows().first().hover()
    await look('ledger-map')
    await id('ledger-map').click()
  })

  step('a form says at the field what is wrong, keeps a draft and guards it', async () => {
    await page.goto('/ledgers/installation/new')
    await id('record-name').fill('<b>罐</b>')
    await id('record-why').focus()
    await page.locator('.field.wrong').first().waitFor()
    await id('record-name').fill('液氨储罐（示例）')
    await choose(page, id('input-category'), '储罐', '')
    await choose(page, id('chemical-name'), '氨', '7664-41')
    await until(async () => (await id('chemical-cas').textContent()).includes('7664-41-7'), { what: 'the number of the substance' })
    await id('record-code').fill(CODES.enterprise)
    await look('ledger-form')
    await page.getByTestId('nav-ledgers').click()
    await page.locator('.el-message-box').waitFor()
    await page.locator('.el-message-box__btns button').last().click()
    await page.waitForURL('**/ledgers')
    await page.goto('/ledgers/installation/new')
    await id('draft-restored').waitFor()
    assert.equal(await id('record-name').inputValue(), '液氨储罐（示例）')
    await id('record-code').fill('UI-TANK-1')
    await id('record-save').click()
    await id('record-facts').waitFor()
    made = page.url().split('/').at(-1)
  })

  step('nested lists have forms of their own', async () => {
    const plan = (await people.admin.get('/records/plan?limit=1')).items[0]
    await page.goto(`/ledgers/plan/${plan.id}`)
    await id('record-edit').click()
    await page.locator('[data-testid^=rows-add-]').first().waitFor()
    await look('ledger-nested')
    await id('record-cancel').click()
  })

  step('two people at one record choose field by field', async () => {
    await page.goto(`/ledgers/installation/${made}`)
    await id('record-edit').click()
    const current = (await people.admin.get(`/records/installation/${made}`))
    await people.admin.call('PUT', `/records/installation/${made}`, { ...current, name: '液氨储罐甲（示例）', attributes: { ...current.attributes, quantity_t: 40 } })
    await id('record-name').fill('液氨储罐乙（示例）')
    await id('input-capacity_m3').locator('input').fill('120')
    await id('record-save').click()
    await id('stale-dialog').waitFor()
    await id('stale-name').getByTestId('take-theirs').check()
    await look('ledger-stale')
    await id('stale-keep').click()
    await id('stale-dialog').waitFor({ state: 'detached' })
    await id('record-facts').waitFor()
    const merged = (await people.admin.get(`/records/installation/${made}`))
    assert.deepEqual([merged.name, merged.attributes.quantity_t, merged.attributes.capacity_m3, merged.version], ['液氨储罐甲（示例）', 40, 120, 3])
    browser.complaints.splice(0)
  })

  step('an old version comes back as a new one; what was deleted comes back too', async () => {
    await id('restore-1').click()
    await page.locator('.el-message-box__btns button').last().click()
    await until(async () => (await people.admin.get(`/records/installation/${made}`)).version === 4, { what: 'version 4' })
    await until(async () => (await page.locator('h1').textContent()) === '液氨储罐（示例）', { what: 'the old name' })
    await look('ledger-record')
    await id('record-delete').click()
    await page.locator('.el-message-box__input input').fill('登记有误')
    await page.locator('.el-message-box__btns button').last().click()
    await id('record-undo').click()
    await page.waitForURL(`**/ledgers/installation/${made}`)
    assert.equal((await people.admin.get(`/records/installation/${made}`)).version, 6)
  })

  step('what hangs on an enterprise is counted and one step away', async () => {
    const enterprise = (await people.admin.get(`/records/enterprise?filter=code:eq:${CODES.enterprise}`)).items[0]
    await page.goto(`/ledgers/enterprise/${enterprise.id}`)
    await id('record-related').locator('a').first().waitFor()
    await look('ledger-enterprise')
    await id('record-related').locator('a').first().click()
    await rows().first().waitFor()
    await id('filter-chip').waitFor()
  })

  step('what is shown is exported and printed in its columns', async () => {
    await page.goto('/ledgers/enterprise?filter=industry:in:gas&filter=employees:ge:100')
    await until(async () => (await rows().count()) === gas, { what: 'the rows' })
    await id('ledger-more').click()
    const download = page.waitForEvent('download')
    await id('ledger-export-csv').click()
    assert.match((await download).suggestedFilename(), /enterprise.*csv/)
    await page.goto('/print/ledgers/enterprise?filter=industry:in:gas&filter=employees:ge:100&columns=industry,employees')
    await id('print-table').waitFor()
    assert.match(await id('print-conditions').textContent(), /行业 等于 燃气；从业人数 不小于 100 人/)
    await look('ledger-print')
    const paper = await page.pdf({ preferCSSPageSize: true })
    assert.ok(paper.length > 5_000)
  })

  step('at night, in English, and on a phone', async () => {
    await page.goto('/ledgers/enterprise')
    await page.evaluate(() => { localStorage.setItem('fengsui.theme', 'night'); localStorage.setItem('fengsui.locale', 'en') })
    await page.reload()
    await rows().first().waitFor()
    await look('ledger-night-en')
    await page.goto(`/ledgers/installation/${made}`)
    await id('record-facts').waitFor()
    await look('ledger-record-night-en')
    await page.setViewportSize({ width: 360, height: 740 })
    await look('ledger-record-phone')
    await page.goto('/ledgers/enterprise')
    await rows().first().waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= 360), true, 'nothing sticks out')
    await look('ledger-phone')
    await page.goto('/ledgers/installation/new')
    await id('record-name').waitFor()
    await look('ledger-form-phone')
  })

  step('no page had a fault', async () => {
    assert.deepEqual(faults, [])
    assert.deepEqual(browser.complaints, [])
  })
}, { onFailure: () => browser?.pictureAll() })
