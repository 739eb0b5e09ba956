import type { QuakeImpact } from '@/api/hazards'
import { towards, type Position } from '@/map/geometry'

const CORNERS = 90
const ROMAN = ['Ⅰ', 'Ⅰ', 'Ⅱ', 'Ⅲ', 'Ⅳ', 'Ⅴ', 'Ⅵ', 'Ⅶ', 'Ⅷ', 'Ⅸ', 'Ⅹ', 'Ⅺ', 'Ⅻ']

/** An intensity in the figures that everybody uses. */
export function roman(intensity: number): string {
  return ROMAN[Math.max(0, Math.min(12, Math.floor(intensity + 1e-9)))] ?? ''
}

/** "Ⅵ", or "Ⅵ–Ⅶ" where the direction of the rupture leaves it open. */
export function romanSpan(least: number, most: number): string {
  const [low, high] = [roman(least), roman(most)]
  return low === high ? low : `${low}–${high}`
}

/** The ring of an ellipse, its long axis along a bearing. */
export function ellipse(center: Position, longKm: number, shortKm: number, bearing: number): Position[] {
  const ring: Position[] = []
  for (let corner = 0; corner <= CORNERS; corner++) {
    const angle = (2 * Math.PI * corner) / CORNERS
    const [along, across] = [longKm * Math.cos(angle), shortKm * Math.sin(angle)]
    const turned = bearing + (Math.atan2(across, along) * 180) / Math.PI
    ring.push(towards(center, turned, Math.hypot(along, across) * 1000))
  }
  return ring
}

/** The edges to draw: ellipses, or circles by the long axis where nobody knows the direction. */
export function edges(impact: QuakeImpact): { intensity: number; ring: Position[] }[] {
  const center: Position = [impact.epicentre.lon, impact.epicentre.lat]
  return impact.isoseismals.map((one) => {
    const short = impact.bearing === null ? one.long_km : one.short_km
    return { intensity: one.intensity, ring: ellipse(center, one.long_km, short, impact.bearing ?? 0) }
  })
}
