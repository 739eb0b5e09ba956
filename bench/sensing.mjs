// Sensing at full speed: the real program, every reading durable before its acknowledgement and judged by three rules,
// beside what the disk allows and beside a broker that only forwards.

import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from '../tests/support/client.mjs'
import { Platform, freePort } from '../tests/support/platform.mjs'
import { LiveStream } from '../tests/support/stream.mjs'
import { device, send } from './alarms.mjs'
import { memory, note, spread } from './figures.mjs'

const examples = join(process.env.CARGO_TARGET_DIR, 'release/examples')
const SECONDS = process.env.FENGSUI_BENCH_SECONDS ?? '10'
const PROBES = Number(process.env.FENGSUI_BENCH_PROBES ?? 200)
const OPEN = '[mqtt]\nreadings_per_second = 10000000\nburst_readings = 100000000\n'
const SERIES = 10_000

/** CPU seconds that a process has used. */
function used(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Sends with the generator; resolves to what it printed, with the CPU that `pid` used meanwhile. */
async function load({ port }, credentials, pid, ...options) {
  const before = used(pid)
  const sender = spawn(join(examples, 'mqtt_load'), [`127.0.0.1:${port}`, credentials, '--seconds', SECONDS, ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  sender.stdout.on('data', (data) => { text += data })
  const code = await new Promise((resolve) => sender.once('close', resolve))
  if (code !== 0) throw new Error(`the generator ended with ${code}`)
  const seen = JSON.parse(text)
  return { ...seen, cpu: ((used(pid) - before) / seen.observations) * 1e6 }
}

function sizes(data) {
  const one = (name) => (existsSync(join(data, name)) ? statSync(join(data, name)).size : 0)
  return one('fengsui.db') + one('fengsui.db-wal')
}

/** A platform with the demonstration and 10,000 series of 64 devices beside it, three rules each. */
async function plant() {
  const platform = await Platform.start({ config: OPEN })
  await platform.stop()
  const credentials = join(platform.home, 'credentials')
  writeFileSync(credentials, execFileSync(join(examples, 'plant'), [platform.data, '--devices', '64', '--series', String(SERIES), '--rules', '3'], { maxBuffer: 2 ** 28 }))
  await platform.start()
  return { platform, credentials }
}

/** What the disk allows: one write and one sync after the other, and the log alone. */
function limits(platform) {
  const directory = mkdtempSync(join(platform.home, 'floor-'))
  console.error(execFileSync(join(examples, 'floor'), [directory], { encoding: 'utf8' }).replace(/^/gm, '    '))
  rmSync(directory, { recursive: true, force: true })
}

/** The peer: Mosquitto takes the same messages over the same connections and stores nothing. */
async function peer(credentials) {
  const port = await freePort()
  const home = mkdtempSync(join(tmpdir(), 'fengsui-peer-'))
  const file = join(home, 'mosquitto.conf')
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 0\nmax_queued_messages 0\n`)
  const broker = spawn('mosquitto', ['-c', file], { stdio: 'ignore' })
  broker.once('error', () => {})
  await pause(1000)
  if (broker.exitCode !== null || broker.pid === undefined) return console.error('    mosquitto is not here: no peer')
  const single = await load({ port }, credentials, broker.pid, '--plain')
  const many = await load({ port }, credentials, broker.pid, '--plain', '--per-message', '50')
  note('peer: Mosquitto taking the same single messages, storing nothing', single.per_second, '/s', { detail: `${single.cpu.toFixed(1)} CPU s per million` })
  note('peer: Mosquitto, 50 a message', many.per_second, '/s', { detail: `${many.cpu.toFixed(2)} CPU s per million` })
  broker.kill()
  rmSync(home, { recursive: true, force: true })
}

async function probe(platform) {
  const admin = await Client.signIn(platform, 'admin')
  const records = (await admin.all('/records/device')).filter((record) => record.attributes.protocol === 'mqtt' && record.code.startsWith('DEMO-GW-'))
  const made = await device(platform, admin, records[0], 'PROBE')
  await admin.call('POST', '/rules', { series: made.series, name: '基准高', kind: 'high', limit: 100, deadband: 1, on_delay_seconds: 0, off_delay_seconds: 0, priority: 'urgent', enabled: true })
  return made
}

/** From publish to the alarm on a stream while readings come in at a rate. */
async function alarmsAt(platform, credentials, made, live, rate, perMessage) {
  const running = load(platform.mqtt, credentials, platform.process.pid, '--rate', String(rate), '--per-message', String(perMessage))
  let ended = false
  running.finally(() => { ended = true })
  await pause(1500)
  const samples = []
  while (!ended && samples.length < PROBES) {
    samples.push(await send(live, made, '150', ['raised', 're_raised']))
    await send(live, made, '50', ['returned'])
  }
  const seen = await running
  const { p50, p99, max, count } = spread(samples)
  const detail = `p50 ${p50.toFixed(1)} ms, longest ${max.toFixed(0)} ms, ${count} alarms at ${Math.round(seen.per_second)} observations/s, ${perMessage} a message; acknowledged p50 ${seen.ack_p50_ms}, p99 ${seen.ack_p99_ms} ms`
  note(`publish to alarm on a stream at ${rate}/s, ${perMessage} a message, p99`, p99, 'ms', { limit: 30, detail })
}

/** Everything of sensing. */
export async function sensing() {
  const { platform, credentials } = await plant()
  const { pid } = platform.process
  limits(platform)
  await peer(credentials)
  const single = await load(platform.mqtt, credentials, pid)
  note('QoS 1, one observation a message, 64 connections', single.per_second, '/s', { least: 200_000, detail: `${single.cpu.toFixed(2)} CPU s per million, acknowledged p50 ${single.ack_p50_ms} ms, p99 ${single.ack_p99_ms} ms` })
  const small = sizes(platform.data)
  const many = await load(platform.mqtt, credentials, pid, '--per-message', '50')
  note('QoS 1, 50 observations a message, 64 connections', many.per_second, '/s', { least: 1_500_000, detail: `acknowledged p50 ${many.ack_p50_ms} ms, p99 ${many.ack_p99_ms} ms` })
  note('CPU for it', many.cpu, 's per million', { limit: 2 })
  note('growth of the store for it', (sizes(platform.data) - small) / many.observations, 'bytes per observation', { limit: 4, detail: 'without what is unsealed: at most 128 readings a series' })
  note('memory after it', memory(pid).resident / 2 ** 20, 'MB', { detail: `${SERIES} series, ${3 * SERIES} rules` })
  const made = await probe(platform)
  const live = await LiveStream.open(await Client.signIn(platform, 'duty.lingwu'))
  await alarmsAt(platform, credentials, made, live, 200_000, 50)
  await alarmsAt(platform, credentials, made, live, 100_000, 1)
  await live.close()
  made.line.break()
  await platform.kill()
  const began = performance.now()
  await platform.start()
  note('start after kill -9 with what is unsealed', performance.now() - began, 'ms', { limit: 10_000, detail: `${single.observations + many.observations} observations before` })
  await platform.remove()
}
