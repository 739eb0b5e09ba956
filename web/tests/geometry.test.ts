import { describe, expect, it } from 'vitest'
import { area, bearing, circle, closed, contains, distance, formatArea, length, rectangle, towards, wind, type Position } from '@/map/geometry'

describe('geometry of the map', () => {
  it('measures like the server', () => {
    expect(distance([106, 38], [106, 39])).toBeCloseTo(111_195, -1)
    expect(length([[106, 38], [106, 39], [106, 38]])).toBeCloseTo(222_390, -1)
    expect(length([[106, 38]])).toBe(0)
  })

  it('measures areas', () => {
    // A square degree at the equator has 12,364 km² on the sphere.
    expect(area([[100, 0], [101, 0], [101, 1], [100, 1]]) / 1e6).toBeCloseTo(12_363.7, 0)
    const drawn = circle([106.6, 38.2], 3000)
    expect(area(drawn) / (Math.PI * 9e6)).toBeCloseTo(1, 2)
    expect(area([[1, 1], [2, 2]])).toBe(0)
    expect(formatArea(area(drawn))).toBe('28.2 km²')
    expect(formatArea(512.4)).toBe('512 m²')
  })

  it('goes there and back', () => {
    const from: Position = [106.6, 38.2]
    const to = towards(from, 60, 5000)
    expect(distance(from, to)).toBeCloseTo(5000, 3)
    expect(bearing(from, to)).toBeCloseTo(60, 1)
    expect([0, 44, 46, 135, 350].map(wind)).toEqual(['n', 'ne', 'ne', 'se', 'n'])
  })

  it('knows inside from outside', () => {
    const ring = rectangle([106, 38], [107, 39])
    expect(contains(ring, [106.5, 38.5])).toBe(true)
    expect(contains(ring, [107.5, 38.5])).toBe(false)
    expect(closed(ring)).toHaveLength(5)
    expect(closed(ring.slice(0, 4))).toHaveLength(5)
    const round = circle([106.5, 38.5], 1000)
    expect(contains(round, towards([106.5, 38.5], 45, 990))).toBe(true)
    expect(contains(round, towards([106.5, 38.5], 45, 1010))).toBe(false)
  })
})
