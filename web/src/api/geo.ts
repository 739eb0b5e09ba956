import { words } from './normal'
import { request, url } from './request'
import type { Division, FeatureCollection, Located, MapLayer, Page, Polygon, PopulationAnswer } from './types'

export const geoApi = {
  divisions: async (query: { parent?: string; q?: string; level?: string }): Promise<Division[]> => {
    const answer = await request<Division[] | Page<Division>>('/divisions', { query: { ...query, limit: 500 } })
    return Array.isArray(answer) ? answer : answer.items
  },
  division: (code: string) => request<Division>(`/divisions/${code}`),
  locate: (lon: number, lat: number, signal?: AbortSignal) => request<Located>('/divisions/locate', { query: { lon, lat }, signal }),
  boundaries: (codes: string[]) => request<FeatureCollection>('/boundaries', { query: { codes: codes.join(',') } }),
  population: (body: { area: Polygon } | { divisions: string[] }) =>
    request<PopulationAnswer>('/population', { method: 'POST', body }),
  layers: async (): Promise<MapLayer[]> =>
    (await request<MapLayer[]>('/map/layers')).map((layer) => ({ ...layer, title: words(layer.title_en === undefined ? layer.title : { zh: layer.title, en: layer.title_en }) })),
  basemap: (name: string) => request<FeatureCollection>(`/basemap/${name}`),
  basemapUrl: (name: string) => url(`/basemap/${name}`),
  tileUrl: (kind: string) => `${window.location.origin}${url(`/tiles/${kind}`)}/{z}/{x}/{y}.mvt`,
}
