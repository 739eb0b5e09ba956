/** Why an alarm was raised, in words and figures. */
import type { Alarm } from '@/api/types'
import { aboutText, figure, spanText, type Words } from '@/series/kinds'
import { scheduleText } from '@/series/schedule'
import { formatTime } from '@/ui/time'

export type Explanation = NonNullable<Alarm['explanation']>

const with_unit = (value: number, unit: string): string => `${figure(value)} ${unit}`.trim()
/** As fine as the usual spread tells: two digits of it. */
const spread_digits = (sigma: number): number => Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(sigma > 0 ? sigma : 1))))
export const to_spread = (value: number, sigma: number | null | undefined): number => Number(value.toFixed(spread_digits(sigma ?? 0)))
const seconds = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 1000)

function ofRate(it: Explanation, t: Words): string {
  const span = it.first && it.last ? seconds(it.first.at, it.last.at) : (it.window_seconds ?? 0)
  const rate = it.figure ?? 0
  const change = it.first && it.last ? it.last.value - it.first.value : (rate * span) / 60
  return t('explanation.rate', {
    span: aboutText(span, t), way: t(change < 0 ? 'rule.way_fall' : 'rule.way_rise'), change: with_unit(Math.abs(change), it.unit),
    rate: with_unit(Math.abs(rate), it.unit), limit: with_unit(it.limit ?? 0, it.unit),
  })
}

function ofDeviation(it: Explanation, t: Words): string {
  const departed = it.figure ?? 0
  return t('explanation.deviation', {
    way: t(departed < 0 ? 'explanation.below_usual' : 'explanation.above_usual'), figure: figure(Math.abs(departed)), limit: figure(it.limit ?? 0),
    usual: with_unit(to_spread(it.baseline ?? 0, it.sigma), it.unit), now: with_unit(it.last?.value ?? 0, it.unit),
  })
}

function ofIntensity(it: Explanation, t: Words): string {
  const worst = [...it.durations].sort((one, other) => other.intensity / other.threshold - one.intensity / one.threshold)[0]
  if (!worst) return t('rule.kind_intensity_duration')
  return t('explanation.intensity_duration', { hours: worst.hours, rain: with_unit(worst.rain, it.unit), intensity: worst.intensity.toFixed(2), threshold: worst.threshold.toFixed(2), unit: it.unit, ratio: figure(it.figure ?? 0) })
}

function ofAbsence(it: Explanation, t: Words): string {
  const span = spanText(it.window_seconds ?? 0, t)
  return it.heard_at ? t('explanation.absence', { at: formatTime(it.heard_at), span }) : t('explanation.absence_never', { span })
}

/** The sentence that says why. */
export function explain(it: Explanation, t: Words): string {
  const unit = it.unit
  switch (it.kind) {
    case 'high':
    case 'low': return t(`explanation.${it.kind}`, { value: it.figure === null ? '—' : with_unit(it.figure, unit), limit: with_unit(it.limit ?? 0, unit) })
    case 'rate': return ofRate(it, t)
    case 'sum': return t('explanation.sum', { span: spanText(it.window_seconds ?? 0, t), sum: with_unit(it.figure ?? 0, unit), n: it.readings ?? 0, limit: with_unit(it.limit ?? 0, unit) })
    case 'intensity_duration': return ofIntensity(it, t)
    case 'flat': return t(it.deadband ? 'explanation.flat_within' : 'explanation.flat', { span: aboutText(it.figure ?? 0, t), n: it.readings ?? 0, value: with_unit(it.last?.value ?? 0, unit), band: with_unit(it.deadband, unit), limit: spanText(it.window_seconds ?? 0, t) })
    case 'absence': return ofAbsence(it, t)
    case 'deviation': return ofDeviation(it, t)
  }
}

/** What else belongs to it: the readings compared, the delay, whom it speaks for. */
export function circumstances(it: Explanation, t: Words): string[] {
  const lines: string[] = []
  if (it.kind === 'rate' && it.first && it.last) lines.push(t('explanation.from_to', { from: with_unit(it.first.value, it.unit), from_at: formatTime(it.first.at), to: with_unit(it.last.value, it.unit), to_at: formatTime(it.last.at) }))
  if (it.kind === 'deviation') lines.push(t(it.learned_at ? 'explanation.learned_until' : 'explanation.learned', { method: t(`rule.method_${it.method ?? 'ewma'}`), n: it.training_readings ?? 0, sigma: with_unit(to_spread(it.sigma ?? 0, it.sigma), it.unit), at: it.learned_at ? formatTime(it.learned_at) : '' }))
  if (it.kind === 'deviation' && it.first) lines.push(t('explanation.beyond_since', { at: formatTime(it.first.at) }))
  if (it.on_delay_seconds > 0) lines.push(t('explanation.held', { span: spanText(it.on_delay_seconds, t) }))
  if (it.schedule) lines.push(t('schedule.applies', { when: scheduleText(it.schedule, t) }))
  if (it.whole_device) lines.push(t('explanation.whole_device'))
  return lines
}

/** Whether the figure of an alarm is a time and not something measured. */
export function isTime(alarm: Pick<Alarm, 'explanation'>): boolean {
  return alarm.explanation?.kind === 'absence' || alarm.explanation?.kind === 'flat'
}

/** Figure, unit and the small print beside it, as every list shows them. */
export function figureOf(alarm: Pick<Alarm, 'explanation' | 'value' | 'unit' | 'limit'>, t: Words): { value: string; unit: string; note: string } {
  if (isTime(alarm) && alarm.explanation) return { value: spanText(Number(alarm.limit ?? 0), t), unit: '', note: t(`rule.kind_${alarm.explanation.kind}`) }
  return { value: alarm.value ?? '—', unit: alarm.unit, note: `${t('alarm.limit')} ${alarm.limit ?? '—'}` }
}
