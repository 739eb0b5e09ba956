// Figures: percentiles, the table, the file of results.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

/** The value below which a share of the samples lies. */
export function percentile(samples, share) {
  const sorted = Float64Array.from(samples).sort()
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]
}

/** p50, p99 and the largest of a list of milliseconds. */
export function spread(samples) {
  return { count: samples.length, p50: percentile(samples, 0.5), p99: percentile(samples, 0.99), max: Math.max(...samples) }
}

/** Memory of a process in use now and at most, in bytes. */
export function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytes = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) * 1024
  return { resident: bytes('VmRSS'), peak: bytes('VmHWM') }
}

const figures = []

/** Notes a figure; `limit` (at most) or `least` is the aim of the project, in the same unit, where there is one. */
export function note(what, value, unit, { limit, least, detail = '' } = {}) {
  const met = limit === undefined && least === undefined ? null : value <= (limit ?? Infinity) && value >= (least ?? -Infinity)
  figures.push({ what, value: Number(value.toFixed(2)), unit, limit: limit ?? null, least: least ?? null, met, detail })
  console.error(`  ${what}: ${value.toFixed(1)} ${unit} ${detail}`)
}

/** Prints the table and writes the file; gives whether all aims were met. */
export function finish(facts) {
  const rows = figures.map(({ what, value, unit, limit, least, met, detail }) => [what, `${value} ${unit}`, limit !== null ? `< ${limit} ${unit}` : least !== null ? `≥ ${least} ${unit}` : '', met === null ? '' : met ? 'yes' : 'NO', detail])
  const table = [['figure', 'measured', 'aim', 'met', 'detail'], ['---', '--:', '--:', '---', '---'], ...rows]
  console.log(table.map((cells) => `| ${cells.join(' | ')} |`).join('\n'))
  const at = new Date().toISOString()
  const machine = { processors: cpus().length, model: cpus()[0].model, memory_gb: Math.round(totalmem() / 2 ** 30) }
  mkdirSync(new URL('results/', import.meta.url), { recursive: true })
  const file = new URL(`results/${at.slice(0, 19).replace(/:/g, '')}-${facts.store}.json`, import.meta.url)
  writeFileSync(file, `${JSON.stringify({ at, machine, ...facts, figures }, null, 2)}\n`)
  console.log(`\n${file.pathname}`)
  return figures.every(({ met }) => met !== false)
}
