// kill -9, again and again, while devices and people write: what was acknowledged is there afterwards,
// nothing is there twice or half, and the chain of the trace holds.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Client } from './support/client.mjs'
import { Ledger } from './support/ledger.mjs'
import { Publisher } from './support/mqtt-publisher.mjs'
import { Platform } from './support/platform.mjs'
import { CODES } from './support/story.mjs'
import { until } from './support/waiting.mjs'

const ROUNDS = Number(process.env.FENGSUI_CRASH_ROUNDS ?? 8)
/** Not the story’s own gateway: every start of the demonstration gives that one a new token. */
const GATEWAYS = ['DEMO-GW-002', 'DEMO-GW-003', 'DEMO-GW-004']
const IMPORT_ROWS = 200

let platform, admin, devices, matter
const ledger = new Ledger()
const someMore = () => Math.floor(Math.random() * 220) + 60

before(async () => {
  platform = await Platform.start()
  const session = await Client.signIn(platform, 'admin')
  admin = new Client(platform.url, { token: (await session.call('POST', '/tokens', { name: 'crash' })).token })
  devices = []
  for (const code of GATEWAYS) {
    const device = await admin.record('device', code)
    const credential = await admin.call('POST', `/devices/${device.id}/credential`)
    const series = await admin.call('POST', '/series', { device: device.id, code: 'CRASH', name: '崩溃测试', name_en: 'crash test', unit: '1', expected_interval_seconds: 60 })
    devices.push({ code, credential, series: series.id, next: Date.now() - 3_600_000 })
  }
  const duty = await Client.signIn(platform, 'duty.lingwu')
  const writer = (await duty.call('POST', '/tokens', { name: 'crash' })).token
  const opening = { event_type: '12D', color: 'blue', area: { divisions: [CODES.county] } }
  matter = { id: (await duty.call('POST', '/matters', { process: 'warning', opening })).id, token: writer }
})
after(() => platform?.remove())

/** Runs until the platform is gone; what fails because it is gone is no fault. */
async function untilGone(write) {
  for (;;) {
    try {
      await write()
    } catch {
      return
    }
  }
}

async function publishing(device) {
  const line = await Publisher.connect(platform.mqtt, device.credential)
  // Several in flight: a crash must not acknowledge what it has not yet written.
  const send = async () => {
    device.next += 1
    const fact = { series: device.series, at: device.next, value: `${device.next % 1000}.50` }
    const acknowledged = ledger.sent('observations', { ...fact, device: device.code })
    await line.observe(device.code, [{ series: 'CRASH', observed_at: new Date(fact.at).toISOString(), value: fact.value }])
    acknowledged()
  }
  await Promise.all(Array.from({ length: 8 }, () => untilGone(send)))
}

let numbers = 0
async function recording() {
  const client = new Client(platform.url, { token: admin.token })
  await untilGone(async () => {
    numbers += 1
    const fact = { code: `CRASH-${numbers}`, name: `示例·崩溃 ${numbers}` }
    const acknowledged = ledger.sent('records', fact)
    const record = await client.call('POST', '/records/shelter', shelter(fact))
    fact.id = record.id
    acknowledged()
  })
}

const shelter = ({ code, name }) => ({ code, name, division: CODES.county, location: { lon: 106.6, lat: 38.16 }, attributes: { category: 'emergency', area_m2: 1, capacity_person: 1, indoor: false } })

async function commenting() {
  const client = new Client(platform.url, { token: matter.token })
  await untilGone(async () => {
    numbers += 1
    const fact = { text: `崩溃测试 ${numbers}` }
    const acknowledged = ledger.sent('comments', fact)
    await client.call('POST', `/matters/${matter.id}/comments`, { text: fact.text })
    acknowledged()
  })
}

async function importing(heading) {
  const client = new Client(platform.url, { token: admin.token })
  await untilGone(async () => {
    numbers += 1
    const fact = { prefix: `IMP-${numbers}-` }
    const rows = Array.from({ length: IMPORT_ROWS }, (_, at) => heading.map((column) => csvCell(column, `${fact.prefix}${at}`)).join(','))
    const acknowledged = ledger.sent('imports', fact)
    const answer = await client.upload('/records/shelter/imports?mode=all_or_nothing', 'x.csv', 'text/csv', [heading.join(','), ...rows].join('\r\n'))
    assert.ok(answer.status < 300 && answer.body.applied, JSON.stringify(answer.body))
    acknowledged()
  })
}

/** A cell of the platform's own template, by the heading of its column. */
function csvCell(heading, code) {
  const cells = [[/区划/, CODES.county], [/所属/, ''], [/编码/, code], [/名称/, `示例·${code}`], [/经度/, '106.6'], [/纬度/, '38.16'], [/类别/, 'emergency'], [/面积/, '1'], [/人数/, '1'], [/室内/, 'false']]
  return cells.find(([pattern]) => pattern.test(heading))?.[1] ?? ''
}

async function crashOnce(heading) {
  const goal = ledger.size + someMore()
  const writers = [...devices.map(publishing), recording(), recording(), commenting(), importing(heading)]
  await until(() => ledger.size >= goal, { within: 60_000, every: 2, what: `${goal} acknowledged facts` })
  await platform.kill()
  await Promise.all(writers)
  await platform.start()
  admin.url = platform.url
}

async function observationsAreThere() {
  for (const device of devices) {
    const stored = new Map()
    for (let path = `/series/${device.series}/observations?limit=500`, cursor = ''; ;) {
      const page = await admin.get(path + cursor)
      for (const { observed_at: at, value } of page.items) stored.set(Date.parse(at), [...(stored.get(Date.parse(at)) ?? []), value])
      if (!page.next) break
      cursor = `&cursor=${encodeURIComponent(page.next)}`
    }
    const mine = ledger.acknowledged.observations.filter((fact) => fact.series === device.series)
    const lost = mine.filter((fact) => !stored.get(fact.at)?.includes(fact.value))
    assert.equal(lost.length, 0, `${lost.length} of ${mine.length} acknowledged observations of ${device.code} are lost, such as ${JSON.stringify(lost[0])}`)
    const doubled = [...stored].filter(([, values]) => values.length > 1)
    assert.equal(doubled.length, 0, `stored twice: ${JSON.stringify(doubled[0])}`)
    const sent = new Set([...mine, ...ledger.unanswered.observations.filter((fact) => fact.series === device.series)].map((fact) => fact.at))
    assert.equal([...stored.keys()].filter((at) => !sent.has(at)).length, 0, 'nothing that was never sent')
  }
}

async function recordsAreWhole() {
  const all = await admin.all('/records/shelter')
  const byCode = Map.groupBy ? Map.groupBy(all, (record) => record.code) : group(all)
  for (const fact of ledger.acknowledged.records) {
    const found = byCode.get(fact.code) ?? []
    assert.deepEqual(found.map((record) => [record.id, record.name]), [[fact.id, fact.name]], `${fact.code} is there, once`)
  }
  const imported = new Map()
  for (const { code } of all.filter((record) => record.code?.startsWith('IMP-'))) {
    const prefix = code.replace(/\d+$/, '')
    imported.set(prefix, (imported.get(prefix) ?? 0) + 1)
  }
  for (const [prefix, count] of imported) assert.equal(count, IMPORT_ROWS, `the import ${prefix} is whole or not there`)
  for (const { prefix } of ledger.acknowledged.imports) assert.ok(imported.has(prefix), `the import ${prefix} was acknowledged`)
  // What is in the ledger also has its history and its place in the trace: it was one transaction.
  const last = all.filter((record) => record.code?.startsWith('CRASH-')).slice(-3)
  for (const record of last) {
    const history = await admin.get(`/records/shelter/${record.id}/history`)
    assert.deepEqual(history.map((entry) => entry.change), ['created'])
    const trace = await admin.get(`/trace?subject_kind=record&subject_id=${record.id}`)
    assert.equal(trace.items.length, 1, `${record.code} stands in the trace once`)
  }
}

const group = (records) => {
  const groups = new Map()
  for (const record of records) groups.set(record.code, [...(groups.get(record.code) ?? []), record])
  return groups
}

async function commentsAreThere() {
  const duty = new Client(platform.url, { token: matter.token })
  const entries = (await duty.get(`/matters/${matter.id}/timeline`)).filter((entry) => entry.kind === 'comment')
  const texts = entries.map((entry) => JSON.stringify(entry.detail))
  for (const { text } of ledger.acknowledged.comments) {
    assert.equal(texts.filter((entry) => entry.includes(`${text}"`) || entry === text).length, 1, `the comment “${text}” is there, once`)
  }
}

describe(`kill -9, ${ROUNDS} times, during MQTT and HTTP writes`, () => {
  for (let round = 1; round <= ROUNDS; round += 1) {
    test(`round ${round}`, async () => {
      const template = await admin.send('GET', '/records/shelter/template.csv')
      const [heading] = template.bytes.toString('utf8').replace(/^\ufeff/, '').split(/\r?\n/)
      await crashOnce(heading.split(',').map((column) => column.replace(/"/g, '')))
      assert.deepEqual(await admin.get('/trace/verify').then(({ ok, broken }) => ({ ok, broken })), { ok: true, broken: null })
      await observationsAreThere()
      await recordsAreWhole()
      await commentsAreThere()
    })
  }

  test('what was never answered can be sent again without doubling', async () => {
    const again = ledger.unanswered.observations.splice(0)
    for (const device of devices) {
      const line = await Publisher.connect(platform.mqtt, device.credential)
      const mine = again.filter((fact) => fact.series === device.series)
      await Promise.all(mine.map((fact) => line.observe(device.code, [{ series: 'CRASH', observed_at: new Date(fact.at).toISOString(), value: fact.value }])))
      await line.close()
    }
    ledger.acknowledged.observations.push(...again)
    await observationsAreThere()
    console.log(`# ${ledger.size} acknowledged facts over ${ROUNDS} crashes: ${Object.entries(ledger.acknowledged).map(([kind, facts]) => `${facts.length} ${kind}`).join(', ')}`)
  })

  test('it also ends in order when asked to', async () => assert.equal(await platform.stop(), 0))
})
