// A fleet: vehicle terminals by JT/T 808, each with a connection of its own, held in silence and then all driving.

import { execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from '../tests/support/client.mjs'
import { Platform } from '../tests/support/platform.mjs'
import { memory, note } from './figures.mjs'

const examples = join(process.env.CARGO_TARGET_DIR, 'release/examples')
/** A process may have 20,000 files open on the machine of the figures: the rest is the platform's own. */
const TERMINALS = Number(process.env.FENGSUI_BENCH_TERMINALS ?? 19_500)
const SECONDS = process.env.FENGSUI_BENCH_SECONDS ?? '10'

/** CPU seconds that a process has used. */
function used(pid) {
  const fields = execFileSync('cat', [`/proc/${pid}/stat`], { encoding: 'utf8' }).split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Terminals that come in, keep silent for a while, and drive; `held` is called while they keep silent. */
function drive(platform, credentials, held) {
  const { host, port } = platform.jt808
  const fleet = spawn(join(examples, 'terminals'), [`${host}:${port}`, credentials, '--hold', '5', '--seconds', SECONDS], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    let seen
    createInterface({ input: fleet.stdout }).on('line', (line) => {
      if (line.startsWith('held')) setTimeout(held, 3_000)
      else seen = JSON.parse(line)
    })
    fleet.once('close', (code) => (code === 0 && seen ? resolve(seen) : reject(new Error(`the fleet ended with ${code}`))))
  })
}

export async function vehicles() {
  const platform = await Platform.start({ config: process.env.FENGSUI_BENCH_CONFIG ?? '' })
  await platform.stop()
  const credentials = join(platform.home, 'credentials')
  writeFileSync(credentials, execFileSync(join(examples, 'plant'), [platform.data, '--terminals', String(TERMINALS)], { maxBuffer: 2 ** 28 }))
  await platform.start()
  const { pid } = platform.process
  const before = memory(pid).resident
  let cpu = 0
  const seen = await drive(platform, credentials, () => {
    const { resident } = memory(pid)
    note(`${TERMINALS} JT/T 808 connections held`, resident / 2 ** 20, 'MB', { limit: 400, detail: `${((resident - before) / TERMINALS / 1024).toFixed(1)} KB a connection` })
    cpu = used(pid)
  })
  note('terminals that come in', seen.terminals / seen.introduced_seconds, '/s', { detail: 'connected and authenticated' })
  note('locations stored, each acknowledged before the next of its terminal', seen.per_second, '/s', { least: 50_000, detail: `three readings each (${Math.round(seen.per_second * 3)} readings/s); acknowledged p50 ${seen.ack_p50_ms} ms, p99 ${seen.ack_p99_ms} ms; ${(((used(pid) - cpu) / seen.locations) * 1e6).toFixed(1)} CPU s per million locations` })
  const admin = await Client.signIn(platform, 'admin')
  const positions = await admin.get('/devices/positions')
  if (positions.filter(({ code }) => code?.startsWith('139')).length < TERMINALS) throw new Error(`only ${positions.length} vehicles have a place`)
  await platform.remove()
}
