import type { Clock, Matter } from '@/api/types'

/** The clock that matters most: the one that still runs and is due first. */
export function urgentClock(clocks: Clock[]): Clock | null {
  const running = clocks.filter((clock) => clock.state === 'running' || clock.state === 'overdue')
  return [...running].sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at))[0] ?? null
}

type Waiting = Pick<Matter, 'clocks' | 'opened_at'>
function dueAt(matter: Waiting): number {
  return Date.parse(urgentClock(matter.clocks)?.due_at ?? '') || Number.MAX_SAFE_INTEGER
}

/** What is due first comes first; what has no clock comes last, the newest first. */
export function byDue(a: Waiting, b: Waiting): number {
  return dueAt(a) - dueAt(b) || Date.parse(b.opened_at) - Date.parse(a.opened_at)
}
