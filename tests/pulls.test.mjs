// Equipment that is connected by configuration alone: a PLC that is asked over Modbus TCP, a folder that files come into.

import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Client, serverErrors } from './support/client.mjs'
import { ModbusSlave } from './support/modbus-slave.mjs'
import { Platform } from './support/platform.mjs'
import { until } from './support/waiting.mjs'

let platform, admin, slave
const folder = mkdtempSync(join(tmpdir(), 'fengsui-drop-'))

const plc = (address) => `
[[modbus]]
device = "T-PLC"
address = "${address}"
interval_seconds = 1
[[modbus.registers]]
series = "level"
function = 3
address = 100
type = "i16"
scale = 0.01
[[modbus.registers]]
series = "broken"
function = 3
address = 500
type = "u16"
`

const drop = `
[[drop]]
directory = "${folder}"
pattern = "*.csv"
interval_seconds = 1
device = "T-FILES"
time_column = "时间"
series_column = "测点"
value_column = "数值"
`

before(async () => {
  slave = await ModbusSlave.start({ 100: 1230 })
  platform = await Platform.start({ config: plc(slave.address) + drop })
  admin = await Client.signIn(platform, 'admin')
})
after(async () => {
  slave?.stop()
  await platform?.remove()
  rmSync(folder, { recursive: true, force: true })
})

async function device(code, codes) {
  const like = await admin.record('device', 'DEMO-GW-001')
  const record = await admin.call('POST', '/records/device', { code, name: `示例设备 ${code}`, division: like.division, enterprise: like.enterprise, location: like.location, attributes: { ...like.attributes, serial: code } })
  const series = {}
  for (const own of codes) series[own] = await admin.call('POST', '/series', { device: record.id, code: own, name: own, unit: 'm' })
  return { id: record.id, series }
}
const last = async (series) => (await admin.get(`/series/${series.id}`)).last
const valued = (series, value) => until(async () => (await last(series))?.value === value, { what: `the value ${value}` })

describe('equipment connected by configuration', () => {
  test('a PLC is read, its alarm rings, its refusal is seen, and a cut line heals', async () => {
    const { series } = await device('T-PLC', ['level', 'broken'])
    await valued(series.level, '12.30')
    await admin.call('POST', '/rules', { series: series.level.id, name: '液位高', kind: 'high', limit: 20, deadband: 0.5, on_delay_seconds: 0, off_delay_seconds: 0, priority: 'high', enabled: true })
    slave.registers.set(100, 2105)
    await valued(series.level, '21.05')
    const alarm = await until(async () => (await admin.get('/alarms?limit=50')).items.find((one) => one.series === series.level.id), { what: 'the alarm' })
    assert.equal(alarm.active, true)
    const told = (await admin.get('/quarantine?limit=50')).items.find((one) => one.device_key === 'T-PLC' && one.reason === 'device_fault')
    assert.match(told.sample, /exception 2 \(IllegalAddress\) to function 3, unit 1/)
    const { items } = await admin.get(`/series/${series.broken.id}/observations?limit=1`)
    assert.deepEqual([items[0].quality, items[0].value], ['fault', ''])
    slave.cut()
    slave.registers.set(100, 500)
    await valued(series.level, '5.00')
  })

  test('files are taken whole, bad lines are reported, and a power cut in between loses and doubles nothing', async () => {
    const { series } = await device('T-FILES', ['rain'])
    const put = (name, lines) => {
      writeFileSync(join(folder, `.${name}`), `时间,测点,数值\n${lines.join('\n')}\n`)
      renameSync(join(folder, `.${name}`), join(folder, name))
    }
    const gone = (place) => until(() => existsSync(join(folder, place)), { what: place })
    put('one.csv', ['2026-01-01 08:00:00,rain,0.50', '2026-01-01 09:00:00,rain,viel'])
    await gone('refused/one.csv')
    assert.match(readFileSync(join(folder, 'refused/one.csv.report.txt'), 'utf8'), /1 of 2 rows were refused, the others are stored:\nline 3: “viel” is no number/)
    const minutes = Array.from({ length: 30_000 }, (_, index) => new Date(Date.UTC(2026, 0, 2) + index * 60_000).toISOString())
    put('many.csv', minutes.map((at) => `${at},rain,1.5`))
    const { items: [first] } = await until(async () => { const page = await admin.get(`/series/${series.rain.id}/observations?limit=1`); return page.items[0].value === '1.5' && page }, { what: 'the first part of the file' })
    assert.ok(first)
    await platform.kill()
    await platform.restart()
    await gone('taken/many.csv')
    const days = await admin.get(`/series/${series.rain.id}/aggregates?from=2026-01-02T00:00:00Z&to=2026-02-01T00:00:00Z&step_seconds=86400`)
    assert.equal(days.reduce((sum, { count }) => sum + count, 0), minutes.length)
  })

  test('the program fell over nothing', () => assert.deepEqual(serverErrors, []))
})
