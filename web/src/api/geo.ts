import type { DivisionQuery } from './generated'
import { words } from './normal'
import { request, url } from './request'
import type { Division, DivisionDetail, FeatureCollection, Located, MapLayer, Polygon, PopulationAnswer } from './types'

export const geoApi = {
  divisions: (query: DivisionQuery) => request<Division[]>('/divisions', { query: { limit: 500, ...query } }),
  division: (code: string) => request<DivisionDetail>(`/divisions/${code}`),
  locate: (lon: number, lat: number, signal?: AbortSignal) => request<Located>('/divisions/locate', { query: { lon, lat }, signal }),
  boundaries: (codes: string[]) => request<FeatureCollection>('/boundaries', { query: { codes: codes.join(',') } }),
  population: (body: { area: Polygon } | { divisions: string[] }) =>
    request<PopulationAnswer>('/population', { method: 'POST', body }),
  layers: async (): Promise<MapLayer[]> =>
    (await request<MapLayer[]>('/map/layers')).map((layer) => ({ ...layer, title: words({ zh: layer.title, en: layer.title_en }) })),
  basemapUrl: (name: string) => url(`/basemap/${name}`),
  tileUrl: (kind: string) => `${window.location.origin}${url(`/tiles/${kind}/{z}/{x}/{y}`)}.mvt`,
}
