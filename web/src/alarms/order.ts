import type { Alarm, AlarmPriority } from '@/api/types'

export const RANK: Record<AlarmPriority, number> = { urgent: 0, high: 1, medium: 2, low: 3 }

/** Unacknowledged first, then priority, then still active, then newest. */
export function byUrgency(a: Alarm, b: Alarm): number {
  return (
    Number(a.acknowledged) - Number(b.acknowledged) ||
    RANK[a.priority] - RANK[b.priority] ||
    Number(b.active) - Number(a.active) ||
    Date.parse(b.raised_at) - Date.parse(a.raised_at)
  )
}
