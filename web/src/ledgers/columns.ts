/** Which columns a ledger shows, in which order and width; pure. */
import type { FieldSpec, Kind } from '@/api/types'

export interface Column {
  name: string
  /** Pixels; absent: as wide as its content. */
  width?: number
}
export type Density = 'comfortable' | 'compact'
export interface Arrangement {
  columns: Column[]
  density: Density
  /** Width of the first column, which holds the name. */
  first?: number
}

/** Columns that every kind has besides the name, which always comes first. */
export const COMMON = ['code', 'division', 'enterprise', 'location', 'updated_at', 'updated_by', 'created_at'] as const
const SORTABLE = new Set<string>(['name', 'code', 'division', 'enterprise', 'updated_at', 'created_at'])
const NARROWEST = 60
const WIDEST = 900

/** Objects, and lists of them: nothing to sort or filter by. */
export function isNested(field: FieldSpec, kind: Kind): boolean {
  if (field.type === 'object') return true
  const schema = (kind.schema.properties as Record<string, { items?: { type?: unknown } }> | undefined)?.[field.name]
  return field.type === 'list' && schema?.items?.type === 'object'
}

/** Everything that can be a column, in the order of the form. */
export function available(kind: Kind): string[] {
  const common = COMMON.filter((name) => (name !== 'enterprise' || kind.name !== 'enterprise') && (name !== 'location' || kind.geometry === 'point'))
  return [...common.slice(0, 2), ...kind.fields.filter((field) => !isNested(field, kind)).map((field) => field.name), ...common.slice(2)]
}

export function standard(kind: Kind): Arrangement {
  const listed = kind.fields.filter((field) => field.listed && !isNested(field, kind)).slice(0, 6)
  return { columns: ['division', ...listed.map((field) => field.name), 'updated_at'].map((name) => ({ name })), density: 'comfortable' }
}

/** What was kept, as far as it still makes sense for the kind. */
export function readArrangement(kept: unknown, kind: Kind): Arrangement {
  const given = kept as Partial<Arrangement> | null
  if (!given || !Array.isArray(given.columns)) return standard(kind)
  const possible = new Set(available(kind))
  const columns = given.columns.filter((one) => one && possible.has(one.name)).map((one) => ({ name: one.name, ...(typeof one.width === 'number' ? { width: clampWidth(one.width) } : {}) }))
  return { columns, density: given.density === 'compact' ? 'compact' : 'comfortable', ...(typeof given.first === 'number' ? { first: clampWidth(given.first) } : {}) }
}

export function clampWidth(width: number): number {
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)))
}

export function moved<T>(list: readonly T[], from: number, by: number): T[] {
  const to = Math.min(list.length - 1, Math.max(0, from + by))
  const next = [...list]
  const [one] = next.splice(from, 1)
  if (one !== undefined) next.splice(to, 0, one)
  return next
}

export function isSortable(name: string, kind: Kind): boolean {
  if (SORTABLE.has(name)) return true
  const field = kind.fields.find((one) => one.name === name)
  return Boolean(field && !field.personal && field.type !== 'list' && field.type !== 'object')
}

export function isRight(field: FieldSpec | undefined): boolean {
  return field?.type === 'number' || field?.type === 'integer'
}
