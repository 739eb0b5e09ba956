import { describe, expect, it } from 'vitest'
import type { SheetImport, SheetPlan } from '../src/api/imports'
import { assign, correct, errorOf, missing, noCorrections, stepOf, targetOf } from '../src/imports/plan'

const column = (index: number, target: string | null) => ({ index, heading: `c${index}`, target, by: target ? ('exact' as const) : null })
const plan = (): SheetPlan => ({
  sheet: 's', header_row: 2, columns: [column(0, 'name'), column(1, 'division'), column(2, null)], identify_by: 'name',
  defaults: {}, datum: 'cgcs2000', swap_coordinates: false, values: [], replacements: [], cells: [], skip_rows: [],
})
const target = (value: string, required = false) => ({ value, label: value, required })

describe('the plan of an import', () => {
  it('gives a field to one column only', () => {
    const changed = assign(plan(), 2, 'name')
    expect(changed.columns.map((one) => one.target)).toEqual([null, 'division', 'name'])
    expect(changed.columns[2]?.by).toBe('chosen')
    expect(assign(plan(), 0, null).identify_by).toBeNull()
  })
  it('says which needed field comes from nowhere', () => {
    const targets = [target('name', true), target('division', true), target('industry', true), target('phone')]
    expect(missing(plan(), targets).map((one) => one.value)).toEqual(['industry'])
    expect(missing({ ...plan(), defaults: { industry: 'gas' } }, targets)).toEqual([])
  })
  it('keeps one rule per text and one value per cell', () => {
    const corrections = noCorrections()
    corrections.values.set('industry\nx', { target: 'industry', from: 'x', to: 'gas' })
    corrections.cells.set('4\nname', { row: 4, target: 'name', value: 'b' })
    const before = { ...plan(), values: [{ target: 'industry', from: 'x', to: 'coal' }], cells: [{ row: 4, target: 'name', value: 'a' }] }
    const after = correct(before, corrections)
    expect([after.values, after.cells]).toEqual([[{ target: 'industry', from: 'x', to: 'gas' }], [{ row: 4, target: 'name', value: 'b' }]])
  })
  it('finds the cell of a mistake', () => {
    expect(targetOf('attributes.stock.0.name')).toBe('stock')
    const errors = [{ row: 1, column: '', field: 'attributes.phone', code: 'x', message: '', value: null, suggestion: null, params: {} }]
    expect(errorOf(errors, 'phone')?.code).toBe('x')
    expect(errorOf(errors, 'name')).toBeUndefined()
  })
  it('shows the step that the job is at, else the one that was reached', () => {
    const at = (stage: string, kind: string, state: string) => stepOf({ stage, job: { kind, state } } as unknown as SheetImport)
    expect(at('checked', 'import.run', 'running')).toBe('run')
    expect(at('checked', 'import.run', 'cancelled')).toBe('check')
    expect(at('mapping', 'import.check', 'queued')).toBe('check')
    expect(at('done', 'import.undo', 'running')).toBe('result')
    expect(at('uploaded', 'import.read', 'failed')).toBe('file')
  })
})
