// Every way to ask for a list: pairs of filters under every order, words, scopes, and all pages to the last.

import { gunzipSync } from 'node:zlib'
import { note, spread } from './figures.mjs'
import { caller } from './requests.mjs'

const ROUNDS = Number(process.env.FENGSUI_BENCH_ROUNDS ?? 4)
const LIMIT = 30

const FILTERS = [
  'filter=major_hazard_grade:eq:grade_1', 'filter=major_hazard_grade:in:grade_1,grade_2', 'filter=risk_level:eq:major', 'filter=risk_level:ne:low', 'filter=industry:eq:hazardous_chemicals', 'filter=industry:eq:gas',
  'filter=employees:ge:500', 'filter=employees:lt:20', 'filter=name:like:氯碱', 'filter=credit_code:like:7777', 'division=640181000000', 'division=640200000000', 'bbox=106.3,38.05,106.38,38.15',
]
const FIELDS = ['code', 'name', 'division', 'created_at', 'updated_at', 'credit_code', 'industry', 'major_hazard_grade', 'employees', 'risk_level']
const SORTS = FIELDS.flatMap((field) => [field, `-${field}`])
const WORDS = ['精细', '氯碱', '示例', '有限公司', '示', 'BENCH-77777', '第4242有限', 'xclkj', 'slnd', 's', '危险化学品', '精细 氯碱', '不存在']

const path = (query) => `/api/v1/records/enterprise?${encodeURI(query)}`
const read = (answer) => JSON.parse(answer.encoding === 'gzip' ? gunzipSync(answer.body) : answer.body)

const about = (filter) => (filter.startsWith('filter=') ? filter.slice(7).split(':')[0] : filter.split('=')[0])

function pairs() {
  return FILTERS.flatMap((one, at) => FILTERS.slice(at + 1).filter((other) => about(one) !== about(other)).map((other) => `${one}&${other}`))
}

async function time(name, ask, queries) {
  const [all, slow] = [[], []]
  for (const query of queries) {
    const own = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const answer = await ask(path(query))
      if (answer.status !== 200) throw new Error(`${query} → ${answer.status} ${answer.body.toString('utf8', 0, 300)}`)
      own.push(answer.milliseconds)
    }
    all.push(...own)
    slow.push([query, spread(own).p50])
  }
  const { p50, p99, max, count } = spread(all)
  const worst = slow.sort(([, one], [, other]) => other - one).slice(0, 3).map(([query, at]) => `${query} ${at.toFixed(0)} ms`)
  note(`list: ${name}, p99`, p99, 'ms', { limit: LIMIT, detail: `p50 ${p50.toFixed(1)}, longest ${max.toFixed(0)} ms, ${count} requests; slowest by median: ${worst.join('; ')}` })
}

/** All pages of an order, from the first to the last. */
async function walk(ask, query) {
  const samples = []
  for (let cursor = ''; ;) {
    const answer = await ask(`${path(`${query}&limit=200`)}${cursor}`)
    if (answer.status !== 200) throw new Error(`${query} → ${answer.status} ${answer.body.toString('utf8', 0, 300)}`)
    samples.push(answer.milliseconds)
    const { next } = read(answer)
    if (!next) return samples
    cursor = `&cursor=${encodeURIComponent(next)}`
  }
}

async function walks(ask) {
  const [all, slow] = [[], []]
  for (const query of ['sort=name', 'sort=-employees', 'sort=employees', 'sort=-updated_at', 'sort=risk_level', 'sort=-employees&filter=risk_level:ne:low&filter=major_hazard_grade:eq:none', `sort=name&q=示例`]) {
    const samples = await walk(ask, query)
    all.push(...samples)
    slow.push([query, spread(samples).p99])
  }
  const { p50, p99, max, count } = spread(all)
  const [worst] = slow.sort(([, one], [, other]) => other - one)
  note('list: all pages of 200 to the last, p99', p99, 'ms', { limit: LIMIT, detail: `p50 ${p50.toFixed(1)}, longest ${max.toFixed(0)} ms, ${count} pages; slowest ${worst[0]} p99 ${worst[1].toFixed(0)} ms` })
}

/** Lists of whatever ledger is there. */
export async function lists(platform, token) {
  const ask = caller(platform.url, token)
  const warm = [...FILTERS, ...SORTS.map((sort) => `sort=${sort}`)]
  for (const query of warm) await ask(path(query))
  await time('one order, no filter', ask, SORTS.map((sort) => `sort=${sort}`))
  await time('one filter, every order', ask, FILTERS.flatMap((filter) => SORTS.map((sort) => `${filter}&sort=${sort}`)))
  await time('two filters, every order', ask, pairs().flatMap((pair, at) => SORTS.filter((_, order) => (order + at) % 3 === 0).map((sort) => `${pair}&sort=${sort}`)))
  await time('searched', ask, WORDS.flatMap((word) => ['code', 'name', '-employees', '-updated_at'].map((sort) => `q=${word}&sort=${sort}`)))
  await time('searched and filtered', ask, WORDS.flatMap((word) => FILTERS.filter((filter) => !filter.startsWith('bbox')).map((filter) => `q=${word}&${filter}&sort=name`)))
  await walks(ask)
}
