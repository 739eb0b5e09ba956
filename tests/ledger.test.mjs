// Ledgers as people use them: lists, search, history, import and export, map forms.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { Client, serverErrors } from './support/client.mjs'
import { Platform } from './support/platform.mjs'
import { CODES } from './support/story.mjs'
import { LiveStream } from './support/stream.mjs'
import { layers } from './support/tile.mjs'
import { everyRow, isProblem } from './support/verdicts.mjs'
import { until } from './support/waiting.mjs'
import { XLSX, bomb, endless, laughing, readWorkbook, workbook } from './support/workbook.mjs'

let platform, admin, viewer, kinds

before(async () => {
  platform = await Platform.start()
  ;[admin, viewer] = await Promise.all(['admin', 'viewer.ningxia'].map((user) => Client.signIn(platform, user)))
  kinds = await admin.get('/kinds')
})
after(() => platform?.remove())

/** What an export masks cannot be taken back in for another record. */
const unmasked = (cell) => (String(cell).includes('****') ? '' : cell)
const names = (page) => page.items.map((record) => record.name)
const residentBytes = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${platform.process.pid}/status`, 'utf8'))[1]) * 1024

describe('kinds and lists', () => {
  test('every kind describes itself', () => {
    for (const name of ['organisation', 'person', 'post', 'group', 'enterprise', 'installation', 'device', 'rescue_team', 'expert', 'depot', 'shelter', 'plan']) {
      const kind = kinds.find((candidate) => candidate.name === name)
      assert.ok(kind?.title.zh && kind.title.en && kind.fields.length > 0 && kind.schema.properties, name)
      for (const field of kind.fields) assert.ok(field.title.zh && field.title.en, `${name}.${field.name} has both titles`)
    }
  })

  test('the demonstration is loaded', async () => {
    for (const [kind, count] of [['organisation', 65], ['person', 49], ['post', 50], ['enterprise', 40], ['installation', 58], ['device', 23], ['rescue_team', 21], ['expert', 16], ['depot', 11], ['shelter', 27], ['plan', 5]]) {
      assert.equal((await admin.get(`/records/${kind}?limit=1`)).total, count, kind)
    }
  })

  test('pages follow each other without gap or double', async () => {
    const seen = []
    for (let cursor = ''; ;) {
      const page = await admin.get(`/records/enterprise?limit=7&sort=name${cursor}`)
      seen.push(...page.items)
      if (!page.next) break
      assert.equal(page.items.length, 7)
      cursor = `&cursor=${encodeURIComponent(page.next)}`
    }
    assert.equal(new Set(seen.map((record) => record.id)).size, 40)
    assert.equal(seen.length, 40)
  })

  test('filters, boxes, divisions and order agree with a count by hand', async () => {
    const all = await admin.all('/records/enterprise')
    const listed = async (query) => (await admin.all(`/records/enterprise?${query}`)).map((record) => record.code).sort()
    const counted = (fits) => all.filter(fits).map((record) => record.code).sort()
    assert.deepEqual(await listed('filter=major_hazard_grade:eq:grade_1'), counted((record) => record.attributes.major_hazard_grade === 'grade_1'))
    assert.deepEqual(await listed('filter=employees:ge:500'), counted((record) => record.attributes.employees >= 500))
    assert.deepEqual(await listed('filter=employees:lt:500&filter=major_hazard_grade:ne:none'), counted((record) => record.attributes.employees < 500 && record.attributes.major_hazard_grade !== 'none'))
    assert.deepEqual(await listed('filter=major_hazard_grade:in:grade_1,grade_2'), counted((record) => ['grade_1', 'grade_2'].includes(record.attributes.major_hazard_grade)))
    assert.deepEqual(await listed(`division=${CODES.prefecture}`), counted((record) => record.division.startsWith('6401')))
    assert.deepEqual(await listed('bbox=106.5,38.1,106.7,38.2'), counted(({ location }) => location && location.lon >= 106.5 && location.lon <= 106.7 && location.lat >= 38.1 && location.lat <= 38.2))
    const employees = (await admin.all('/records/enterprise?sort=-employees')).map((record) => record.attributes.employees)
    assert.deepEqual(employees, [...employees].sort((one, other) => other - one))
  })

  test('search understands Chinese, pinyin initials and codes', async () => {
    for (const q of ['合成化工', '宁东合成', 'hchg', 'HCHG', 'DEMO-ENT-001', '91640181XXXX00019C']) {
      assert.ok(names(await admin.get(`/records/enterprise?q=${encodeURIComponent(q)}`)).includes('示例宁东合成化工有限公司'), q)
    }
    assert.equal((await admin.get(`/records/enterprise?q=${encodeURIComponent('没有这样的企业')}`)).items.length, 0)
    const hits = await admin.get(`/search?q=${encodeURIComponent('液氨')}&limit=20`)
    assert.ok(hits.some((hit) => hit.kind === 'installation' && hit.name.includes('液氨储罐')))
  })

  test('personal data are masked for those without the right', async () => {
    const mine = (await admin.get('/records/person?limit=1')).items[0]
    const theirs = await viewer.send('GET', `/records/person/${mine.id}`)
    if (theirs.status === 200) assert.doesNotMatch(theirs.body.attributes.phone ?? '', /^\d{11}$/)
    else isProblem(theirs, { status: [403, 404] })
  })

  test('divisions of the whole country are there, and points find theirs', async () => {
    assert.equal((await admin.get('/divisions?level=province&limit=100')).items?.length ?? (await admin.get('/divisions?level=province')).length, 34)
    const county = await admin.get(`/divisions/${CODES.county}`)
    assert.deepEqual(county.path.map((division) => division.name).slice(-3).map((name) => name.slice(0, 2)), ['宁夏', '银川', '灵武'])
    assert.equal((await admin.get('/divisions/locate?lon=106.62&lat=38.17')).county.code, CODES.county)
    const boundaries = await admin.get(`/boundaries?codes=${CODES.county},${CODES.neighbour}`)
    assert.equal(boundaries.features.length, 2)
    isProblem(await admin.send('GET', '/divisions/locate?lon=38&lat=106'), { status: 422 })
  })
})

describe('history', () => {
  test('who changed what and why stays, newest first', async () => {
    const record = await admin.record('depot', 'DEMO-DEPOT-001')
    const { id, kind, code, name, division, location, enterprise, attributes } = record
    const changed = await admin.call('PUT', `/records/depot/${id}`, { code, name, division, location, enterprise, attributes: { ...attributes, phone: '0951-0000999' }, version: record.version }, { why: '电话变更' })
    assert.equal(changed.version, record.version + 1)
    const [last, first] = await admin.get(`/records/depot/${id}/history`)
    assert.deepEqual([last.change, last.why, last.actor_name, last.version], ['updated', '电话变更', admin.session.user.name, changed.version])
    assert.deepEqual([first.change, first.record.attributes.phone], ['created', attributes.phone])
    assert.equal(kind, 'depot')
    const trace = await admin.get(`/trace?subject_kind=record&subject_id=${id}`)
    assert.ok(trace.items.some((entry) => JSON.stringify(entry).includes('电话变更')))
  })
})

describe('import and export', () => {
  let heading, required
  const upload = (rows, query = '', name = 'x.xlsx', type = XLSX) => admin.upload(`/records/shelter/imports${query}`, name, type, Buffer.isBuffer(rows) ? rows : workbook([heading, ...rows]))
  const total = async () => (await admin.get('/records/shelter?limit=1')).total

  /** A row of the template, from an exported one, with changes by heading. */
  const row = (code, changes = {}) => heading.map((column, at) => {
    const change = Object.entries(changes).find(([part]) => column.includes(part))
    if (change) return change[1]
    if (at === 0) return code
    return at === 1 ? `示例·导入 ${code}` : required[at]
  })

  before(async () => {
    const exported = readWorkbook((await admin.send('GET', '/records/shelter/export.xlsx')).bytes)
    const template = readWorkbook((await admin.send('GET', '/records/shelter/template.xlsx')).bytes)
    heading = template[0]
    assert.deepEqual(exported[0].slice(0, heading.length), heading, 'the export has the columns of the template')
    // An export masks personal data; a new record cannot take a mask over from another one.
    required = exported.find((cells) => cells.includes('DEMO-SHEL-001')).slice(0, heading.length).map((cell) => (String(cell).includes('****') ? '0951-5550101' : cell))
  })

  test('an export taken back in changes nothing that it should not', async () => {
    const before = await admin.all('/records/shelter?sort=code')
    for (const end of ['xlsx', 'csv']) {
      const file = await admin.send('GET', `/records/shelter/export.${end}`)
      assert.match(file.headers.get('content-disposition'), /attachment/)
      const report = await admin.upload('/records/shelter/imports', `x.${end}`, end === 'csv' ? 'text/csv' : XLSX, file.bytes)
      assert.equal(report.status, 200, JSON.stringify(report.body))
      assert.deepEqual([report.body.errors, report.body.created], [[], 0])
    }
    const now = await admin.all('/records/shelter?sort=code')
    assert.deepEqual(now.map(({ code, name, attributes, location }) => ({ code, name, attributes, location })), before.map(({ code, name, attributes, location }) => ({ code, name, attributes, location })))
  })

  test('a dry run writes nothing', async () => {
    const before = await total()
    const { body } = await upload([row('DRY-1')], '?dry_run=true')
    assert.deepEqual([body.rows, body.good, body.applied], [1, 1, false])
    assert.equal(await total(), before)
  })

  test('bad rows are named with row, column and reason; all or nothing means it', async () => {
    const before = await total()
    const rows = [row('BAD-1'), row('BAD-2', { 经度: 'east' }), row('BAD-3', { 区划: '999999000000' }), row('BAD-1'), row('BAD-4', { 名称: '' })]
    const { body, status } = await upload(rows, '?mode=all_or_nothing')
    assert.ok(status < 500, `${status}`)
    assert.equal(body.applied ?? false, false)
    assert.equal(await total(), before, 'nothing was written')
    const rowsNamed = new Set(body.errors.map((error) => error.row))
    for (const [number, why] of [[3, '经度'], [4, '区划'], [5, '重复'], [6, '名称']]) assert.ok(rowsNamed.has(number), `${why}: row ${number} among ${JSON.stringify(body.errors)}`)
    for (const error of body.errors) assert.ok(error.column && error.code && /[\u4e00-\u9fff]/.test(error.message), JSON.stringify(error))
  })

  test('good rows alone are taken when asked', async () => {
    const before = await total()
    const { body } = await upload([row('GOOD-1'), row('GOOD-2', { 经度: 'east' }), row('GOOD-3')], '?mode=good_rows')
    assert.deepEqual([body.created, body.applied, body.errors.length > 0], [2, true, true])
    assert.equal(await total(), before + 2)
    const again = await upload([row('GOOD-1', { 名称: '示例·改名' })])
    assert.deepEqual([again.body.created, again.body.updated], [0, 1])
    assert.equal((await admin.record('shelter', 'GOOD-1')).name, '示例·改名')
  })

  test('CSV comes with and without a byte order mark, with quotes and line breaks', async () => {
    const cell = (text) => `"${String(text).replace(/"/g, '""')}"`
    const csv = (code, mark) => Buffer.from(mark + [heading, row(code, { 名称: '示例·"引号",逗号' })].map((cells) => cells.map(cell).join(',')).join('\r\n'))
    for (const [code, mark] of [['CSV-1', '\ufeff'], ['CSV-2', '']]) {
      const { body } = await upload(csv(code, mark), '', 'x.csv', 'text/csv')
      assert.equal(body.created, 1, JSON.stringify(body))
      assert.equal((await admin.record('shelter', code)).name, '示例·"引号",逗号')
    }
  })

  test('files that are not what they say, or far too much, are refused in good time and memory', async () => {
    const before = await total()
    const memory = residentBytes()
    const began = performance.now()
    const csv = (bytes) => [bytes, 'x.csv', 'text/csv']
    await everyRow([
      ['nothing', Buffer.alloc(0)], ['no archive', Buffer.from('PK\u0003\u0004 but no more')], ['cut off', workbook([heading, row('CUT')]).subarray(0, 400)], ['another heading', workbook([['colour'], ['red']])],
      ['zip bomb of 4 GB', bomb(4096)], ['a million rows and more', endless(heading, row('MANY'), 1100)], ['billion laughs', laughing()], ['picture', Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1')],
      ['CSV in GBK', ...csv(Buffer.concat([Buffer.from(`${heading.join(',')}\n`), Buffer.from([0xb0, 0xa1, 0xff, 0xfe])]))], ['CSV with NUL', ...csv(Buffer.from(`${heading.join(',')}\nA\u0000B,x`))], ['CSV never closed', ...csv(Buffer.from(`${heading.join(',')}\n"${'x'.repeat(2_000_000)}`))],
      ['a million columns', ...csv(Buffer.alloc(2 * 1024 * 1024, 'a,'))], ['a million rows of CSV', ...csv(Buffer.from(`${heading.join(',')}\n${'x,y\n'.repeat(1_100_000)}`))],
    ], async (_, bytes, name = 'x.xlsx', type = XLSX) => {
      const answer = await upload(bytes, '', name, type)
      if (answer.status === 200) {
        assert.equal(answer.body.applied, false)
        assert.ok(answer.body.errors.length > 0)
      } else isProblem(answer, { status: [413, 415, 422] })
    })
    const grown = residentBytes() - memory
    assert.ok(grown < 512 * 1024 * 1024, `grew by ${Math.round(grown / 1048576)} MB`)
    assert.ok(performance.now() - began < 45_000, `took ${Math.round(performance.now() - began)} ms`)
    assert.equal(await total(), before)
  })

  test('who may not import does not, and a formula stays text', async () => {
    isProblem(await viewer.upload('/records/shelter/imports', 'x.xlsx', XLSX, workbook([heading, row('NO')])), { status: 403 })
    await upload([row('FORMULA', { 名称: "=cmd|' /C calc'!A0" })])
    const sheet = (await admin.send('GET', '/records/shelter/export.csv')).bytes.toString('utf8')
    const line = sheet.split(/\r?\n/).find((text) => text.includes('FORMULA'))
    assert.doesNotMatch(line, /(^|,)"?=cmd/, 'a spreadsheet would run it')
  })
})

describe('imports as jobs', () => {
  let heading, place
  const row = (code, changes = {}) => heading.map((column, at) => {
    const change = Object.entries(changes).find(([part]) => column.includes(part))
    if (change) return change[1]
    if (at === 0) return code
    return at === 1 ? `示例·批量 ${code}` : place[at]
  })
  const settled = (id, what) => until(async () => {
    const view = await admin.get(`/imports/${id}`)
    return view.job && !['queued', 'running'].includes(view.job.state) && view
  }, { within: 120_000, what })
  const begin = async (rows) => {
    const answer = await admin.upload('/imports?kind=shelter', '示例.xlsx', XLSX, workbook([['示例避难场所清单'], heading, ...rows]))
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    return settled(answer.body.id, 'reading')
  }
  const codesOf = async (prefix) => (await admin.all(`/records/shelter?q=${prefix}`)).map((record) => record.code).filter((code) => code.startsWith(prefix)).sort()

  before(async () => {
    const exported = readWorkbook((await admin.send('GET', '/records/shelter/export.xlsx')).bytes)
    heading = exported[0]
    place = exported.find((cells) => cells.includes('DEMO-SHEL-001')).slice(0, heading.length).map(unmasked)
  })

  test('every bad cell is named with row, column, value and what it should be', async () => {
    const one = await begin([row('JOB-A1'), row('JOB-A2', { 经度: 'east' }), row('JOB-A3', { 区划: '某某新区' }), row('JOB-A4', { 区划: '宁夏银川市灵武市' }), row('JOB-A1'), row('JOB-A5', { 经度: '38.1', 纬度: '106.5' })])
    assert.deepEqual([one.stage, one.plan.header_row, one.facts.below], ['mapping', 2, 6])
    await admin.call('POST', `/imports/${one.id}/check`)
    const checked = await settled(one.id, 'the check')
    assert.deepEqual([checked.stage, checked.report.rows, checked.report.bad, checked.report.created, checked.report.applied], ['checked', 6, 4, 2, false])
    const { items } = await admin.get(`/imports/${one.id}/rows?only_bad=true`)
    const told = items.flatMap(({ row: number, errors }) => errors.map((error) => [number, error.column.replace('*', ''), error.code, error.value]))
    assert.deepEqual(told, [[4, '经度', 'not_a_number', 'east'], [5, '行政区划代码', 'unknown_division', '某某新区'], [7, '编码', 'duplicate_in_file', 'JOB-A1'], [8, '经度', 'coordinates_swapped', '38.1']])
    for (const error of items.flatMap((item) => item.errors)) assert.match(error.message, /[\u4e00-\u9fff]/)
    assert.deepEqual(await codesOf('JOB-A'), [], 'nothing was written')
    const sheet = readWorkbook((await admin.send('GET', `/imports/${one.id}/refused.xlsx`)).bytes)
    assert.deepEqual([sheet[0].slice(-2), sheet.length, sheet[1].at(-1)], [['原因', '原行号'], 5, '4'])
    assert.match(sheet[1].at(-2), /经度/)
    // Corrections are part of the plan; the file stays as it came.
    const plan = { ...checked.plan, swap_coordinates: true, values: [{ target: 'division', from: '某某新区', to: '灵武市' }], cells: [{ row: 4, target: 'lon', value: '106.5' }] }
    const planned = await admin.call('PUT', `/imports/${one.id}/plan`, { version: checked.version, plan })
    assert.equal(planned.report, null, 'what was found is out of date')
    await admin.refused('PUT', `/imports/${one.id}/plan`, { version: checked.version, plan }, 409, 'stale')
    await admin.call('POST', `/imports/${one.id}/run`, { mode: 'all_or_nothing' })
    const none = await settled(one.id, 'the run')
    assert.deepEqual([none.stage, none.report.bad, none.report.applied], ['checked', 1, false])
    assert.deepEqual(await codesOf('JOB-A'), [], 'one bad row, and nothing is written')
    await admin.call('POST', `/imports/${one.id}/run`, { mode: 'good_rows' })
    const done = await settled(one.id, 'the run')
    assert.deepEqual([done.stage, done.report.created, done.report.bad], ['done', 5, 1])
    assert.deepEqual(await codesOf('JOB-A'), ['JOB-A1', 'JOB-A2', 'JOB-A3', 'JOB-A4', 'JOB-A5'])
    isProblem(await admin.send('POST', `/imports/${one.id}/check`), { status: 409 })
  })

  test('undoing brings back what was and leaves what was changed since', async () => {
    const before = await admin.record('shelter', 'DEMO-SHEL-001')
    const one = await begin([row('JOB-U1'), row('JOB-U2'), row('DEMO-SHEL-001', { 名称: '示例·误改' })])
    await admin.call('POST', `/imports/${one.id}/run`, { mode: 'all_or_nothing' })
    assert.deepEqual([(await settled(one.id, 'the run')).report.created, (await admin.record('shelter', 'DEMO-SHEL-001')).name], [2, '示例·误改'])
    const { id, code, name, division, location, enterprise, attributes, version } = await admin.record('shelter', 'JOB-U2')
    await admin.call('PUT', `/records/shelter/${id}`, { code, name: `${name}（已核）`, division, location, enterprise, attributes, version })
    await admin.call('POST', `/imports/${one.id}/undo`, undefined, { why: '导错了文件' })
    const { stage, undo } = await settled(one.id, 'undoing')
    assert.deepEqual([stage, undo.restored, undo.removed, undo.kept, undo.kept_records.map((kept) => [kept.code, kept.why])], ['undone', 1, 1, 1, [['JOB-U2', 'changed']]])
    const back = await admin.record('shelter', 'DEMO-SHEL-001')
    assert.deepEqual([back.name, back.attributes, back.version], [before.name, before.attributes, before.version + 2])
    assert.deepEqual(await codesOf('JOB-U'), ['JOB-U2'])
    assert.equal((await admin.get(`/records/shelter/${back.id}/history`))[0].why, '导错了文件')
    assert.ok((await admin.get(`/trace?subject_kind=import&subject_id=${one.id}`)).items.length >= 3)
  })

  test('a run cancelled half way leaves whole portions, and says which', async () => {
    const rows = Array.from({ length: 12_000 }, (_, number) => row(`JOB-C${String(number).padStart(6, '0')}`))
    const one = await begin(rows)
    const stream = await LiveStream.open(admin)
    const { job } = await admin.call('POST', `/imports/${one.id}/run`, { mode: 'good_rows' })
    const progress = await stream.next((event) => event.name === 'job_progress' && event.json.job === job.id && event.json.done > 0, 30_000, 'progress')
    assert.deepEqual([progress.json.subject, progress.json.total], [one.id, 12_000])
    isProblem(await viewer.send('POST', `/jobs/${job.id}/cancel`), { status: 404 })
    await admin.call('POST', `/jobs/${job.id}/cancel`)
    const ended = await settled(one.id, 'the cancelling')
    await stream.close()
    const there = (await admin.get('/records/shelter?filter=code:like:JOB-C&limit=1')).total
    assert.deepEqual([ended.stage, ended.job.state], ['cancelled', 'cancelled'])
    // Totals are counted up to a thousand.
    assert.equal(Math.min(there, 1000), Math.min(ended.report.created, 1000))
    assert.ok(ended.report.created > 0 && ended.report.created < 12_000 && ended.report.created % 500 === 0, `${ended.report.created}`)
    assert.equal(ended.report.ended_at_row, ended.report.created + 2)
    await admin.call('POST', `/imports/${one.id}/undo`)
    assert.equal((await settled(one.id, 'undoing')).undo.removed, ended.report.created)
    assert.equal((await admin.get('/records/shelter?filter=code:like:JOB-C&limit=1')).total, 0)
  })

  test('killed in the midst of a run, the platform goes on with it and doubles nothing', async () => {
    const rows = Array.from({ length: 6_000 }, (_, number) => row(`JOB-K${String(number).padStart(6, '0')}`))
    const one = await begin(rows)
    // Without codes a row taken twice would be a second record.
    const plan = { ...one.plan, columns: one.plan.columns.map((column) => (column.target === 'code' ? { ...column, target: null } : column)), identify_by: 'name' }
    await admin.call('PUT', `/imports/${one.id}/plan`, { version: one.version, plan })
    const { job } = await admin.call('POST', `/imports/${one.id}/run`, { mode: 'good_rows' })
    await until(async () => (await admin.get(`/jobs/${job.id}`)).done >= 500, { within: 60_000, every: 20, what: 'the first portions' })
    await platform.kill()
    await platform.start()
    admin.url = viewer.url = platform.url
    const ended = await settled(one.id, 'the run that was taken up')
    assert.deepEqual([ended.stage, ended.job.state, ended.report.created, ended.report.rows], ['done', 'done', 6_000, 6_000])
    assert.equal(ended.job.attempts, 2)
    const exported = (await admin.send('GET', '/records/shelter/export.csv')).bytes.toString('utf8')
    const names = exported.match(/示例·批量 JOB-K\d+/g)
    assert.deepEqual([names.length, new Set(names).size], [6_000, 6_000])
  })

  test('imports belong to whoever uploaded them', async () => {
    isProblem(await viewer.upload('/imports?kind=shelter', 'x.xlsx', XLSX, workbook([heading, row('NO')])), { status: 403 })
    const one = await begin([row('JOB-O1')])
    isProblem(await viewer.send('GET', `/imports/${one.id}`), { status: 404 })
    isProblem(await viewer.send('GET', '/imports?all=true'), { status: 403 })
    assert.deepEqual((await viewer.get('/imports')).items, [])
    assert.equal((await admin.send('DELETE', `/imports/${one.id}`)).status, 204)
    isProblem(await admin.send('GET', `/imports/${one.id}`), { status: 404 })
    for (const bytes of [Buffer.alloc(0), Buffer.from('PK\u0003\u0004 but no more'), bomb(4096)]) {
      const { body } = await admin.upload('/imports?kind=shelter', 'x.xlsx', XLSX, bytes)
      const { job } = await settled(body.id, 'the refusal')
      assert.ok(job.state === 'failed' && /[\u4e00-\u9fff]/.test(job.fault.message), JSON.stringify(job))
    }
  })
})

describe('map forms', () => {
  test('GeoJSON and tiles carry the same things', async () => {
    const { features } = await admin.get('/records/enterprise/features.geojson?limit=500')
    assert.equal(features.length, 40)
    const { geometry, properties } = features.find((feature) => feature.properties.name.includes('宁东合成化工'))
    assert.deepEqual([geometry.type, properties.kind], ['Point', 'enterprise'])
    const [lon, lat] = geometry.coordinates
    const z = 6
    const x = Math.floor(((lon + 180) / 360) * 2 ** z)
    const sine = Math.sin((lat * Math.PI) / 180)
    const y = Math.floor((0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 2 ** z)
    const tile = await admin.send('GET', `/tiles/enterprise/${z}/${x}/${y}.mvt`)
    assert.equal(tile.status, 200)
    const found = layers(tile.bytes)
    assert.equal(found[0].name, 'enterprise')
    assert.ok(found[0].features > 10, JSON.stringify(found))
    const empty = await admin.send('GET', `/tiles/enterprise/${z}/0/0.mvt`)
    assert.ok([200, 204].includes(empty.status))
  })

  test('layers and base map are there', async () => {
    const map = await admin.get('/map/layers')
    assert.equal(map.find((layer) => layer.kind === 'enterprise').count, 40)
    for (const name of ['provinces', 'lines', 'ningxia_counties', 'water', 'places']) {
      assert.ok((await admin.get(`/basemap/${name}`)).features.length > 0, name)
    }
  })
})

test('the feed, the figures and the description answer', async () => {
  const anybody = new Client(platform.url)
  for (const path of ['//healthz', '//readyz', '//metrics', '//cap/feed.atom', '//api/openapi.json']) assert.equal((await anybody.send('GET', path)).status, 200, path)
  const description = await anybody.get('//api/openapi.json')
  assert.match(description.openapi, /^3\.1/)
  assert.ok(Object.keys(description.paths).length > 60)
})

test('no answer was a server error, and nothing panicked', () => {
  assert.deepEqual(serverErrors, [])
  assert.doesNotMatch(platform.log(), /panicked at/)
})
