/** Filters of a list, kept in the address so that a view can be sent. */
import type { Filter, FilterOp } from '@/api/records'
import type { FieldSpec } from '@/api/types'

const OPS: FilterOp[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'like', 'in']

export function opsFor(type: FieldSpec['type']): FilterOp[] {
  if (type === 'number' || type === 'integer' || type === 'date') return ['ge', 'le', 'eq']
  if (type === 'text') return ['like', 'eq']
  if (type === 'list') return ['eq']
  return ['eq', 'ne']
}

export function parseFilter(text: string): Filter | null {
  const [field, op, ...rest] = text.split(':')
  if (!field || !OPS.includes(op as FilterOp) || rest.length === 0) return null
  const value = rest.join(':')
  return { field, op: op as FilterOp, value: op === 'in' ? value.split(',') : value }
}

export function filtersFromQuery(value: unknown): Filter[] {
  const texts = Array.isArray(value) ? value : value ? [value] : []
  return texts.map((text) => parseFilter(String(text))).filter((one): one is Filter => one !== null)
}

/** `name` → `-name` → none. */
export function nextSort(current: string, field: string): string {
  if (current === field) return `-${field}`
  return current === `-${field}` ? '' : field
}
