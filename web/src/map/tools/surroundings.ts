/** What is near a point, sorted: the pure part of "near". */
import type { InsideKind } from '@/api/types'
import { bearing, distance, position, wind, type Position } from '../geometry'
import type { LonLat } from '../coordinates/datum'
import type { Thing } from '../selection'

export const RINGS_M = [1000, 3000, 5000, 10_000] as const

export interface NearItem {
  key: string
  /** Kind of a record, or the live layer. */
  kind: string
  name: string
  place: string
  distance: number
  wind: ReturnType<typeof wind>
  at: LonLat
  thing: Thing
}

export function nearItem(center: LonLat, at: LonLat, kind: string, name: string, place: string, thing: Thing): NearItem {
  const [from, to] = [position(center), position(at)]
  return { key: `${kind}/${name}/${to.join()}`, kind, name, place, distance: distance(from, to), wind: wind(bearing(from, to)), at, thing }
}

export function nearRecords(center: LonLat, found: InsideKind[]): NearItem[] {
  return found.flatMap((kind) =>
    kind.records.flatMap(({ record }) =>
      record.location ? [{ ...nearItem(center, record.location, kind.kind, record.name, record.division_name ?? '', { type: 'record', kind: kind.kind, id: record.id, name: record.name }), key: record.id }] : [],
    ),
  )
}

/** Counts up to each ring, from counts within each ring. */
export function cumulative(rings: number[]): number[] {
  let sum = 0
  return rings.map((count) => (sum += count))
}

/** The nearest first, within a radius. */
export function within(items: NearItem[], radius: number): NearItem[] {
  return items.filter((item) => item.distance <= radius).sort((one, other) => one.distance - other.distance)
}

/** A square around a ring for the eye to rest on. */
export function around(center: Position, metres: number): [Position, Position] {
  const lat = metres / 111_000
  const lon = lat / Math.cos((center[1] * Math.PI) / 180)
  return [[center[0] - lon, center[1] - lat], [center[0] + lon, center[1] + lat]]
}
