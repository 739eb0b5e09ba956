/** The offline base map: five GeoJSON layers of the server, no glyph server, no sprites. */
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl'
import { geoApi } from '@/api/geo'
import type { Theme } from '@/ui/theme'
import { anchor, LEVELS } from './overlay'

interface Palette {
  sea: string
  land: string
  region: string
  water: string
  border: string
  county: string
  nineDash: string
  text: string
  halo: string
}

const PALETTES: Record<Theme, Palette> = {
  day: { sea: '#dfe8ea', land: '#f6f6f1', region: '#fdfdfa', water: '#b9d3de', border: '#9aa59f', county: '#c5ccc5', nineDash: '#8a6f86', text: '#48544f', halo: '#fbfbf7' },
  night: { sea: '#0b1418', land: '#141b1d', region: '#1a2326', water: '#1c3a49', border: '#4a5a5c', county: '#303d40', nineDash: '#8c7391', text: '#a9b8b4', halo: '#11181a' },
}
export const FONT = ['PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'WenQuanYi Micro Hei', 'sans-serif']
const NINE_DASH = '\u4e5d\u6bb5\u7ebf'

function source(name: string) {
  return { type: 'geojson' as const, data: geoApi.basemapUrl(name) }
}

function places(palette: Palette, english: boolean): LayerSpecification[] {
  const name = english ? ['coalesce', ['get', 'name'], ['get', 'name_zh']] : ['coalesce', ['get', 'name_zh'], ['get', 'name']]
  const ranks: [rank: number, minzoom: number, size: number][] = [[1, 3, 13], [2, 5, 12.5], [3, 7, 12], [4, 9, 11.5], [5, 10, 11]]
  return ranks.map(([rank, minzoom, size]) => ({
    id: `base-places-${rank}`,
    type: 'symbol',
    source: 'places',
    minzoom,
    filter: ['==', ['get', 'rank'], rank],
    layout: {
      'text-field': name as never,
      'text-font': FONT,
      'text-size': size,
      'text-padding': 6,
      'symbol-sort-key': ['-', 0, ['coalesce', ['get', 'population'], 0]],
    },
    paint: { 'text-color': palette.text, 'text-halo-color': palette.halo, 'text-halo-width': 1.4, 'text-opacity': rank > 2 ? 0.85 : 1 },
  }))
}

export function baseStyle(theme: Theme, english: boolean): StyleSpecification {
  const palette = PALETTES[theme]
  return {
    version: 8,
    sources: {
      provinces: source('provinces'),
      lines: source('lines'),
      ningxia_counties: source('ningxia_counties'),
      water: source('water'),
      places: source('places'),
    },
    layers: [
      { id: 'base-sea', type: 'background', paint: { 'background-color': palette.sea } },
      { id: 'base-land', type: 'fill', source: 'provinces', paint: { 'fill-color': palette.land } },
      { id: 'base-counties-fill', type: 'fill', source: 'ningxia_counties', paint: { 'fill-color': palette.region } },
      { id: 'base-lakes', type: 'fill', source: 'water', filter: ['==', ['get', 'kind'], 'lake'], paint: { 'fill-color': palette.water } },
      {
        id: 'base-rivers', type: 'line', source: 'water', filter: ['==', ['get', 'kind'], 'river'],
        paint: { 'line-color': palette.water, 'line-width': ['interpolate', ['linear'], ['zoom'], 3, 0.6, 8, ['-', 3.2, ['*', 0.22, ['get', 'rank']]], 13, 5] },
      },
      { id: 'base-counties', type: 'line', source: 'ningxia_counties', minzoom: 5.5, paint: { 'line-color': palette.county, 'line-width': 1, 'line-dasharray': [3, 2] } },
      { id: 'base-provinces', type: 'line', source: 'provinces', paint: { 'line-color': palette.border, 'line-width': ['interpolate', ['linear'], ['zoom'], 3, 0.5, 8, 1.4] } },
      { id: 'base-lines', type: 'line', source: 'lines', filter: ['!=', ['get', 'name'], NINE_DASH], paint: { 'line-color': palette.border, 'line-width': ['interpolate', ['linear'], ['zoom'], 3, 0.6, 8, 1.6] } },
      { id: 'base-nine-dash', type: 'line', source: 'lines', filter: ['==', ['get', 'name'], NINE_DASH], paint: { 'line-color': palette.nineDash, 'line-width': ['interpolate', ['linear'], ['zoom'], 3, 1.4, 8, 3] } },
      {
        id: 'base-rivers-name', type: 'symbol', source: 'water', minzoom: 6, filter: ['all', ['==', ['get', 'kind'], 'river'], ['has', 'name_zh']],
        layout: { 'symbol-placement': 'line', 'text-field': ['get', english ? 'name' : 'name_zh'], 'text-font': FONT, 'text-size': 11, 'symbol-spacing': 420 },
        paint: { 'text-color': theme === 'day' ? '#5b8799' : '#5f93a8', 'text-halo-color': palette.halo, 'text-halo-width': 1.2 },
      },
      ...places(palette, english),
      // What lies on the base keeps its order, whenever it is laid.
      ...LEVELS.map((level): LayerSpecification => ({ id: anchor(level), type: 'background', layout: { visibility: 'none' } })),
    ],
  }
}
