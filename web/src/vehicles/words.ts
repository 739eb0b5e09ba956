/** Driving in words. */
import { useI18n } from 'vue-i18n'
import { formatDistance } from '@/ui/time'
import type { Happening } from './track'

export function useDrivingWords() {
  const { t, te } = useI18n()
  /** `4 h 12 min`; never seconds where minutes are enough. */
  function span(seconds: number): string {
    const minutes = Math.round(seconds / 60)
    if (minutes < 1) return t('driving.seconds', { n: Math.max(0, Math.round(seconds)) })
    const hours = Math.floor(minutes / 60)
    if (hours === 0) return t('driving.minutes', { n: minutes })
    return t('driving.hours_minutes', { h: hours, m: minutes % 60 })
  }
  const alarmName = (name: string): string => (te(`vehicle.alarm.${name}`) ? t(`vehicle.alarm.${name}`) : name)
  function title(one: Happening): string {
    if (one.kind === 'stop') return t('driving.stop_n', { n: one.number ?? 0 })
    if (one.kind === 'alarm') return t('driving.terminal_alarm', { name: alarmName(one.alarm ?? '') })
    return t(`driving.${one.kind}`)
  }
  function details(one: Happening): string {
    const seconds = one.to === null ? null : (one.to - one.from) / 1000
    if (one.kind === 'speeding') return t('driving.speeding_detail', { speed: Math.round(one.speed ?? 0), limit: Math.round(one.limit ?? 0), over: Math.round((one.speed ?? 0) - (one.limit ?? 0)), way: formatDistance(one.metres ?? 0), span: span(seconds ?? 0) })
    if (one.kind === 'continuous' || one.kind === 'night') return t('driving.fatigue_detail', { span: span(one.seconds ?? 0), limit: span(one.limit ?? 0) })
    if (one.kind === 'displaced') return t('driving.displaced_detail', { span: span(seconds ?? 0), way: formatDistance(one.metres ?? 0) })
    return seconds === null ? t('driving.still') : span(seconds)
  }
  return { span, title, details, alarmName }
}
