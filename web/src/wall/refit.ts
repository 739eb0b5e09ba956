/** When the map of a wall moves by itself: only when the set of events changes, never after somebody touched it. */
export interface Spot {
  key: string
  lon: number
  lat: number
}
export type Bounds = [west: number, south: number, east: number, north: number]

export class Refit {
  private shown = ''
  locked = false

  /** Where to move for these events; null: stay. A key names an event, so values that change do not move the map. */
  next(spots: Spot[]): Bounds | null {
    const key = spots.map((spot) => spot.key).sort().join(' ')
    if (key === this.shown) return null
    this.shown = key
    return this.locked || spots.length === 0 ? null : boundsOf(spots)
  }

  /** Somebody moved the map: it is theirs until it is released. */
  touch(): void {
    this.locked = true
  }

  release(spots: Spot[]): Bounds | null {
    this.locked = false
    this.shown = ''
    return this.next(spots)
  }
}

/** At least about twenty kilometres wide: a roof alone says nothing about where it is. */
export function boundsOf(spots: Spot[]): Bounds {
  const least = 0.12
  const lons = spots.map((spot) => spot.lon)
  const lats = spots.map((spot) => spot.lat)
  const [west, east] = [Math.min(...lons), Math.max(...lons)]
  const [south, north] = [Math.min(...lats), Math.max(...lats)]
  const [x, y] = [Math.max(0, least - (east - west) / 2), Math.max(0, least - (north - south) / 2)]
  return [west - x, south - y, east + x, north + y]
}
