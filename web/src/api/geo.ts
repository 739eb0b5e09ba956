import type { DivisionQuery, InsideQuery } from './generated'
import { words } from './normal'
import { request, url } from './request'
import type { BaseMap, Changes, CountyTally, Division, DivisionDetail, FeatureCollection, InsideKind, Located, LonLat, MapLayer, Polygon, PopulationAnswer } from './types'

export const geoApi = {
  divisions: (query: DivisionQuery) => request<Division[]>('/divisions', { query: { limit: 500, ...query } }),
  division: (code: string) => request<DivisionDetail>(`/divisions/${code}`),
  locate: (lon: number, lat: number, signal?: AbortSignal) => request<Located>('/divisions/locate', { query: { lon, lat }, signal }),
  boundaries: (codes: string[]) => request<FeatureCollection>('/boundaries', { query: { codes: codes.join(',') } }),
  population: (body: { area: Polygon } | { divisions: string[] }) =>
    request<PopulationAnswer>('/population', { method: 'POST', body }),
  layers: async (): Promise<MapLayer[]> =>
    (await request<MapLayer[]>('/map/layers')).map((layer) => ({ ...layer, title: words({ zh: layer.title, en: layer.title_en }) })),
  /** Counts, people and records of an area, by kind. */
  inside: (query: Omit<InsideQuery, 'area'> & { area: { bbox: [number, number, number, number] } | { circle: { center: LonLat; radius_m: number } } | { polygon: Polygon } }, signal?: AbortSignal) => request<InsideKind[]>('/map/inside', { method: 'POST', body: query, signal }),
  changes: (hours: number, signal?: AbortSignal) => request<Changes>('/map/changes', { query: { hours }, signal }),
  bases: () => request<BaseMap[]>('/map/bases'),
  risk: (filter: string[]) => request<CountyTally[]>('/map/risk', { query: { filter } }),
  features: (kind: string, bbox: number[], filter: string[]) => request<FeatureCollection>(`/records/${kind}/features.geojson`, { query: { bbox: bbox.join(','), filter } }),
  basemapUrl: (name: string) => url(`/basemap/${name}`),
  tileUrl: (kind: string) => `${window.location.origin}${url(`/tiles/${kind}/{z}/{x}/{y}`)}.mvt`,
}
