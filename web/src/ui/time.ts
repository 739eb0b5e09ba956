/** Times and spans as people read them; pure, tested. */

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** `01:42:10` below a day, `2d 03:10` above; never negative. */
export function formatSpan(milliseconds: number, dayMark: string): string {
  const span = Math.floor(Math.abs(milliseconds) / SECOND)
  const days = Math.floor(span / 86_400)
  const hours = Math.floor((span % 86_400) / 3600)
  const minutes = Math.floor((span % 3600) / 60)
  if (days > 0) return `${days}${dayMark} ${two(hours)}:${two(minutes)}`
  if (hours > 0) return `${two(hours)}:${two(minutes)}:${two(span % 60)}`
  return `${two(minutes)}:${two(span % 60)}`
}

export type ClockTone = 'calm' | 'soon' | 'overdue' | 'met' | 'late'

export interface ClockReading {
  tone: ClockTone
  /** Left until due, or past it. */
  span: number
  /** Share of the time that is used up, 0 to 1. */
  used: number
}

export interface ClockLike {
  started_at?: string | null
  due_at: string
  stopped_at?: string | null
  state: string
}

/** How a clock stands; the server's word wins once it has stopped. */
export function readClock(clock: ClockLike, now: number): ClockReading {
  const due = Date.parse(clock.due_at)
  const started = clock.started_at ? Date.parse(clock.started_at) : Number.NaN
  const stopped = clock.stopped_at ? Date.parse(clock.stopped_at) : null
  const at = stopped ?? now
  const total = due - started
  const used = Number.isFinite(total) && total > 0 ? Math.min(1, Math.max(0, (at - started) / total)) : at >= due ? 1 : 0
  if (clock.state === 'met' || clock.state === 'late') {
    return { tone: clock.state, span: stopped === null ? 0 : due - stopped, used }
  }
  const left = due - now
  if (left < 0) return { tone: 'overdue', span: left, used: 1 }
  const soon = left <= 10 * MINUTE || (Number.isFinite(total) && total > 0 && left / total <= 0.2)
  return { tone: soon ? 'soon' : 'calm', span: left, used }
}

/** `HH:mm:ss` today, with the date on other days. */
export function formatTime(iso: string | null | undefined, now = Date.now()): string {
  if (!iso) return '—'
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return '—'
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  const today = new Date(now)
  const sameDay = date.toDateString() === today.toDateString()
  if (sameDay) return clock
  const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return date.getFullYear() === today.getFullYear() ? `${day} ${clock}` : `${date.getFullYear()}-${day} ${clock}`
}

export type AgeUnit = 'now' | 'minutes' | 'hours' | 'days'

/** How old something is, in the unit that people would say. */
export function ageOf(iso: string, now: number): { unit: AgeUnit; count: number } {
  const span = Math.max(0, now - Date.parse(iso))
  if (span < MINUTE) return { unit: 'now', count: 0 }
  if (span < HOUR) return { unit: 'minutes', count: Math.floor(span / MINUTE) }
  if (span < DAY) return { unit: 'hours', count: Math.floor(span / HOUR) }
  return { unit: 'days', count: Math.floor(span / DAY) }
}

export function formatDistance(metres: number): string {
  return metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(metres < 10_000 ? 1 : 0)} km`
}

export function formatCoordinate(lon: number, lat: number): string {
  return `${lon.toFixed(5)}, ${lat.toFixed(5)}`
}

/** `820 B`, `14 KB`, `2.3 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} KB`
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`
}
