import { readCoordinates } from './parse'
import type { LonLat } from './datum'

export type { Datum, LonLat } from './datum'
export { readCoordinates, type Reading } from './parse'

/** The likeliest reading of what was typed where a field asks for a point. */
export function parseCoordinates(text: string): LonLat | null {
  const [first] = readCoordinates(text)
  return first ? { lon: first.lon, lat: first.lat } : null
}
