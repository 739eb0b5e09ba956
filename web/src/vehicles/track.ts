/** What a track shows at a moment, and its line in stretches that look alike; pure. */
import type { DrivingRecord, Fix, Track } from '@/api/vehicles'

export const BANDS = ['slow', 'middle', 'fast', 'over', 'gap'] as const
export type Band = (typeof BANDS)[number]
/** Slower than this, km/h, is slow; slower than the other is middling. */
export const SLOW_KMH = 30
export const MIDDLE_KMH = 60

export interface Stretch { band: Band; line: [number, number][] }
export interface Span { from: number; to: number }

const ms = (text: string) => Date.parse(text)
const at = (fix: Fix) => ms(fix.at)

/** Metres between two places; exact enough for neighbours. */
function metres(one: Fix, next: Fix): number {
  const north = (next.lat - one.lat) * 111_195
  const east = (next.lon - one.lon) * 111_195 * Math.cos((one.lat * Math.PI) / 180)
  return Math.hypot(north, east)
}

/** Speed on the way from one point to the next: points that were left out say nothing any more, distance and time do. */
function speedBetween(one: Fix, next: Fix): number {
  const hours = (at(next) - at(one)) / 3_600_000
  return hours > 0 ? metres(one, next) / 1000 / hours : (one.speed_kmh ?? 0)
}

function bandOf(one: Fix, next: Fix, over: Span[]): Band {
  const middle = (at(one) + at(next)) / 2
  if (over.some((span) => span.from <= middle && middle < span.to)) return 'over'
  const speed = speedBetween(one, next)
  return speed < SLOW_KMH ? 'slow' : speed < MIDDLE_KMH ? 'middle' : 'fast'
}

/** The line in stretches of one look each; they share their ends. Gaps are told by the server: what is left out between
 * two points of a straight road is no gap. */
export function stretches(points: Fix[], over: Span[], gaps: Span[]): Stretch[] {
  const found: Stretch[] = []
  for (let index = 1; index < points.length; index++) {
    const [one, next] = [points[index - 1]!, points[index]!]
    const unknown = gaps.some((gap) => gap.from <= at(one) && at(next) <= gap.to)
    const band = unknown ? 'gap' : bandOf(one, next, over)
    const last = found.at(-1)
    if (last?.band === band) last.line.push([next.lon, next.lat])
    else found.push({ band, line: [[one.lon, one.lat], [next.lon, next.lat]] })
  }
  return found
}

export interface Here { lon: number; lat: number; speed: number | null; direction: number | null; known: boolean }

/** Where the vehicle was at a moment: between two points on the straight line. */
export function placeAt(points: Fix[], moment: number, gaps: Span[]): Here | null {
  if (points.length === 0) return null
  let [low, high] = [0, points.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (at(points[middle]!) <= moment) low = middle
    else high = middle - 1
  }
  const one = points[low]!
  const next = points[Math.min(low + 1, points.length - 1)]!
  const whole = at(next) - at(one)
  const share = whole > 0 ? Math.min(1, Math.max(0, (moment - at(one)) / whole)) : 0
  const known = !gaps.some((gap) => gap.from < moment && moment < gap.to)
  const speed = whole > 0 && one.speed_kmh !== null ? one.speed_kmh + ((next.speed_kmh ?? one.speed_kmh) - one.speed_kmh) * share : one.speed_kmh
  return { lon: one.lon + (next.lon - one.lon) * share, lat: one.lat + (next.lat - one.lat) * share, speed: known ? speed : null, direction: one.direction, known }
}

export type HappeningKind = 'stop' | 'speeding' | 'continuous' | 'night' | 'displaced' | 'alarm'
export interface Happening {
  key: string
  kind: HappeningKind
  from: number
  to: number | null
  at: { lon: number; lat: number } | null
  /** Number of a stop, as on the map. */
  number: number | null
  speed: number | null
  limit: number | null
  seconds: number | null
  metres: number | null
  /** Code of an alarm. */
  alarm: string | null
}

const blank = { at: null, number: null, speed: null, limit: null, seconds: null, metres: null, alarm: null }

/** All that happened on the way, in order of time. */
export function happenings(track: Track, driving: DrivingRecord): Happening[] {
  const stops = driving.phases.filter((phase) => phase.kind === 'stop')
  const all: Happening[] = [
    ...stops.map((phase, index) => ({ ...blank, key: `stop-${index}`, kind: 'stop' as const, from: ms(phase.begin), to: ms(phase.end), at: phase.from, number: index + 1 })),
    ...driving.speeding.map((one, index) => ({ ...blank, key: `speeding-${index}`, kind: 'speeding' as const, from: ms(one.begin), to: ms(one.end), at: one.at, speed: one.greatest_kmh, limit: one.limit_kmh, metres: one.distance_m })),
    ...driving.fatigue.map((one, index) => ({ ...blank, key: `fatigue-${index}`, kind: one.rule as 'continuous' | 'night', from: ms(one.exceeded_at), to: ms(one.end), at: one.at, seconds: one.driven_seconds, limit: one.limit_seconds })),
    ...track.gaps.filter((gap) => gap.moved).map((gap, index) => ({ ...blank, key: `gap-${index}`, kind: 'displaced' as const, from: ms(gap.begin), to: ms(gap.end), at: gap.from, metres: gap.displaced_m })),
    ...track.alarms.map((alarm, index) => ({ ...blank, key: `alarm-${index}`, kind: 'alarm' as const, from: alarm.begin ? ms(alarm.begin) : ms(track.from), to: alarm.end ? ms(alarm.end) : null, at: alarm.at ?? null, alarm: alarm.alarm })),
  ]
  return all.toSorted((one, other) => one.from - other.from || one.key.localeCompare(other.key))
}

export const RATES = [1, 4, 15, 60] as const
/** The next moment of a replay; never beyond the end. */
export const onwards = (moment: number, passedMs: number, rate: number, end: number): number => Math.min(end, moment + passedMs * rate)
