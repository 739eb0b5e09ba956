/** Two people changed the same record: what each did, field by field; pure. */
import type { FsRecord, LonLat, RecordInput } from '@/api/types'
import { differences } from './values'

export interface Choice {
  /** `name`, `division`, `location`, `enterprise` or `attributes.<name>`. */
  field: string
  theirs: unknown
  mine: unknown
  /** Both changed it, and not to the same. */
  conflict: boolean
}

type Common = { name: string; division: string; location?: LonLat | null; enterprise?: string | null; attributes: Record<string, unknown> }

export function flatRecord(record: Common): Record<string, unknown> {
  const attributes = Object.entries(record.attributes).map(([name, value]) => [`attributes.${name}`, value] as const)
  return { name: record.name, division: record.division, location: record.location ?? null, enterprise: record.enterprise ?? null, ...Object.fromEntries(attributes) }
}

/** Only what I changed is a question; what only the other changed stays theirs. */
export function threeWay(before: FsRecord, current: FsRecord, mine: RecordInput): Choice[] {
  const [old, theirs, own] = [flatRecord(before), flatRecord(current), flatRecord(mine as Common)]
  const byMe = differences(old, own)
  const byThem = new Set(differences(old, theirs))
  return byMe.filter((field) => differences({ x: theirs[field] }, { x: own[field] }).length > 0).map((field) => ({ field, theirs: theirs[field] ?? null, mine: own[field] ?? null, conflict: byThem.has(field) }))
}

/** The values that a person chose. */
export function chosenValues(choices: readonly Choice[], taken: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(choices.filter((one) => taken.has(one.field)).map((one) => [one.field, one.mine]))
}
