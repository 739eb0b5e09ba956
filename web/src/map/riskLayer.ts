/** Four-colour risk areas: counties in the colour of the gravest enterprise in them, with their letter. */
import type { CountyTally } from '@/api/types'
import { SCALES } from '@/ui/scales'
import type { MapLibre } from './engine'
import { RISK_COLORS } from './kinds'
import { showOverlay, type Shape } from './overlay'
import { FONT } from './style'

const ORDER = Object.keys(SCALES.risk_level)

export function gravest(counts: Record<string, number>): string | null {
  return ORDER.find((level) => (counts[level] ?? 0) > 0) ?? null
}

export function showRisk(map: MapLibre, tallies: CountyTally[], boundaries: Record<string, unknown>, words: (tally: CountyTally, level: string) => string, night: boolean): void {
  const shapes = tallies.flatMap((tally): Shape[] => {
    const level = gravest(tally.counts)
    const geometry = boundaries[tally.division]
    if (!level || !geometry) return []
    return [{ type: 'Feature', geometry, properties: { division: tally.division, color: RISK_COLORS[level]!.fill, label: words(tally, level) } }]
  })
  showOverlay(map, 'risk', shapes, 'areas', [
    { id: 'risk-fill', type: 'fill', paint: { 'fill-color': ['get', 'color'], 'fill-opacity': night ? 0.3 : 0.26 } },
    { id: 'risk-line', type: 'line', paint: { 'line-color': ['get', 'color'], 'line-width': 1.6 } },
    { id: 'risk-label', type: 'symbol', layout: { 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': 12.5, 'text-max-width': 9 }, paint: { 'text-color': night ? '#f0f4f2' : '#17201e', 'text-halo-color': night ? '#11181a' : '#fff', 'text-halo-width': 1.8 } },
  ])
}
