/** Pure rules of the import wizard. */
import type { Job, RowError, SheetImport, SheetPlan } from '@/api/imports'
import type { Kind } from '@/api/types'
import { textOf } from '@/ui/bilingual'

export type Step = 'file' | 'columns' | 'check' | 'run' | 'result'
export const STEPS: Step[] = ['file', 'columns', 'check', 'run', 'result']

const OPEN = new Set(['queued', 'running', 'paused'])
export function isOpen(job: Job | null | undefined): boolean {
  return job !== null && job !== undefined && OPEN.has(job.state)
}

/** Where an import stands for the person in front of it. */
export function stepOf(one: SheetImport): Step {
  const job = one.job
  if (job && isOpen(job)) {
    if (job.kind === 'import.read') return 'file'
    if (job.kind === 'import.check') return 'check'
    return job.kind === 'import.run' ? 'run' : 'result'
  }
  if (one.stage === 'uploaded') return 'file'
  if (one.stage === 'mapping') return 'columns'
  if (one.stage === 'checked') return job?.kind === 'import.run' && job.state === 'failed' ? 'run' : 'check'
  return 'result'
}

export interface Target {
  value: string
  label: string
  required: boolean
}

/** The fixed columns are named by the caller, in the person's language. */
export function targetsOf(kind: Kind, fixed: (name: string) => string): Target[] {
  const names = ['code', 'name', 'division', ...(kind.geometry === 'point' ? ['lon', 'lat', 'position'] : []), ...(kind.name === 'enterprise' ? [] : ['enterprise'])]
  const required = new Set(['name', 'division'])
  return [
    ...names.map((name) => ({ value: name, label: fixed(name), required: required.has(name) })),
    ...kind.fields.map((field) => ({ value: field.name, label: textOf(field.title), required: field.required })),
  ]
}

/** Needed fields that no column and no fixed value gives. */
export function missing(plan: SheetPlan, targets: Target[]): Target[] {
  const given = new Set([...plan.columns.map((column) => column.target), ...Object.entries(plan.defaults).filter(([, value]) => value !== '').map(([name]) => name)])
  return targets.filter((target) => target.required && !given.has(target.value))
}

/** A column takes a field; whoever had it before gives it up. */
export function assign(plan: SheetPlan, index: number, target: string | null): SheetPlan {
  const columns = plan.columns.map((column) => {
    if (column.index === index) return { ...column, target, by: 'chosen' as const }
    return target !== null && column.target === target ? { ...column, target: null, by: null } : column
  })
  const has = (name: string | null) => columns.some((column) => column.target === name)
  const identify_by = has(plan.identify_by) ? plan.identify_by : has('code') ? 'code' : has('name') ? 'name' : null
  return { ...plan, columns, identify_by }
}

export function targetOf(field: string): string {
  return field.replace(/^attributes\./, '').split('.')[0] ?? field
}

/** Corrections that a person has gathered and not yet applied. */
export interface Corrections {
  values: Map<string, { target: string; from: string; to: string }>
  cells: Map<string, { row: number; target: string; value: string }>
  replacements: { target: string | null; find: string; replace: string }[]
  swap: boolean
}
export function noCorrections(): Corrections {
  return { values: new Map(), cells: new Map(), replacements: [], swap: false }
}
export function countOf(corrections: Corrections): number {
  return corrections.values.size + corrections.cells.size + corrections.replacements.length + (corrections.swap ? 1 : 0)
}
export function correct(plan: SheetPlan, corrections: Corrections): SheetPlan {
  const values = new Map(plan.values.map((rule) => [`${rule.target}\n${rule.from}`, rule]))
  for (const [key, rule] of corrections.values) values.set(key, rule)
  const cells = new Map(plan.cells.map((fix) => [`${fix.row}\n${fix.target}`, fix]))
  for (const [key, fix] of corrections.cells) cells.set(key, fix)
  return {
    ...plan,
    values: [...values.values()],
    cells: [...cells.values()],
    replacements: [...plan.replacements, ...corrections.replacements],
    swap_coordinates: plan.swap_coordinates || corrections.swap,
  }
}

/** A text that stands in a cell at fault, as it is known to the plan. */
export function valueKey(target: string, from: string): string {
  return `${target}\n${from}`
}

export function errorOf(errors: RowError[], target: string | null): RowError | undefined {
  if (!target) return undefined
  return errors.find((error) => targetOf(error.field) === target || (target === 'lon' && error.field === 'location'))
}

/** `45 s`, `2 min`: how long it still takes, as one says it. */
export function spanWords(seconds: number, t: (key: string, values: Record<string, number>) => string): string {
  return seconds < 90 ? t('imports.seconds', { n: Math.max(1, Math.round(seconds)) }) : t('imports.minutes', { n: Math.round(seconds / 60) })
}
