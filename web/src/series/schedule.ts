/** When rules apply, in words. */
import type { Schedule } from '@/api/series'
import type { Words } from './kinds'

/** Days of the week as the server counts them: Monday is 1. */
export const DAYS = [1, 2, 3, 4, 5, 6, 7]

const day = (text: string, t: Words): string => {
  const [month, date] = text.split('-').map(Number)
  return month && date ? t('schedule.date', { month, date }) : text
}
function daysText(days: number[], t: Words): string {
  if (days.length === 7) return t('schedule.daily')
  const ordered = [...days].sort()
  const first = ordered[0] ?? 1
  const last = ordered.at(-1) ?? 7
  if (ordered.length > 2 && last - first === ordered.length - 1) return t('schedule.days_from_to', { from: t(`schedule.day_${first}`), to: t(`schedule.day_${last}`) })
  return ordered.map((one) => t(`schedule.day_${one}`)).join(t('schedule.and'))
}
export function scheduleText(schedule: Schedule, t: Words): string {
  const seasons = schedule.seasons.map((one) => t('schedule.season_says', { from: day(one.from, t), to: day(one.to, t) }))
  const hours = schedule.hours.map((one) => t(one.to > one.from ? 'schedule.hours_says' : 'schedule.hours_over_night', { days: daysText(one.days, t), from: one.from, to: one.to }))
  return [seasons.join(t('schedule.or')), hours.join(t('schedule.or'))].filter(Boolean).join(t('schedule.within'))
}
