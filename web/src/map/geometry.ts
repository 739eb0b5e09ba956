/** Distances, areas and outlines on the sphere, as the server measures them (mean radius). */
import type { LonLat } from './coordinates/datum'

export type Position = [lon: number, lat: number]
const RADIUS_M = 6_371_008.8
const radians = (degrees: number) => (degrees * Math.PI) / 180
const degrees = (value: number) => (value * 180) / Math.PI

export function distance(from: Position, to: Position): number {
  const [lat1, lat2] = [radians(from[1]), radians(to[1])]
  const chord = Math.sin((lat2 - lat1) / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin(radians(to[0] - from[0]) / 2) ** 2
  return 2 * RADIUS_M * Math.asin(Math.min(1, Math.sqrt(chord)))
}

export function length(line: Position[]): number {
  return line.slice(1).reduce((sum, point, index) => sum + distance(line[index]!, point), 0)
}

/** Square metres inside a ring, closed or not; straight lines of the plate carrée between corners. */
export function area(ring: Position[]): number {
  if (ring.length < 3) return 0
  let sum = 0
  ring.forEach((point, index) => {
    const next = ring[(index + 1) % ring.length]!
    sum += radians(next[0] - point[0]) * (2 + Math.sin(radians(point[1])) + Math.sin(radians(next[1])))
  })
  return Math.abs((sum * RADIUS_M * RADIUS_M) / 2)
}

/** Where one arrives from a point in a direction, degrees from north. */
export function towards(from: Position, bearing: number, metres: number): Position {
  const [along, course, lat] = [metres / RADIUS_M, radians(bearing), radians(from[1])]
  const sine = Math.sin(lat) * Math.cos(along) + Math.cos(lat) * Math.sin(along) * Math.cos(course)
  const lon = radians(from[0]) + Math.atan2(Math.sin(course) * Math.sin(along) * Math.cos(lat), Math.cos(along) - Math.sin(lat) * sine)
  return [degrees(lon), degrees(Math.asin(sine))]
}

export function bearing(from: Position, to: Position): number {
  const [lat1, lat2, turn] = [radians(from[1]), radians(to[1]), radians(to[0] - from[0])]
  const angle = Math.atan2(Math.sin(turn) * Math.cos(lat2), Math.cos(lat1) * Math.sin(lat2) - Math.sin(lat1) * Math.cos(lat2) * Math.cos(turn))
  return (degrees(angle) + 360) % 360
}

/** A closed ring around a point. */
export function circle(center: Position, metres: number, corners = 72): Position[] {
  const ring = Array.from({ length: corners }, (_, index) => towards(center, (index / corners) * 360, metres))
  return [...ring, ring[0]!]
}

/** A closed ring over two opposite corners. */
export function rectangle(one: Position, other: Position): Position[] {
  return [one, [other[0], one[1]], other, [one[0], other[1]], one]
}

export function closed(ring: Position[]): Position[] {
  const [first, last] = [ring[0], ring.at(-1)]
  return !first || !last || (first[0] === last[0] && first[1] === last[1]) ? ring : [...ring, first]
}

export function contains(ring: Position[], [x, y]: Position): boolean {
  let inside = false
  for (let at = 0, before = ring.length - 1; at < ring.length; before = at, at += 1) {
    const [x1, y1] = ring[at]!
    const [x2, y2] = ring[before]!
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside
  }
  return inside
}

export const position = (point: LonLat): Position => [point.lon, point.lat]

/** The eight directions, as keys of the catalogue. */
export const WINDS = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const
export function wind(bearingDegrees: number): (typeof WINDS)[number] {
  return WINDS[Math.round(bearingDegrees / 45) % 8]!
}

export function formatArea(squareMetres: number): string {
  if (squareMetres < 10_000) return `${Math.round(squareMetres)} m²`
  const square = squareMetres / 1e6
  return `${square < 10 ? square.toFixed(2) : square < 1000 ? square.toFixed(1) : Math.round(square)} km²`
}
