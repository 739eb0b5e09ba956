/** What a wall shows, decided by rules without a screen; tested. */
import type { Alarm, Matter, WarningInForce } from '@/api/types'

export type Scene = 'auto' | 'watch' | 'warning' | 'incident' | 'drill'
export type Shown = Exclude<Scene, 'auto'>
export interface Happening {
  incidents: Matter[]
  warnings: WarningInForce[]
}

const COLOURS = ['red', 'orange', 'yellow', 'blue']
const LEVELS = ['extraordinary', 'major', 'larger', 'ordinary']
const rank = (order: string[], value: string | null | undefined): number => {
  const found = order.indexOf(value ?? '')
  return found < 0 ? order.length : found
}

/** The gravest first, then the newest. */
export function gravest(incidents: Matter[]): Matter[] {
  return [...incidents].sort((a, b) => rank(LEVELS, a.grade?.value) - rank(LEVELS, b.grade?.value) || Date.parse(b.opened_at) - Date.parse(a.opened_at))
}
export function byColour(warnings: WarningInForce[]): WarningInForce[] {
  return [...warnings].sort((a, b) => rank(COLOURS, a.color) - rank(COLOURS, b.color))
}

/** Real incidents come before warnings; blue and yellow warnings leave the watch on the wall. A drill never takes the wall by itself. */
export function sceneOf(wanted: Scene, { incidents, warnings }: Happening): Shown {
  if (wanted !== 'auto') return wanted
  if (incidents.some((incident) => incident.mode === 'real')) return 'incident'
  if (warnings.some((warning) => warning.color === 'red' || warning.color === 'orange')) return 'warning'
  return 'watch'
}

/** The matter in the middle of a scene: the one asked for while it is there, else the gravest. */
export function subjectOf(scene: Shown, matter: string | null, { incidents, warnings }: Happening): string | null {
  if (scene === 'warning') return (warnings.find((one) => one.matter === matter) ?? byColour(warnings)[0])?.matter ?? null
  if (scene === 'watch') return null
  const mode = scene === 'drill' ? 'drill' : 'real'
  const those = incidents.filter((incident) => incident.mode === mode)
  return (those.find((incident) => incident.id === matter) ?? gravest(those)[0])?.id ?? null
}

/** How long something waits, in words of urgency: a room reacts to minutes, not to timestamps. */
export type Waiting = 'fresh' | 'waiting' | 'long'
const LIMITS: Record<string, [waiting: number, long: number]> = { urgent: [1, 5], high: [3, 10], medium: [10, 30], low: [30, 120] }
export function waitingOf(alarm: Pick<Alarm, 'priority' | 'acknowledged' | 'raised_at'>, now: number): Waiting {
  if (alarm.acknowledged) return 'fresh'
  const minutes = (now - Date.parse(alarm.raised_at)) / 60_000
  const [waiting, long] = LIMITS[alarm.priority] ?? [10, 30]
  return minutes >= long ? 'long' : minutes >= waiting ? 'waiting' : 'fresh'
}

/** The page of a list that is shown at a moment: long lists turn by themselves, nobody has a mouse. */
export function pageAt<T>(items: T[], size: number, now: number, secondsPerPage = 12): { items: T[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(items.length / Math.max(1, size)))
  const page = Math.floor(now / 1000 / secondsPerPage) % pages
  return { items: items.slice(page * size, page * size + size), page: page + 1, pages }
}
