import type { Clock, Matter } from '@/api/types'

const runs = (clock: Clock): boolean => clock.state === 'running' || clock.state === 'overdue'
/** The clock that matters most: the one that still runs and is due first. */
export function urgentClock(clocks: Clock[]): Clock | null {
  return clocks.filter(runs).sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at))[0] ?? null
}

type Waiting = Pick<Matter, 'clocks' | 'opened_at'> & Partial<Pick<Matter, 'mode'>>
function dueAt(matter: Waiting): number {
  return Date.parse(urgentClock(matter.clocks)?.due_at ?? '') || Number.MAX_SAFE_INTEGER
}

/** What is due first comes first; what has no clock comes last, the newest first. A drill never stands before what is real. */
export function byDue(a: Waiting, b: Waiting): number {
  return Number(a.mode === 'drill') - Number(b.mode === 'drill') || dueAt(a) - dueAt(b) || Date.parse(b.opened_at) - Date.parse(a.opened_at)
}

/** What runs comes before what is done, the soonest first. */
export function byPress(clocks: Clock[]): Clock[] {
  return [...clocks].sort((a, b) => Number(!runs(a)) - Number(!runs(b)) || Date.parse(a.due_at) - Date.parse(b.due_at))
}
