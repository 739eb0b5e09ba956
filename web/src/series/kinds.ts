/** What rules watch for, and their conditions in words. */
import type { Rule } from '@/api/series'
import { SIGN, type Level } from './levels'

/** How a screen asks for words. */
export type Words = (key: string, values?: Record<string, unknown>) => string

/** As a person chooses: high and low limits are one kind with four levels. */
export const KINDS = ['limit', 'rate', 'sum', 'intensity_duration', 'deviation', 'flat', 'absence'] as const
export type Kind = (typeof KINDS)[number]
export type RuleKind = Rule['kind']
/** The kinds that look back over a span of time. */
export type Windowed = Exclude<Kind, 'limit' | 'deviation' | 'intensity_duration'>
export const windowed = (kind: Kind): kind is Windowed => kind !== 'limit' && kind !== 'deviation' && kind !== 'intensity_duration'

/** The durations, in hours, over which rain is usually judged. */
export const DURATIONS = [1, 3, 6, 12, 24, 48, 72]
/** The lower bound that Caine published in 1980: mm/h over hours. A bureau types in that of its own region. */
export const CAINE = { a: 14.82, b: 0.39, c: 0 }
export const thresholdOf = (it: { a?: number; b?: number; c?: number }, hours: number): number => (it.a ?? 0) * hours ** -(it.b ?? 0) + (it.c ?? 0)

export type Method = NonNullable<Rule['method']>
/** The methods of a deviation, each with the limit in sigmas that its figures were made with. */
export const METHODS: [Method, number][] = [['ewma', 4], ['zscore', 4], ['cusum', 8]]
/** How many readings a deviation learns from, most used, and the fewest and the most. */
export const TRAININGS = [100, 300, 1000, 2016]
export const TRAINING_BOUNDS: [number, number] = [20, 2016]

export function kindOf(kind: RuleKind): Kind {
  return kind === 'high' || kind === 'low' ? 'limit' : kind
}

/** The windows that people use most, in seconds, and the unit in which the first is offered. */
export const USUAL: Record<Windowed, number[]> = {
  rate: [60, 300, 600, 1800],
  sum: [3600, 10_800, 21_600, 43_200, 86_400],
  flat: [1800, 3600, 21_600, 86_400],
  absence: [300, 600, 1800, 3600],
}
export const BOUNDS: Record<Windowed, [number, number]> = { rate: [10, 86_400], sum: [60, 2_592_000], flat: [60, 604_800], absence: [30, 2_592_000] }

const UNITS = [['days', 86_400], ['hours', 3600], ['minutes', 60], ['seconds', 1]] as const
export type SpanUnit = (typeof UNITS)[number][0]
export const SPAN_UNITS: SpanUnit[] = ['seconds', 'minutes', 'hours', 'days']
export const secondsIn = (unit: SpanUnit): number => UNITS.find(([name]) => name === unit)?.[1] ?? 1

/** The largest unit that tells a span in whole numbers; a day is 24 hours, as people say of rain. */
export function unitOf(seconds: number): SpanUnit {
  return UNITS.find(([, size]) => seconds >= size && seconds % size === 0 && !(size === 86_400 && seconds === 86_400))?.[0] ?? 'seconds'
}
export function spanText(seconds: number, t: Words): string {
  const unit = unitOf(seconds)
  return t(`span.${unit}`, { n: seconds / secondsIn(unit) })
}
/** A span that came about: no finer than people speak of. */
export function aboutText(seconds: number, t: Words): string {
  const size = seconds >= 172_800 ? 3600 : seconds >= 600 ? 60 : 1
  return spanText(Math.max(size, Math.round(seconds / size) * size), t)
}
/** Six digits are more than any instrument has. */
export const figure = (value: number): string => String(Number(value.toPrecision(6)))

/** The short sign at the head of a rule. */
export function signOf(rule: Pick<Rule, 'kind' | 'level'>, t: Words): string {
  return rule.kind === 'high' || rule.kind === 'low' ? (SIGN[(rule.level ?? rule.kind) as Level] ?? '') : t(`rule.sign_${rule.kind}`)
}
/** The condition of a rule in one line. */
export function conditionOf(rule: Pick<Rule, 'kind' | 'limit' | 'window_seconds' | 'direction' | 'deadband'> & Partial<Pick<Rule, 'method' | 'training_readings' | 'intensity'>>, unit: string, t: Words): string {
  const span = spanText(rule.window_seconds ?? 0, t)
  const limit = `${figure(rule.limit ?? 0)} ${unit}`.trim()
  switch (rule.kind) {
    case 'high': return `≥ ${limit}`
    case 'low': return `≤ ${limit}`
    case 'rate': return t('rule.says_rate', { span, way: t(`rule.way_${rule.direction ?? 'rise'}`), limit })
    case 'sum': return t('rule.says_sum', { span, limit })
    case 'intensity_duration': return t(rule.intensity?.antecedent ? 'rule.says_intensity_wet' : 'rule.says_intensity', { a: figure(rule.intensity?.a ?? 0), b: figure(rule.intensity?.b ?? 0), c: rule.intensity?.c ? ` + ${figure(rule.intensity.c)}` : '', hours: rule.intensity?.durations_hours.join('、') ?? '', unit })
    case 'flat': return rule.deadband ? t('rule.says_flat_within', { span, band: `${figure(rule.deadband)} ${unit}`.trim() }) : t('rule.says_flat', { span })
    case 'absence': return t('rule.says_absence', { span })
    case 'deviation': return t('rule.says_deviation', { limit: figure(rule.limit ?? 0), method: t(`rule.method_${rule.method ?? 'ewma'}`), n: rule.training_readings ?? 0 })
  }
}
