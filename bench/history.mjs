// Reading back: a day of one series second by second, the hours of a thousand series, the last values of a hundred
// thousand, and a month gone through again by a rule.

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '../tests/support/client.mjs'
import { Platform } from '../tests/support/platform.mjs'
import { note, spread } from './figures.mjs'

const examples = join(process.env.CARGO_TARGET_DIR, 'release/examples')
const SERIES = Number(process.env.FENGSUI_BENCH_SERIES ?? 100_000)
const DAY = 86_400
const MONTH = 30 * DAY
const TOGETHER = 10_000

/** Hands in `count` readings of a series, `step` seconds apart, ending now. */
async function fill(admin, device, series, count, step) {
  const from = Math.floor(Date.now() / 1000) - count * step
  for (let at = 0; at < count; at += TOGETHER) {
    const observations = Array.from({ length: Math.min(TOGETHER, count - at) }, (_, index) => ({
      series, observed_at: new Date((from + (at + index) * step) * 1000).toISOString(), value: (4 + Math.sin((at + index) / 600)).toFixed(2), historical: true,
    }))
    const { accepted } = await admin.call('POST', '/observations', { device, observations })
    if (accepted !== observations.length) throw new Error(`${accepted} of ${observations.length} were taken`)
  }
  return { from: new Date(from * 1000).toISOString(), to: new Date((from + count * step) * 1000).toISOString() }
}

/** Milliseconds of a request, again and again. */
async function times(rounds, ask) {
  const samples = []
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now()
    await ask(round)
    samples.push(performance.now() - began)
  }
  return spread(samples)
}

export async function history() {
  const platform = await Platform.start()
  await platform.stop()
  const credentials = execFileSync(join(examples, 'plant'), [platform.data, '--devices', '100', '--series', String(SERIES), '--rules', '0'], { maxBuffer: 2 ** 28, encoding: 'utf8' })
  writeFileSync(join(platform.home, 'credentials'), credentials)
  await platform.start()
  const admin = await Client.signIn(platform, 'admin')
  const [first, second] = credentials.split('\n').map((line) => line.split(' ')[0])
  const own = await admin.all(`/series?q=${first}&limit=500`)
  const day = await fill(admin, first, 's0', DAY, 1)
  const one = own.find(({ code }) => code === 's0').id
  const span = `from=${day.from}&to=${day.to}`
  const minutes = await times(50, () => admin.get(`/series/${one}/aggregates?${span}&step_seconds=60`))
  note('a day of one series, 86,400 readings, as 1,440 minutes over HTTP, p99', minutes.p99, 'ms', { limit: 5, detail: `p50 ${minutes.p50.toFixed(1)} ms` })
  const sheet = await times(20, () => admin.send('GET', `/series/${one}/observations.csv?${span}`))
  note('the same as a sheet of 86,400 lines, p99', sheet.p99, 'ms', { detail: `p50 ${sheet.p50.toFixed(1)} ms` })

  const many = own.filter(({ device_code, code }) => device_code === first && code !== 's0').slice(0, 1000)
  for (const { code } of many) await fill(admin, first, code, 1440, 60)
  const hours = await times(many.length, (round) => admin.get(`/series/${many[round].id}/aggregates?${span}&step_seconds=3600`))
  note('the hours of a day of each of 1,000 series, p99', hours.p99, 'ms', { detail: `p50 ${hours.p50.toFixed(1)} ms, all of them ${((hours.p50 * many.length) / 1000).toFixed(1)} s one after the other` })

  let cursor = ''
  let rows = 0
  const began = performance.now()
  const pages = []
  do {
    const asked = performance.now()
    const page = await admin.get(`/series?limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
    pages.push(performance.now() - asked)
    rows += page.items.length
    cursor = page.next
  } while (cursor)
  const { p50, p99 } = spread(pages)
  note(`last values of ${rows} series, a page of 500, p99`, p99, 'ms', { detail: `p50 ${p50.toFixed(1)} ms, all of them ${((performance.now() - began) / 1000).toFixed(1)} s` })

  const recorded = (await admin.all(`/series?q=${second}&limit=500`)).find(({ code, device_code }) => code === 's0' && device_code === second)
  await fill(admin, second, 's0', MONTH, 1)
  const trying = performance.now()
  const trial = await admin.call('POST', '/rules/trial', { rule: { series: recorded.id, name: '基准', kind: 'high', limit: 4.99, deadband: 0.5, on_delay_seconds: 0, off_delay_seconds: 0, priority: 'low', enabled: true }, hours: 721 })
  note(`a month of one series, ${MONTH.toLocaleString('en')} readings, gone through again by a rule`, performance.now() - trying, 'ms', { detail: `${trial.judged} judged, ${trial.alarms} alarms${trial.complete ? '' : ', not whole'}` })
  await platform.remove()
}
