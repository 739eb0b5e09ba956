// 500 enterprises out of a sheet as offices send them, by hand in the console: columns guessed, mistakes mended in place,
// progress over a reload, the result undone; timed.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Browser } from './support/browser.mjs'
import { Client } from './support/client.mjs'
import { Platform } from './support/platform.mjs'
import { steps } from './support/story.mjs'
import { until } from './support/waiting.mjs'
import { workbook, XLSX } from './support/workbook.mjs'

const SHEET = fileURLToPath(new URL('../testdata/imports/messy-enterprises.xlsx', import.meta.url))

let platform, admin, browser, page, began, before500
const faults = []

before(async () => {
  platform = await Platform.start()
  admin = await Client.signIn(platform, 'admin')
  browser = await Browser.start(platform)
  page = await browser.signIn('admin')
})
after(async () => {
  await browser?.close()
  await platform?.remove()
})

const figure = async (name) => Number(await page.getByTestId(`import-figure-${name}`).textContent())
const total = async () => (await admin.get('/records/enterprise?limit=1')).total
const correct = async (value, choice) => page.getByTestId(`import-value-${value}`).selectOption(choice)
const look = (name) => browser.look(page, name, faults)

steps('a messy sheet becomes a ledger', (step) => {
  step('the sheet, its header and its columns are found', async () => {
    before500 = await total()
    await page.goto('/ledgers/enterprise')
    await page.getByTestId('ledger-more').click()
    await page.getByTestId('ledger-import').click()
    await page.getByTestId('import-drop').waitFor()
    await look('import-upload')
    began = performance.now()
    await page.getByTestId('import-file').setInputFiles(SHEET)
    await page.getByTestId('import-columns').waitFor()
    assert.equal(await page.getByTestId('import-sheet').inputValue(), '企业基本情况')
    const chosen = await page.locator('[data-testid^=import-column-]').evaluateAll((lists) => lists.map((list) => list.value))
    assert.deepEqual(chosen, ['', 'name', 'credit_code', 'division', 'industry', 'address', 'contact', 'phone', 'employees', 'major_hazard_grade', 'risk_level', 'lon', 'lat', ''])
    await look('import-columns')
  })

  step('every mistake is found; suggestions and a few words mend almost all', async () => {
    await page.getByTestId('import-check').click()
    await page.getByTestId('import-values').waitFor()
    assert.deepEqual([await figure('rows'), await total()], [500, before500])
    assert.match(await page.getByTestId('import-asides').textContent(), /略过 3 行/)
    await look('import-check')
    await page.getByTestId('import-swap').click()
    await page.getByTestId('import-accept-all').click()
    await correct('化工企业', 'hazardous_chemicals')
    await correct('无', 'none')
    await page.getByTestId('import-empty-电话待补').click()
    await page.getByTestId('import-value-约三百').fill('300')
    await page.getByTestId('import-value-某某新区').fill('灵武市')
    await page.keyboard.press('Tab')
    await page.getByTestId('import-apply-fixes').click()
    await page.getByTestId('import-good-rows').waitFor()
    assert.deepEqual([await figure('good'), await figure('bad')], [497, 3])
    const wrong = page.locator('[data-testid=import-rows] tr.wrong')
    await until(async () => (await wrong.count()) === 3, { what: 'the three bad rows' })
    assert.deepEqual((await wrong.locator('td.number').allTextContents()).map((text) => Number.parseInt(text, 10)).sort((one, other) => one - other), [49, 251, 412])
    await look('import-mended')
  })

  step('the good rows are taken in; the page may be left and come back to', async () => {
    await page.getByTestId('import-good-rows').click()
    await page.getByTestId('import-good-rows').waitFor({ state: 'detached' })
    await page.reload()
    await page.getByTestId('import-finished').waitFor()
    const seconds = (performance.now() - began) / 1000
    console.log(`# 500 enterprises from a messy sheet: ${seconds.toFixed(1)} s from the choice of the file to the result, looks included`)
    assert.deepEqual([await figure('created'), await figure('bad'), await total()], [497, 3, before500 + 497])
    await look('import-result')
    const found = await admin.all(`/records/enterprise?q=${encodeURIComponent('示例惠农第7号物流')}`)
    const made = found.find((record) => record.name === '示例惠农第7号物流有限公司')
    assert.deepEqual([made.division, made.attributes.phone, made.attributes.industry], ['640181000000', '139****0007', 'hazardous_chemicals'])
    assert.ok(made.location.lon > 106 && made.location.lat < 39, 'exchanged coordinates were put right')
    const download = page.waitForEvent('download')
    await page.getByTestId('import-refused').click()
    assert.match((await download).suggestedFilename(), /messy-enterprises.*\.xlsx/)
  })

  step('the list of imports shows it; undoing takes everything back', async () => {
    await page.goto('/imports')
    await page.getByTestId('imports-row').first().waitFor()
    await look('import-list')
    await page.getByTestId('imports-row').first().click()
    await page.getByTestId('import-undo').click()
    await page.locator('.el-message-box__btns .el-button--primary').click()
    await page.getByTestId('import-undone').waitFor()
    assert.equal(await total(), before500)
    await look('import-undone')
  })

  step('colours are risk levels, and what is empty is filled in at once', async () => {
    const rows = [['企业名称', '统一社会信用代码', '所在区划', '行业', '重大危险源等级', '风险等级'],
      ['示例空白甲', '91640181MA7000001D', '灵武市', '', '无', '红'], ['示例空白乙', '91640181MA7000002G', '灵武市', '', '无', '橙色'], ['示例空白丙', '91640181MA7000003K', '灵武市', '危险化学品', '无', '蓝']]
    await page.goto('/ledgers/enterprise/import')
    await page.getByTestId('import-file').setInputFiles({ name: '空白.xlsx', mimeType: XLSX, buffer: Buffer.from(workbook(rows)) })
    await page.getByTestId('import-columns').waitFor()
    await page.getByTestId('import-check').click()
    await page.getByTestId('import-values').waitFor()
    await page.getByTestId('import-value-').selectOption('hazardous_chemicals')
    await correct('无', 'none')
    await look('import-blanks')
    await page.getByTestId('import-apply-fixes').click()
    await page.getByTestId('import-run').waitFor()
    assert.deepEqual([await figure('good'), await figure('bad')], [3, 0])
    await page.getByTestId('import-run').click()
    await page.getByTestId('import-finished').waitFor()
    const made = (await admin.all(`/records/enterprise?q=${encodeURIComponent('示例空白')}`)).map((record) => [record.name, record.attributes.risk_level, record.attributes.industry]).sort()
    assert.deepEqual(made.map(([, level]) => level).sort(), ['low', 'major', 'relatively_large'])
    assert.ok(made.every(([, , industry]) => industry === 'hazardous_chemicals'))
  })

  step('at 360 px', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    await page.goto('/ledgers/enterprise/import')
    await page.getByTestId('import-file').setInputFiles(SHEET)
    await page.getByTestId('import-columns').waitFor()
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.ok((await wide()) <= 0, 'nothing sticks out')
    await look('import-phone-columns')
    await page.getByTestId('import-check').click()
    await page.getByTestId('import-rows').waitFor()
    assert.ok((await wide()) <= 0, 'nothing sticks out')
    await look('import-phone-check')
  })

  step('no console complained, and no page has a serious accessibility fault', () => {
    assert.deepEqual(browser.complaints, [])
    assert.deepEqual([...new Set(faults)], [])
  })
}, { onFailure: () => browser.pictureAll() })
