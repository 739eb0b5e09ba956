import { describe, expect, it } from 'vitest'
import type { FsRecord, Kind } from '@/api/types'
import { tally, undoRows, type RowResult } from '@/ledgers/batch'
import { available, isSortable, moved, readArrangement, standard } from '@/ledgers/columns'
import { dayToTime, filterFields, opsFor, timeToDay } from '@/ledgers/filters'
import { formSpecs } from '@/ledgers/form/nested'
import { chosenValues, threeWay } from '@/ledgers/merging'
import { wantedCodes } from '@/ledgers/references'
import { readBody } from '@/ledgers/useLedgerView'

const title = { zh: '', en: '' }
const field = (name: string, type: string, more: object = {}) => ({ name, title, type, required: false, filterable: true, listed: true, ...more })
const kind = {
  name: 'plan', title, icon: '', geometry: 'none', division_level: null,
  fields: [field('category', 'enum', { options: [{ value: 'a', zh: '', en: '' }] }), field('owner', 'reference', { reference: 'organisation' }), field('phone', 'text', { personal: true }), field('actions', 'list'), field('tags', 'list'), field('hours', 'number', { filterable: false })],
  schema: {
    properties: {
      actions: { type: 'array', items: { type: 'object', required: ['title'], properties: { title: { type: 'string', maxLength: 1000 }, minutes: { type: 'integer', minimum: 0 }, phase: { type: 'string', 'x-options': [{ value: 'report', zh: '', en: '' }] }, object: { type: ['string', 'null'] } } } },
      tags: { type: 'array', items: { type: 'string' } },
    },
  },
} as unknown as Kind

describe('columns', () => {
  it('offer everything but nested values; places only where there are some', () => {
    expect(available(kind)).toEqual(['code', 'division', 'category', 'owner', 'phone', 'tags', 'hours', 'enterprise', 'updated_at', 'updated_by', 'created_at'])
  })
  it('survive a kept arrangement that no longer fits', () => {
    const kept = { columns: [{ name: 'gone' }, { name: 'owner', width: 5000 }, null], density: 'tiny', first: 10 }
    expect(readArrangement(kept, kind)).toEqual({ columns: [{ name: 'owner', width: 900 }], density: 'comfortable', first: 60 })
    expect(readArrangement(null, kind)).toEqual(standard(kind))
    expect(readArrangement('nonsense', kind)).toEqual(standard(kind))
  })
  it('move within the list', () => {
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c'])
    expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c'])
  })
  it('sort only by what the server sorts by', () => {
    expect([isSortable('name', kind), isSortable('owner', kind), isSortable('phone', kind), isSortable('tags', kind), isSortable('location', kind)]).toEqual([true, true, false, false, false])
  })
})

describe('filters', () => {
  it('speak only of what may be compared', () => {
    expect(filterFields(kind).map((one) => one.name)).toEqual(['name', 'code', 'category', 'owner', 'tags', 'enterprise', 'updated_at'])
    expect(opsFor('enum')).toContain('in')
    expect(opsFor('boolean')).toEqual(['eq'])
  })
  it('turn days into moments and back', () => {
    expect(timeToDay(dayToTime('2026-11-22', 'ge'))).toBe('2026-11-22')
    expect(timeToDay(dayToTime('2026-11-22', 'le'))).toBe('2026-11-22')
    expect(dayToTime('2026-11-22', 'ge') < dayToTime('2026-11-22', 'le')).toBe(true)
    expect(dayToTime('', 'ge')).toBe('')
  })
  it('come out of a saved view as far as it makes sense', () => {
    expect(readBody({ q: 'x', filter: ['a:eq:1', 'nonsense'], division: 5 })).toMatchObject({ q: 'x', division: null, filters: [{ field: 'a', op: 'eq', value: '1' }] })
    expect(readBody(null)).toMatchObject({ q: '', filters: [] })
  })
})

describe('forms', () => {
  it('have a form for each row of a nested list', () => {
    const actions = formSpecs(kind).find((one) => one.name === 'actions')
    expect(actions?.rows).toBe(true)
    expect(actions?.parts.map((part) => [part.name, part.type, part.required])).toEqual([['title', 'text', true], ['minutes', 'integer', false], ['phase', 'enum', false], ['object', 'text', false]])
    expect(actions?.parts[0]?.long).toBe(true)
    expect(formSpecs(kind).find((one) => one.name === 'tags')?.rows).toBe(false)
  })
})

describe('two people at one record', () => {
  const record = (name: string, attributes: Record<string, unknown>) => ({ name, division: '64', location: null, enterprise: null, attributes }) as unknown as FsRecord
  it('asks only about what I changed, and says where both did', () => {
    const choices = threeWay(record('a', { x: 1, y: 1, z: 1 }), record('b', { x: 2, y: 1, z: 1 }), { name: 'c', division: '64', attributes: { x: 1, y: 9, z: 1 } })
    expect(choices).toEqual([{ field: 'attributes.y', theirs: 1, mine: 9, conflict: false }, { field: 'name', theirs: 'b', mine: 'c', conflict: true }])
    expect(chosenValues(choices, new Set(['name']))).toEqual({ name: 'c' })
  })
  it('asks nothing when both did the same', () => {
    expect(threeWay(record('a', {}), record('b', {}), { name: 'b', division: '64', attributes: {} })).toEqual([])
  })
})

describe('batches', () => {
  const row = (outcome: RowResult['outcome'], version: number | null) => ({ id: outcome, outcome, version, record_code: null, name: null, code: null, message: null }) as RowResult
  it('take back exactly what was done', () => {
    const results = [row('done', 3), row('unchanged', 1), row('stale', 2), row('refused', 1)]
    expect(tally(results)).toEqual({ done: 1, unchanged: 1, stale: 1, refused: 1 })
    expect(undoRows(results)).toEqual([{ id: 'done', version: 3 }])
  })
})

describe('names behind codes', () => {
  it('are asked for once per ledger, and only for shown columns', () => {
    const rows = ['b', 'a', 'b', null].map((owner) => ({ attributes: { owner } }) as unknown as FsRecord)
    expect(wantedCodes(kind, rows, ['owner'])).toEqual([['organisation', ['a', 'b']]])
    expect(wantedCodes(kind, rows, ['category'])).toEqual([])
  })
})
