import { describe, expect, it } from 'vitest'
import type { Fix } from '@/api/vehicles'
import { onwards, placeAt, stretches } from '@/vehicles/track'

const begin = Date.parse('2026-03-02T00:00:00Z')
/** A point every minute at the speed that its way to the next one shows. */
function points(speeds: number[]): Fix[] {
  let lon = 106
  return speeds.map((speed, minute) => {
    const fix = { at: new Date(begin + minute * 60_000).toISOString(), lon, lat: 38, speed_kmh: speed, direction: 90 }
    lon += speed / 60 / (111.195 * Math.cos((38 * Math.PI) / 180))
    return fix
  })
}

const minute = (from: number, to: number) => ({ from: begin + from * 60_000, to: begin + to * 60_000 })

describe('a track', () => {
  it('is drawn in stretches by speed, overspeed and gap, joined at their ends', () => {
    const track = points([10, 10, 45, 80, 80, 80, 0])
    const drawn = stretches(track, [minute(4, 5)], [minute(5, 6)])
    expect(drawn.map(({ band, line }) => [band, line.length])).toEqual([['slow', 3], ['middle', 2], ['fast', 2], ['over', 2], ['gap', 2]])
    for (let index = 1; index < drawn.length; index++) expect(drawn[index]!.line[0]).toEqual(drawn[index - 1]!.line.at(-1))
  })

  it('is somewhere at each moment, and says when that is not known', () => {
    const track = points([60, 60])
    const half = placeAt(track, begin + 30_000, [])
    expect(half?.lon).toBeCloseTo((track[0]!.lon + track[1]!.lon) / 2, 9)
    expect(placeAt(track, begin + 30_000, [{ from: begin, to: begin + 60_000 }])).toMatchObject({ known: false, speed: null })
    expect(placeAt(track, begin - 5, [])?.lon).toBe(track[0]!.lon)
    expect(placeAt([], begin, [])).toBeNull()
  })

  it('is played at a rate and ends at its end', () => {
    expect([onwards(0, 1000, 60, 100_000), onwards(90_000, 1000, 60, 100_000)]).toEqual([60_000, 100_000])
  })
})
