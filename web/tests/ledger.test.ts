import { describe, expect, it } from 'vitest'
import { filterText, recordQuery } from '@/api/records'
import { filtersFromQuery, nextSort, parseFilter, placed } from '@/ledgers/filters'
import { differences, mergeOnto } from '@/ledgers/values'

describe('filters', () => {
  it('are written as the server reads them', () => {
    expect(filterText({ field: 'risk_level', op: 'in', value: ['major', 'general'] })).toBe('risk_level:in:major,general')
    expect(filterText({ field: 'employees', op: 'ge', value: 300 })).toBe('employees:ge:300')
  })
  it('come back from the address, colons in the value included', () => {
    expect(parseFilter('note:like:a:b')).toEqual({ field: 'note', op: 'like', value: 'a:b' })
    expect(parseFilter('note:near:a')).toBeNull()
    expect(parseFilter('note')).toBeNull()
    expect(filtersFromQuery(['a:eq:1', 'nonsense'])).toHaveLength(1)
    expect(filtersFromQuery(undefined)).toEqual([])
  })
  it('without a value are not sent', () => {
    const query = recordQuery({ q: ' x ', filters: [{ field: 'a', op: 'eq', value: '' }, { field: 'b', op: 'in', value: [] }, { field: 'c', op: 'eq', value: '1' }] })
    expect(query.filter).toEqual(['c:eq:1'])
    expect(query.q).toBe('x')
  })
})

describe('two groups of conditions', () => {
  const one = { field: 'a', op: 'eq' as const, value: '1' }
  const two = { field: 'b', op: 'eq' as const, value: '2' }
  const fresh = { group: 'all' as const, index: -1 }
  it('take a new one at their end, and none twice', () => {
    expect(placed({ all: [one], any: [] }, fresh, { group: 'any', filter: two })).toEqual([[one], [two]])
    expect(placed({ all: [one, two], any: [] }, fresh, { group: 'all', filter: one })).toEqual([[two, one], []])
  })
  it('keep the place of a changed one, and let it change sides', () => {
    const changed = { ...one, value: '9' }
    expect(placed({ all: [one, two], any: [] }, { group: 'all', index: 0 }, { group: 'all', filter: changed })).toEqual([[changed, two], []])
    expect(placed({ all: [one, two], any: [] }, { group: 'all', index: 0 }, { group: 'any', filter: one })).toEqual([[two], [one]])
    expect(placed({ all: [one, two], any: [] }, { group: 'all', index: 0 }, { group: 'all', filter: two })).toEqual([[two], []])
  })
})

describe('sorting and differences', () => {
  it('turns up, down, off', () => {
    expect(nextSort('', 'name')).toBe('name')
    expect(nextSort('name', 'name')).toBe('-name')
    expect(nextSort('-name', 'name')).toBe('')
    expect(nextSort('-name', 'code')).toBe('code')
  })
  it('treats absent and null alike', () => {
    expect(differences({ a: 1, b: null, c: [1] }, { a: 2, c: [1] })).toEqual(['a'])
  })
  it('keeps what only the other changed', () => {
    expect(mergeOnto({ a: 9, b: 2 }, { a: 1, b: 2 }, { a: 1, b: 3 })).toEqual({ a: 9, b: 3 })
    expect(mergeOnto({ a: 9, b: 2 }, { a: 1, b: 2 }, { a: 1 })).toEqual({ a: 9 })
  })
})
