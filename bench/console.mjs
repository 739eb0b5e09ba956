// How soon the console answers a key or a click, with a full ledger and 20 events a second arriving.

import { Browser } from '../tests/support/browser.mjs'
import { Client } from '../tests/support/client.mjs'
import { Publisher } from '../tests/support/mqtt-publisher.mjs'
import { Platform } from '../tests/support/platform.mjs'
import { note, percentile } from './figures.mjs'
import { interact, listen } from './interactions.mjs'
import { take } from './ledger.mjs'

const RATE = Number(process.env.FENGSUI_BENCH_EVENTS ?? 20)
const LIMIT = 100
const SERIES = 40

/** Series whose alarms come and go by turns: each observation is an event on every screen. */
async function alarmingSeries(platform, admin) {
  const device = (await admin.all('/records/device')).find((record) => record.code === 'DEMO-GW-001')
  const credential = await admin.call('POST', `/devices/${device.id}/credential`)
  const codes = Array.from({ length: SERIES }, (_, number) => `BENCH_${number}`)
  for (const [number, code] of codes.entries()) {
    const series = await admin.call('POST', '/series', { device: device.id, code, name: `基准 ${number}`, name_en: `bench ${number}`, unit: '1', expected_interval_seconds: 60 })
    await admin.call('POST', '/rules', { series: series.id, name: '基准高', kind: 'high', limit: 100, deadband: 1, on_delay_seconds: 0, off_delay_seconds: 0, priority: ['urgent', 'high', 'medium', 'low'][number % 4], enabled: true })
  }
  return { device: device.code, codes, line: await Publisher.connect(platform.mqtt, credential) }
}

/** Events at the rate, until told to stop. */
function pour({ device, codes, line }) {
  const state = { sent: 0, stop: () => clearInterval(timer) }
  const began = performance.now()
  const timer = setInterval(() => {
    for (const due = ((performance.now() - began) / 1000) * RATE; state.sent < due; state.sent += 1) {
      const turn = Math.floor(state.sent / codes.length)
      line.observe(device, [{ series: codes[state.sent % codes.length], observed_at: new Date().toISOString(), value: turn % 2 ? '50' : '150' }]).catch(() => {})
    }
  }, 10)
  return state
}

function tell(what, samples) {
  const [p50, p95, max] = [percentile(samples, 0.5), percentile(samples, 0.95), Math.max(...samples)]
  note(`console: ${what}, p95`, p95, 'ms', { limit: LIMIT, detail: `p50 ${p50.toFixed(0)}, longest ${max.toFixed(0)} ms, ${samples.length} interactions` })
  return [what, { p50, p95, max, count: samples.length }]
}

async function window(browser, user, path) {
  const page = await browser.signIn(user)
  await listen(page)
  await page.goto(path)
  return page
}

async function ledger(browser) {
  const page = await window(browser, 'admin', '/ledgers/enterprise')
  const id = (name) => page.getByTestId(name)
  await id('ledger-row').nth(99).waitFor()
  const idle = async () => {
    await page.waitForFunction(() => !document.querySelector('main [aria-busy=true]'))
    await id('ledger-row').first().waitFor()
  }
  const figures = []
  figures.push(tell('ledger, next page', await interact(page, () => id('page-next').click(), { settle: idle })))
  figures.push(tell('ledger, sort', await interact(page, (number) => id(['sort-name', 'sort-risk_level'][number % 2]).click(), { settle: idle })))
  figures.push(tell('ledger, walk and mark rows', await interact(page, (number) => page.keyboard.press(number % 4 === 3 ? 'x' : 'j'), { times: 40 })))
  await page.keyboard.press('Escape')
  figures.push(tell('ledger, search typed', await interact(page, (number) => id('ledger-search').pressSequentially('宁东煤化示例'[number % 6]), { times: 6, settle: idle })))
  await id('ledger-search').fill('')
  await idle()
  figures.push(tell('ledger, filter opened and closed', await interact(page, () => id('filter-add').click(), { times: 10, settle: async () => page.keyboard.press('Escape') })))
  await page.goto('/ledgers/enterprise?filter=risk_level%3Ain%3Amajor')
  await idle()
  figures.push(tell('ledger, columns opened', await interact(page, () => id('ledger-columns').click(), { times: 8, settle: async () => { await id('columns-reset').waitFor(); await page.keyboard.press('Escape'); await id('columns-reset').waitFor({ state: 'hidden' }) } })))
  await id('ledger-columns').click()
  figures.push(tell('ledger, column shown and hidden', await interact(page, () => page.locator('[data-testid^=column-] .el-checkbox').last().click(), { times: 12, settle: idle })))
  await page.keyboard.press('Escape')
  figures.push(tell('ledger, record opened', await interact(page, () => id('ledger-row').nth(3).locator('a').first().click(), { times: 10, settle: async () => { await id('record-edit').waitFor(); await page.goBack(); await idle() } })))
  await page.context().close()
  return figures
}

async function alarms(browser) {
  const page = await window(browser, 'duty.lingwu', '/alarms')
  const id = (name) => page.getByTestId(name)
  await id('alarm-row').nth(9).waitFor()
  const figures = []
  figures.push(tell('alarm desk, walk', await interact(page, () => page.keyboard.press('j'), { times: 30 })))
  figures.push(tell('alarm desk, acknowledge', await interact(page, () => page.keyboard.press('x'))))
  figures.push(tell('alarm desk, tabs', await interact(page, (number) => id(['alarms-all', 'alarms-open'][number % 2]).click())))
  figures.push(tell('alarm desk, alarm opened', await interact(page, () => id('alarm-open').first().click(), { times: 10, settle: async () => { await id('alarm-draft-warning').waitFor(); await page.keyboard.press('Escape'); await page.locator('.el-drawer').waitFor({ state: 'hidden' }) } })))
  figures.push(tell('palette, opened and closed', await interact(page, (number) => page.keyboard.press(number % 2 ? 'Escape' : 'Control+k'), { times: 20 })))
  await page.keyboard.press('Control+k')
  figures.push(tell('palette, typed', await interact(page, (number) => page.keyboard.type('ndhgslhcgj'[number % 10]), { times: 20 })))
  figures.push(tell('palette, arrows', await interact(page, () => page.keyboard.press('ArrowDown'))))
  await page.context().close()
  return figures
}

/** Interactions with the console under load. */
export async function consoleUnderLoad() {
  const platform = await Platform.start()
  const admin = await Client.signIn(platform, 'admin')
  await take(platform, admin)
  const series = await alarmingSeries(platform, admin)
  // Lists need no graphics card: with one that the processor plays, its pictures alone would be measured.
  const browser = await Browser.start(platform, { card: false })
  const load = pour(series)
  try {
    const figures = Object.fromEntries([...(await ledger(browser)), ...(await alarms(browser))])
    console.log(JSON.stringify({ events_per_second: RATE, events: load.sent, figures }, null, 2))
  } finally {
    load.stop()
    series.line.break()
    await browser.close()
    await platform.remove()
  }
}
