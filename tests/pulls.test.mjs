// Equipment that is connected by configuration alone: a PLC that is asked over Modbus TCP.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Client, serverErrors } from './support/client.mjs'
import { ModbusSlave } from './support/modbus-slave.mjs'
import { Platform } from './support/platform.mjs'
import { until } from './support/waiting.mjs'

let platform, admin, slave

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

before(async () => {
  slave = await ModbusSlave.start({ 100: 1230 })
  platform = await Platform.start({ config: plc(slave.address) })
  admin = await Client.signIn(platform, 'admin')
})
after(async () => {
  slave?.stop()
  await platform?.remove()
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
    const told = (await admin.get('/quarantine?limit=50')).items.find((one) => one.device_key === 'T-PLC' && one.reason === 'malformed_payload')
    assert.match(told.sample, /exception 2 \(IllegalAddress\) to function 3, unit 1/)
    const { items } = await admin.get(`/series/${series.broken.id}/observations?limit=1`)
    assert.deepEqual([items[0].quality, items[0].value], ['fault', ''])
    slave.cut()
    slave.registers.set(100, 500)
    await valued(series.level, '5.00')
  })

  test('the program fell over nothing', () => assert.deepEqual(serverErrors, []))
})
