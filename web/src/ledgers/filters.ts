/** Filters of a list, kept in the address so that a view can be sent. */
import { filterText, type Filter, type FilterOp } from '@/api/records'
import type { FieldSpec, Kind } from '@/api/types'
import { isNested } from './columns'

const OPS: FilterOp[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'like', 'in']

/** What a filter can speak of: a field of the kind, or a column that every record has. */
export interface FilterField {
  name: string
  type: FieldSpec['type'] | 'time'
  options: { value: string; zh: string; en: string }[]
  reference: string | null
  unit: string | null
  /** The kind's own title; common columns have theirs in the catalogues. */
  title: { zh: string; en: string } | null
}

export function filterFields(kind: Kind): FilterField[] {
  const own = kind.fields.filter((field) => field.filterable && !field.personal && !isNested(field, kind))
  const common = (name: string, type: FilterField['type'], reference: string | null = null): FilterField => ({ name, type, options: [], reference, unit: null, title: null })
  return [
    common('name', 'text'),
    common('code', 'text'),
    ...own.map((field) => ({ name: field.name, type: field.type, options: field.options ?? [], reference: field.reference ?? null, unit: field.unit ?? null, title: field.title })),
    ...(kind.name === 'enterprise' ? [] : [common('enterprise', 'reference', 'enterprise')]),
    common('updated_at', 'time'),
  ]
}

/** The comparisons that make sense for a type, the usual one first. */
export function opsFor(type: FilterField['type'], hasOptions = false): FilterOp[] {
  if (type === 'number' || type === 'integer') return ['ge', 'le', 'eq', 'gt', 'lt', 'ne']
  if (type === 'date') return ['ge', 'le', 'eq']
  if (type === 'time') return ['ge', 'le']
  if (type === 'enum') return ['in', 'ne']
  if (type === 'boolean') return ['eq']
  if (type === 'list') return hasOptions ? ['in'] : ['eq']
  if (type === 'reference') return ['eq', 'ne']
  return ['like', 'eq', 'ne']
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

/** Conditions that must all hold, and those of which at least one must. */
export type FilterGroup = 'all' | 'any'

/** Both groups after a condition was put into one of them, in place of the one that was being changed; never twice the same. */
export function placed(
  groups: Record<FilterGroup, Filter[]>, at: { group: FilterGroup; index: number }, next: { group: FilterGroup; filter: Filter },
): [Filter[], Filter[]] {
  const text = filterText(next.filter)
  const stays = at.index >= 0 && at.group === next.group
  const rest = (group: FilterGroup): Filter[] =>
    groups[group].flatMap((one, index) => {
      const changed = group === at.group && index === at.index
      if (changed) return stays ? [next.filter] : []
      return group === next.group && filterText(one) === text ? [] : [one]
    })
  const added = (group: FilterGroup): Filter[] => (!stays && group === next.group ? [...rest(group), next.filter] : rest(group))
  return [added('all'), added('any')]
}

/** `name` → `-name` → none. */
export function nextSort(current: string, field: string): string {
  if (current === field) return `-${field}`
  return current === `-${field}` ? '' : field
}

/** A day of the calendar as the moment at which it begins or ends here. */
export function dayToTime(day: string, op: FilterOp): string {
  const at = new Date(`${day}T${op === 'le' ? '23:59:59.999' : '00:00:00'}`)
  return Number.isNaN(at.getTime()) ? '' : at.toISOString()
}
function two(number: number): string {
  return String(number).padStart(2, '0')
}
export function timeToDay(time: string): string {
  const at = new Date(time)
  if (Number.isNaN(at.getTime())) return ''
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** Whether a value can be sent. */
export function isGiven(value: Filter['value'] | null | undefined): boolean {
  return value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
}
