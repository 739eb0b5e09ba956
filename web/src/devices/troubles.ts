/** What is wrong with a device, in plain words. */
import { i18n } from '@/i18n'
import type { Trouble } from '@/api/devices'
import { formatTime } from '@/ui/time'

/** Worth a walk today; the others can wait. */
const URGENT = ['silent', 'clock', 'jump', 'out_of_scale', 'calibration_overdue']

export function toneOf(trouble: string): 'bad' | 'wait' {
  return URGENT.includes(trouble) ? 'bad' : 'wait'
}

export function spanOf(seconds: number): string {
  const { t } = i18n.global
  const whole = Math.abs(seconds)
  if (whole < 120) return t('health.seconds', { n: whole })
  const minutes = Math.floor(whole / 60)
  return minutes < 120 ? t('health.minutes', { n: minutes }) : t('health.hours', { h: Math.floor(minutes / 60), m: minutes % 60 })
}

export function clockWords(seconds: number): string {
  return i18n.global.t(seconds > 0 ? 'health.clock_slow' : 'health.clock_fast', { span: spanOf(seconds) })
}

/** The figures of a trouble; its name stands beside it. */
export function factsOf(one: Trouble): string {
  const { t } = i18n.global
  const parts: string[] = []
  if (one.series_name) parts.push(one.series_name)
  if (one.seconds !== null) parts.push(clockWords(one.seconds))
  if (one.days !== null) parts.push(one.days < 0 ? t('health.overdue', { n: -one.days }) : t('health.left', { n: one.days }))
  if (one.value !== null) parts.push(one.before === null ? t('health.value', { value: one.value, unit: one.unit ?? '' }) : t('health.change', { before: one.before, value: one.value, unit: one.unit ?? '' }))
  if (one.since) parts.push(t('health.since', { time: formatTime(one.since) }))
  return parts.join(' · ')
}
