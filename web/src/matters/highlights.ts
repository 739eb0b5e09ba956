import type { TimelineEntry } from '@/api/types'

/** What a person reading the story wants first; the rest is one press away. */
export function isHighlight(entry: TimelineEntry, matter: string): boolean {
  const detail = (typeof entry.detail === 'object' && entry.detail !== null ? entry.detail : {}) as Record<string, unknown>
  switch (entry.kind) {
    case 'clock':
      return detail.change === 'overdue'
    case 'delivery':
      return entry.name === 'confirmed' || Boolean(detail.error)
    case 'link':
      return false
    case 'action':
      // A plan opens a dozen tasks at once: their list tells that better.
      return entry.name !== 'open' || entry.matter === matter || (entry.process !== 'task' && entry.process !== 'order')
    default:
      return true
  }
}
