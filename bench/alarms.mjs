// From MQTT PUBLISH to the alarm on a connected live stream, while a thousand other observations a second come in.

import { setTimeout as pause } from 'node:timers/promises'
import { Client } from '../tests/support/client.mjs'
import { Publisher } from '../tests/support/mqtt-publisher.mjs'
import { Platform } from '../tests/support/platform.mjs'
import { LiveStream } from '../tests/support/stream.mjs'
import { memory, note, spread } from './figures.mjs'

const RATE = Number(process.env.FENGSUI_BENCH_RATE ?? 1000)
const PROBES = Number(process.env.FENGSUI_BENCH_PROBES ?? 400)
const TICK = 10

/** A device of the demonstration with a series of its own. */
export async function device(platform, admin, record, code) {
  const credential = await admin.call('POST', `/devices/${record.id}/credential`)
  const series = await admin.call('POST', '/series', { device: record.id, code, name: '基准', name_en: 'bench', unit: '1', expected_interval_seconds: 60 })
  return { code: record.code, series: series.id, line: await Publisher.connect(platform.mqtt, credential), at: Date.now() }
}

/** Sends observations at the rate until told to stop; one a message, acknowledged one by one. */
function background(devices) {
  const state = { sent: 0, acknowledged: 0, running: true, waits: [] }
  const began = performance.now()
  const tick = () => {
    if (!state.running) return
    const due = Math.floor(((performance.now() - began) / 1000) * RATE)
    for (; state.sent < due; state.sent += 1) {
      const sender = devices[state.sent % devices.length]
      sender.at = Math.max(sender.at + 1, Date.now())
      const at = performance.now()
      sender.line.observe(sender.code, [{ series: 'BENCH', observed_at: new Date(sender.at).toISOString(), value: (state.sent % 100).toFixed(2) }]).then(() => {
        state.acknowledged += 1
        state.waits.push(performance.now() - at)
      }, () => {})
    }
    setTimeout(tick, TICK)
  }
  tick()
  return state
}

/** Publish to stream, and publish to acknowledgement. */
export async function alarms() {
  const platform = await Platform.start()
  // Loading the demonstration is over and done with: what follows is measured on a fresh process.
  await platform.stop()
  await platform.start()
  const admin = await Client.signIn(platform, 'admin')
  const records = (await admin.all('/records/device')).filter((record) => record.attributes.protocol === 'mqtt' && record.code.startsWith('DEMO-GW-'))
  const devices = []
  for (const record of records.slice(1)) devices.push(await device(platform, admin, record, 'BENCH'))
  const probe = await device(platform, admin, records[0], 'PROBE')
  await admin.call('POST', '/rules', { series: probe.series, name: '基准高', kind: 'high', limit: 100, deadband: 1, on_delay_seconds: 0, off_delay_seconds: 0, priority: 'urgent', enabled: true })
  const duty = await Client.signIn(platform, 'duty.lingwu')
  const live = await LiveStream.open(duty)
  const load = background(devices)
  await pause(3_000)
  load.waits.length = 0
  const [sent, began] = [load.sent, performance.now()]
  const samples = []
  for (let number = 0; number < PROBES; number += 1) {
    samples.push(await send(live, probe, '150', ['raised', 're_raised']))
    await send(live, probe, '50', ['returned'])
    await pause(Math.random() * 20)
  }
  const rate = ((load.sent - sent) / (performance.now() - began)) * 1000
  load.running = false
  const seen = spread(samples)
  const acknowledged = spread(load.waits)
  const detail = `${seen.count} alarms, longest ${seen.max.toFixed(0)} ms, at ${rate.toFixed(0)} observations/s`
  note('MQTT publish to alarm on the stream, p50', seen.p50, 'ms', { detail })
  note('MQTT publish to alarm on the stream, p99', seen.p99, 'ms', { limit: 50, detail })
  note('MQTT publish to PUBACK (durable), p99', acknowledged.p99, 'ms', { detail: `p50 ${acknowledged.p50.toFixed(1)} ms, ${acknowledged.count} acknowledged` })
  note('memory under that load', memory(platform.process.pid).resident / 2 ** 20, 'MB')
  await live.close()
  for (const { line } of [...devices, probe]) line.break()
  await platform.remove()
}

export function send(live, probe, value, changes) {
  probe.at = Math.max(probe.at + 1, Date.now())
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no ${changes[0]} on the stream for 10 s`)), 10_000)
    const began = performance.now()
    const forget = live.watch((event) => {
      if (event.name !== 'alarm_changed' || event.json.series !== probe.series || !changes.includes(event.json.change)) return
      clearTimeout(late)
      forget()
      resolve(event.at - began)
    })
    probe.line.observe(probe.code, [{ series: 'PROBE', observed_at: new Date(probe.at).toISOString(), value }]).catch(reject)
  })
}
