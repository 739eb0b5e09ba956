/** Warnings in force on the map: their outlines, their sign, their words. */
import type { GeoJSONSource } from 'maplibre-gl'
import type { WarningInForce } from '@/api/types'
import { SCALES } from '@/ui/scales'
import type { MapLibre } from './engine'
import { gradeImage } from './gradeImage'
import { below } from './overlay'
import { FONT } from './style'

const WARNING_COLORS = ['match', ['get', 'color'], 'red', '#c8142f', 'orange', '#ef7d0e', 'yellow', '#e0b000', '#1f66c4'] as never

/** Warnings in force; where no outline was drawn, the boundaries of the divisions stand for it. */
export function showWarnings(map: MapLibre, warnings: WarningInForce[], shapes: Record<string, unknown>, night: boolean, label: (warning: WarningInForce) => string): void {
  const features = warnings.flatMap((warning) => {
    const properties = { matter: warning.matter, color: warning.color, label: label(warning) }
    if (warning.area?.polygon) return [{ type: 'Feature', properties, geometry: warning.area.polygon }]
    return (warning.area?.divisions ?? []).flatMap((code) => (shapes[code] ? [{ type: 'Feature', properties, geometry: shapes[code] }] : []))
  })
  const data = { type: 'FeatureCollection', features } as unknown as GeoJSON.FeatureCollection
  const existing = map.getSource<GeoJSONSource>('warnings')
  if (existing) {
    existing.setData(data)
    return
  }
  for (const color of Object.keys(SCALES.warning_color)) if (!map.hasImage(`warning-${color}`)) map.addImage(`warning-${color}`, gradeImage('warning_color', color), { pixelRatio: 2 })
  map.addSource('warnings', { type: 'geojson', data })
  map.addLayer({ id: 'warnings-fill', type: 'fill', source: 'warnings', paint: { 'fill-color': WARNING_COLORS, 'fill-opacity': 0.16 } }, below(map, 'areas'))
  map.addLayer({ id: 'warnings-line', type: 'line', source: 'warnings', paint: { 'line-color': WARNING_COLORS, 'line-width': 2.2, 'line-dasharray': [4, 1.5] } }, below(map, 'areas'))
  map.addLayer({
    id: 'warnings-label', type: 'symbol', source: 'warnings',
    minzoom: 6.5,
    layout: { 'icon-image': ['concat', 'warning-', ['get', 'color']], 'icon-anchor': 'bottom', 'icon-size': 0.9, 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': 12.5, 'text-max-width': 11, 'text-anchor': 'top', 'text-offset': [0, 0.3], 'text-padding': 4 },
    paint: { 'text-color': night ? '#f0f4f2' : '#17201e', 'text-halo-color': night ? '#11181a' : '#fff', 'text-halo-width': 1.8 },
  }, below(map, 'areas'))
}

/** Colour is never the only sign: the level is in the words as well. */
export function warningLabel(warning: WarningInForce, color: string): string {
  return warning.headline.includes(color) ? warning.headline : `${color} · ${warning.headline}`
}
