import { i18n } from '@/i18n'

/** The spans of time that figures are asked for. */
export const PERIODS = [7, 30, 90, 365] as const
export type Period = (typeof PERIODS)[number]

/** Whole days in local time, so that today's figures do not depend on the hour. */
export function startOf(days: number, now = Date.now()): string {
  const start = new Date(now)
  start.setHours(0, 0, 0, 0)
  start.setDate(start.getDate() - days + 1)
  return start.toISOString()
}

/** Minutes as people say them. */
export function formatMinutes(minutes: number | null | undefined): string {
  const { t } = i18n.global
  if (minutes === null || minutes === undefined) return '—'
  const rounded = Math.round(minutes)
  if (rounded < 120) return t('timeliness.minutes', { n: minutes < 10 ? Math.round(minutes * 10) / 10 : rounded })
  const hours = Math.floor(rounded / 60)
  if (hours < 48) return t('timeliness.hours', { h: hours, m: rounded % 60 })
  return t('timeliness.long', { d: Math.floor(hours / 24), h: hours % 24 })
}

export function formatShare(share: number | null | undefined): string {
  return share === null || share === undefined ? '—' : `${Math.round(share * 1000) / 10} %`
}
