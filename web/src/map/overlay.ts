/** GeoJSON of ours above the base map, in a fixed order: areas, records, marks. */
import type { GeoJSONSource, LayerSpecification } from 'maplibre-gl'
import type { MapLibre } from './engine'

export type Level = 'base' | 'areas' | 'records' | 'marks'
export const LEVELS: Level[] = ['base', 'areas', 'records', 'marks']
export const anchor = (level: Level) => `anchor-${level}`

/** Omit over each member of the union. */
type Unsourced<T> = T extends { source: string } ? Omit<T, 'source'> : never
export type OverlayLayer = Unsourced<LayerSpecification>

export interface Shape {
  type: 'Feature'
  id?: string | number
  properties: Record<string, unknown>
  geometry: unknown
}
export const shape = (type: string, coordinates: unknown, properties: Record<string, unknown> = {}): Shape => ({ type: 'Feature', properties, geometry: { type, coordinates } })

/** The place in the order; a map without it (a small one) gets the layer on top. */
export function below(map: MapLibre, level: Level): string | undefined {
  return map.getLayer(anchor(level)) ? anchor(level) : undefined
}

export function showOverlay(map: MapLibre, id: string, features: Shape[], level: Level, layers: OverlayLayer[]): void {
  const data = { type: 'FeatureCollection', features } as unknown as GeoJSON.FeatureCollection
  const existing = map.getSource<GeoJSONSource>(id)
  if (existing) {
    existing.setData(data)
    return
  }
  map.addSource(id, { type: 'geojson', data })
  for (const layer of layers) map.addLayer({ ...layer, source: id } as LayerSpecification, below(map, level))
}

export function removeOverlay(map: MapLibre, id: string): void {
  if (!map.getSource(id)) return
  for (const layer of map.getStyle().layers) if ('source' in layer && layer.source === id) map.removeLayer(layer.id)
  map.removeSource(id)
}
