/** Ledger kinds as vector tiles: clusters with their count, dots from afar, signed badges near, names nearer. */
import type { ExpressionSpecification, VectorTileSource } from 'maplibre-gl'
import type { MapLibre } from './engine'
import { geoApi } from '@/api/geo'
import type { Theme } from '@/ui/theme'
import { SCALES } from '@/ui/scales'
import { badge } from './badge'
import { kindLook, RISK_COLORS } from './kinds'
import { below } from './overlay'
import { FONT } from './style'

export interface RecordLayer {
  kind: string
  /** One letter on the badge. */
  sign: string
  theme: Theme
  /** Changes when the tiles do. */
  stamp: string | number
  /** Conditions `field:op:value`. */
  filter?: string[]
  /** Coloured by risk level, where records have one. */
  risk?: boolean
}

const ALL = ['cluster', 'count', 'dot', 'icon'] as const
export function recordLayerIds(kind: string): string[] {
  return ALL.map((part) => `rec-${kind}-${part}`)
}

function tilesOf({ kind, stamp, filter = [] }: RecordLayer): string[] {
  const conditions = filter.map((one) => `&filter=${encodeURIComponent(one)}`).join('')
  return [`${geoApi.tileUrl(kind)}?v=${stamp}${conditions}`]
}

const RISKS = Object.keys(SCALES.risk_level)
const byRisk = <T>(of: (level: string) => T, otherwise: T) => ['match', ['coalesce', ['get', 'risk_level'], ''], ...RISKS.flatMap((level) => [level, of(level)]), otherwise] as unknown as ExpressionSpecification

const CLUSTER_RADIUS: ExpressionSpecification = ['interpolate', ['linear'], ['log10', ['max', 1, ['get', 'count']]], 0.3, 9, 2, 14, 3, 18, 5, 26]
const COUNT: ExpressionSpecification = ['case', ['>=', ['get', 'count'], 10000], ['concat', ['to-string', ['round', ['/', ['get', 'count'], 1000]]], 'k'], ['to-string', ['get', 'count']]]

function addImages(map: MapLibre, layer: RecordLayer): void {
  const source = `rec-${layer.kind}`
  const add = (name: string, make: () => ImageData) => !map.hasImage(name) && map.addImage(name, make(), { pixelRatio: 2 })
  add(source, () => badge(layer.sign, kindLook(layer.kind).color))
  if (!layer.risk) return
  for (const level of RISKS) add(`${source}-${level}`, () => badge(layer.sign, RISK_COLORS[level]!.fill, SCALES.risk_level[level]?.sign, RISK_COLORS[level]!.ink))
}

export function addRecordLayer(map: MapLibre, layer: RecordLayer): void {
  const { kind, theme } = layer
  const source = `rec-${kind}`
  const tiles = tilesOf(layer)
  const existing = map.getSource<VectorTileSource>(source)
  const look = `${layer.risk ? 'risk' : 'plain'}`
  if (existing && (map.getLayer(`rec-${kind}-icon`)?.metadata as { look?: string } | undefined)?.look === look) {
    if (existing.tiles?.[0] !== tiles[0]) existing.setTiles(tiles)
    return
  }
  removeRecordLayer(map, kind)
  const { color } = kindLook(kind)
  const rim = theme === 'day' ? '#ffffff' : '#0d1214'
  const level = below(map, 'records')
  addImages(map, layer)
  map.addSource(source, { type: 'vector', tiles, minzoom: 0, maxzoom: 14 })
  const shared = { source, 'source-layer': kind } as const
  map.addLayer({
    ...shared, id: `rec-${kind}-cluster`, type: 'circle', filter: ['has', 'count'],
    paint: { 'circle-color': color, 'circle-radius': CLUSTER_RADIUS, 'circle-stroke-color': rim, 'circle-stroke-width': 1.5, 'circle-opacity': 0.88 },
  }, level)
  map.addLayer({
    ...shared, id: `rec-${kind}-count`, type: 'symbol', filter: ['has', 'count'],
    layout: { 'text-field': COUNT, 'text-font': FONT, 'text-size': 11, 'text-allow-overlap': false, 'text-padding': 0 },
    paint: { 'text-color': '#ffffff' },
  }, level)
  map.addLayer({
    ...shared, id: `rec-${kind}-dot`, type: 'circle', maxzoom: 9.5, filter: ['!', ['has', 'count']],
    paint: {
      'circle-color': layer.risk ? byRisk((name) => RISK_COLORS[name]!.fill, color) : color,
      'circle-radius': ['interpolate', ['linear'], ['zoom'], 4, 2.5, 9, 5],
      'circle-stroke-color': rim, 'circle-stroke-width': 1, 'circle-opacity': 0.92,
    },
  }, level)
  map.addLayer({
    ...shared, id: `rec-${kind}-icon`, type: 'symbol', minzoom: 9.5, filter: ['!', ['has', 'count']], metadata: { look },
    layout: {
      'icon-image': layer.risk ? byRisk((name) => `${source}-${name}`, source) : source, 'icon-allow-overlap': true, 'icon-size': 0.95,
      'text-field': ['step', ['zoom'], '', 12, ['get', 'name']], 'text-font': FONT, 'text-size': 12, 'text-anchor': 'top', 'text-offset': [0, 1], 'text-optional': true, 'text-max-width': 9,
    },
    paint: { 'text-color': theme === 'day' ? '#27312e' : '#d4dedb', 'text-halo-color': theme === 'day' ? '#fbfbf7' : '#11181a', 'text-halo-width': 1.4 },
  }, level)
}

export function removeRecordLayer(map: MapLibre, kind: string): void {
  for (const id of recordLayerIds(kind)) if (map.getLayer(id)) map.removeLayer(id)
  if (map.getSource(`rec-${kind}`)) map.removeSource(`rec-${kind}`)
}
