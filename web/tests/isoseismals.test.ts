import { describe, expect, it } from 'vitest'
import type { QuakeImpact } from '@/api/hazards'
import { distance } from '@/map/geometry'
import { edges, ellipse, roman, romanSpan } from '@/hazards/isoseismals'

describe('isoseismals', () => {
  it('says intensities in Roman figures', () => {
    expect([0.2, 5.99, 6, 12.4].map(roman)).toEqual(['Ⅰ', 'Ⅴ', 'Ⅵ', 'Ⅻ'])
    expect([romanSpan(6.1, 6.9), romanSpan(5.9, 7)]).toEqual(['Ⅵ', 'Ⅴ–Ⅶ'])
  })
  it('lays the long axis along the bearing', () => {
    const ring = ellipse([106, 38], 40, 20, 90)
    const east = ring.reduce((one, other) => (other[0] > one[0] ? other : one))
    const north = ring.reduce((one, other) => (other[1] > one[1] ? other : one))
    expect(distance([106, 38], east) / 1000).toBeCloseTo(40, 0)
    expect(distance([106, 38], north) / 1000).toBeCloseTo(20, 0)
    expect(ring[0]).toEqual(ring.at(-1))
  })
  it('draws circles where nobody knows the direction', () => {
    const impact = { epicentre: { lon: 106, lat: 38 }, bearing: null, isoseismals: [{ intensity: 6, long_km: 30, short_km: 15 }] } as unknown as QuakeImpact
    for (const corner of edges(impact)[0]!.ring) expect(distance([106, 38], corner) / 1000).toBeCloseTo(30, 1)
  })
})
