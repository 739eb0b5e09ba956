// A ledger of a hundred thousand enterprises: taken in from a workbook, listed, searched, drawn.

import { setTimeout as pause } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { Client } from '../tests/support/client.mjs'
import { Platform } from '../tests/support/platform.mjs'
import { layers } from '../tests/support/tile.mjs'
import { XLSX, readWorkbook } from '../tests/support/workbook.mjs'
import { enterpriseWorkbook } from './enterprises.mjs'
import { memory, note, spread } from './figures.mjs'
import { lists } from './lists.mjs'
import { caller, measure } from './requests.mjs'

/** How long the platform is left alone before its memory is read. */
const REST = 15_000
export const ROWS = Number(process.env.FENGSUI_BENCH_ROWS ?? 100_000)

/** Takes the rows in, out of a workbook. */
export async function take(platform, admin) {
  const [heading] = readWorkbook((await admin.send('GET', '/records/enterprise/template.xlsx')).bytes)
  const file = enterpriseWorkbook(heading, ROWS)
  const began = performance.now()
  const answer = await admin.upload('/records/enterprise/imports?mode=good_rows', 'x.xlsx', XLSX, file)
  const seconds = (performance.now() - began) / 1000
  if (answer.status >= 300 || answer.body.created !== ROWS) throw new Error(`import → ${answer.status} ${JSON.stringify(answer.body).slice(0, 1500)}`)
  note(`import of ${ROWS} rows of xlsx`, seconds, 's', { detail: `${(file.length / 2 ** 20).toFixed(1)} MB file, ${Math.round(ROWS / seconds)} rows/s, peak memory ${(memory(platform.process.pid).peak / 2 ** 20).toFixed(0)} MB` })
}

function tileAt(lon, lat, z) {
  const sine = Math.sin((lat * Math.PI) / 180)
  return [z, Math.floor(((lon + 180) / 360) * 2 ** z), Math.floor((0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 2 ** z)].join('/')
}

async function tiles(platform, token) {
  for (const z of [4, 6, 10, 13]) {
    const path = `/api/v1/tiles/enterprise/${tileAt(106.34, 38.1, z)}.mvt`
    const first = await caller(platform.url, token)(path)
    const plain = first.encoding === 'gzip' ? gunzipSync(first.body) : first.body
    const features = layers(plain).reduce((sum, layer) => sum + layer.features, 0)
    const all = spread(await measure(platform.url, token, [path], { times: 60 }))
    const detail = `p50 ${all.p50.toFixed(1)} ms, first ${first.milliseconds.toFixed(0)} ms, ${features} features, ${(plain.length / 1024).toFixed(0)} KB plain, ${(first.body.length / 1024).toFixed(0)} KB sent`
    note(`map tile over ${ROWS} points, zoom ${z}, p99`, all.p99, 'ms', { detail })
  }
}

const resident = (platform) => memory(platform.process.pid).resident / 2 ** 20

/** Import, lists, tiles, memory. */
export async function ledger() {
  const platform = await Platform.start()
  // Loading the demonstration is over and done with: what follows is measured on a fresh process.
  await platform.stop()
  await platform.start()
  const admin = await Client.signIn(platform, 'admin')
  const { token } = await admin.call('POST', '/tokens', { name: 'bench' })
  await take(platform, admin)
  note(`memory right after the import of ${ROWS} rows`, resident(platform), 'MB')
  await pause(REST)
  note(`memory after the import and ${REST / 1000} s of rest`, resident(platform), 'MB', { limit: 150 })
  await lists(platform, token)
  await tiles(platform, token)
  await pause(REST)
  note(`memory after all lists and tiles and ${REST / 1000} s of rest`, resident(platform), 'MB', { limit: 150 })
  await platform.remove()
}
