/** What the parts of One Map share. */
import { inject, provide, type InjectionKey, type Ref, type ShallowRef } from 'vue'
import type { LonLat } from './coordinates/datum'
import type { MapLibre } from './engine'
import type { MapSetting } from './setting'
import type { Selection, Thing } from './selection'
import type { SketchController } from './sketch/controller'

export const TOOLS = ['layers', 'near', 'inside', 'list', 'plot', 'measure', 'time', 'views', 'bases', 'export'] as const
export type Tool = (typeof TOOLS)[number]

export interface OneMap {
  map: ShallowRef<MapLibre | null>
  /** Grows when the style was loaded anew: what lies on the map must be laid again. */
  styled: Ref<number>
  setting: MapSetting
  tool: Ref<Tool | null>
  selection: ShallowRef<Selection | null>
  /** Where "near" looks from. */
  nearAt: ShallowRef<LonLat | null>
  /** The box in view, west, south, east, north; changes when the map rests. */
  box: Ref<[number, number, number, number] | null>
  sketch: ShallowRef<SketchController | null>
  show: (thing: Thing, at?: LonLat | null) => void
  flyTo: (at: LonLat, zoom?: number) => void
}

const KEY: InjectionKey<OneMap> = Symbol('one-map')
export const provideOneMap = (own: OneMap) => provide(KEY, own)

export function useOneMap(): OneMap {
  const own = inject(KEY)
  if (!own) throw new Error('outside of One Map')
  return own
}
