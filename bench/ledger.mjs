// A ledger of a hundred thousand enterprises: taken in from a workbook, listed, searched, drawn.

import { gunzipSync } from 'node:zlib'
import { Client } from '../tests/support/client.mjs'
import { Platform } from '../tests/support/platform.mjs'
import { layers } from '../tests/support/tile.mjs'
import { XLSX, readWorkbook } from '../tests/support/workbook.mjs'
import { enterpriseWorkbook } from './enterprises.mjs'
import { memory, note, spread } from './figures.mjs'
import { caller, measure } from './requests.mjs'

const ROWS = Number(process.env.FENGSUI_BENCH_ROWS ?? 100_000)

async function take(platform, admin) {
  const [heading] = readWorkbook((await admin.send('GET', '/records/enterprise/template.xlsx')).bytes)
  const file = enterpriseWorkbook(heading, ROWS)
  const began = performance.now()
  const answer = await admin.upload('/records/enterprise/imports?mode=good_rows', 'x.xlsx', XLSX, file)
  const seconds = (performance.now() - began) / 1000
  if (answer.status >= 300 || answer.body.created !== ROWS) throw new Error(`import → ${answer.status} ${JSON.stringify(answer.body).slice(0, 1500)}`)
  note(`import of ${ROWS} rows of xlsx`, seconds, 's', { detail: `${(file.length / 2 ** 20).toFixed(1)} MB file, ${Math.round(ROWS / seconds)} rows/s, peak memory ${(memory(platform.process.pid).peak / 2 ** 20).toFixed(0)} MB` })
}

const encoded = (text) => encodeURIComponent(text)
const LISTS = {
  'filtered and paged': ['filter=major_hazard_grade:eq:grade_1', 'filter=employees:ge:500&sort=-employees', 'division=640181000000&sort=name', 'division=640100000000&filter=major_hazard_grade:in:grade_1,grade_2&sort=-employees', 'bbox=106.3,38.05,106.35,38.15', 'sort=name&limit=100', 'filter=risk_level:eq:major&division=640200000000'],
  'searched': [`q=${encoded('精细')}`, `q=${encoded('氯碱')}&division=640181000000`, 'q=BENCH-77777', `q=${encoded('第4242有限')}`, 'q=xclkj'],
}

async function lists(platform, token) {
  for (const [name, queries] of Object.entries(LISTS)) {
    const paths = queries.map((query) => `/api/v1/records/enterprise?${query}`)
    await measure(platform.url, token, paths, { times: 3 })
    const each = []
    for (const path of paths) each.push([path, spread(await measure(platform.url, token, [path], { times: 40 }))])
    const slowest = each.sort(([, one], [, other]) => other.p99 - one.p99)[0]
    const all = spread(await measure(platform.url, token, paths, { times: 100 }))
    const detail = `p50 ${all.p50.toFixed(1)} ms, ${all.count} requests; slowest ${decodeURIComponent(slowest[0].split('?')[1])} with p99 ${slowest[1].p99.toFixed(1)} ms`
    note(`list of ${ROWS} enterprises, ${name}, p99`, all.p99, 'ms', { limit: name === 'searched' ? undefined : 30, detail })
  }
  const deep = await deepPages(platform, token)
  note(`list of ${ROWS} enterprises, page after page, p99`, deep.p99, 'ms', { limit: 30, detail: `${deep.count} pages of 100 by name, p50 ${deep.p50.toFixed(1)} ms` })
}

async function deepPages(platform, token) {
  const ask = caller(platform.url, token)
  const samples = []
  for (let cursor = ''; samples.length < 200;) {
    const answer = await ask(`/api/v1/records/enterprise?sort=name&limit=100${cursor}`)
    samples.push(answer.milliseconds)
    const { next } = JSON.parse(answer.encoding === 'gzip' ? gunzipSync(answer.body) : answer.body)
    if (!next) break
    cursor = `&cursor=${encoded(next)}`
  }
  return spread(samples)
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

/** Import, lists, tiles. */
export async function ledger() {
  const platform = await Platform.start()
  // Loading the demonstration is over and done with: what follows is measured on a fresh process.
  await platform.stop()
  await platform.start()
  const admin = await Client.signIn(platform, 'admin')
  const { token } = await admin.call('POST', '/tokens', { name: 'bench' })
  await take(platform, admin)
  await lists(platform, token)
  await tiles(platform, token)
  note(`memory after that, ${ROWS} enterprises`, memory(platform.process.pid).resident / 2 ** 20, 'MB')
  await platform.remove()
}
