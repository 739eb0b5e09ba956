/** Attribute values as text; pure. */
import type { Bilingual, FieldSpec } from '@/api/types'

type Reader = (value: Bilingual) => string

function optionText(field: FieldSpec, value: unknown, read: Reader): string {
  const option = field.options?.find((one) => one.value === value)
  return option ? read({ zh: option.zh, en: option.en }) : String(value)
}

export function valueText(field: FieldSpec, value: unknown, words: { yes: string; no: string }, read: Reader): string {
  if (value === null || value === undefined || value === '') return '—'
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (Array.isArray(value)) {
    return value.map((one) => (typeof one === 'object' && one !== null ? Object.values(one).filter((part) => typeof part !== 'object').join(' ') : optionText(field, one, read))).join('、')
  }
  if (typeof value === 'object') return JSON.stringify(value)
  if (field.options?.length) return optionText(field, value, read)
  return field.unit ? `${value} ${field.unit}` : String(value)
}

/** Which attributes differ between two versions. */
export function differences(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null)).sort()
}

type Values = Record<string, unknown>

/** My changes laid over what somebody else has saved meanwhile: what I did not touch stays theirs. */
export function mergeOnto(current: Values, original: Values, mine: Values): Values {
  const merged: Values = { ...current }
  for (const name of differences(original, mine)) {
    if (mine[name] === undefined) delete merged[name]
    else merged[name] = mine[name]
  }
  return merged
}
