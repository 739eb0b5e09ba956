/** What lies under a point of the screen. */
import type { MapLibre } from './engine'
import { recordLayerIds } from './recordLayers'
import { PLOT_LAYERS } from './plot/plotLayer'
import type { MapSetting } from './setting'
import type { Thing } from './selection'
import type { MapLayers } from './useMapLayers'

interface ScreenPoint {
  x: number
  y: number
}
/** A finger is less exact than a mouse. */
const REACH = window.matchMedia('(pointer: coarse)').matches ? 16 : 8

/** Calls with the last value, once in a frame: a mouse tells where it is far more often than a screen draws. */
export function onceAFrame<T>(work: (last: T) => void): (value: T) => void {
  let waiting: { value: T } | null = null
  return (value) => {
    if (waiting) {
      waiting.value = value
      return
    }
    const own = (waiting = { value })
    requestAnimationFrame(() => {
      waiting = null
      work(own.value)
    })
  }
}

export class Pointing {
  constructor(private readonly map: MapLibre, private readonly setting: MapSetting, private readonly layers: MapLayers) {}

  private found(point: ScreenPoint, ids: string[], reach = REACH) {
    const present = ids.filter((id) => this.map.getLayer(id))
    if (!present.length) return []
    return this.map.queryRenderedFeatures([[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]], { layers: present })
  }

  private records(point: ScreenPoint, reach?: number) {
    return this.found(point, this.setting.shown.flatMap(recordLayerIds), reach)
  }

  hits(point: ScreenPoint): boolean {
    return this.records(point, 5).length > 0
  }

  /** The middle of a cluster, if nothing single lies nearer. */
  cluster(point: ScreenPoint): [number, number] | null {
    if (this.layers.pinsNear(point, REACH + 8).length || this.layers.vehiclesNear(point, REACH + 8).length) return null
    const found = this.records(point, 3)
    const cluster = found.find((feature) => feature.properties.count)
    if (!cluster || found.some((feature) => feature.properties.id) || cluster.geometry.type !== 'Point') return null
    return cluster.geometry.coordinates as [number, number]
  }

  things(point: ScreenPoint): Thing[] {
    const pins = [...this.layers.pinsNear(point, REACH + 8).flatMap((pin) => this.layers.thingOf(pin.key) ?? []), ...this.layers.vehiclesNear(point, REACH + 8)]
    const records = this.records(point).flatMap(({ properties, source }): Thing[] =>
      properties.id ? [{ type: 'record', kind: String(properties.kind ?? source.replace('rec-', '')), id: String(properties.id), name: String(properties.name ?? '') }] : [],
    )
    const warnings = this.found(point, ['warnings-fill'], 0).flatMap(({ properties }): Thing[] => {
      const warning = this.layers.live.warnings.value.find((one) => one.matter === properties.matter)
      return warning ? [{ type: 'warning', warning }] : []
    })
    const plots = this.found(point, PLOT_LAYERS, 4).map(({ properties }): Thing => ({ type: 'plot', plot: String(properties.plot), name: String(properties.plotName), label: String(properties.label) }))
    return [...pins, ...warnings, ...records, ...plots]
  }
}
