import type { Clock } from '@/api/types'

/** The clock that matters most: the one that still runs and is due first. */
export function urgentClock(clocks: Clock[]): Clock | null {
  const running = clocks.filter((clock) => clock.state === 'running' || clock.state === 'overdue')
  return [...running].sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at))[0] ?? null
}
