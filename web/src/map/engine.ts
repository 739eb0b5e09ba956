/** MapLibre, loaded only where a map is shown. The worker is a file of ours: the CSP allows no other. */
import { Map as MapLibre, setWorkerUrl, AttributionControl, NavigationControl, ScaleControl, Marker, type MapMouseEvent, type StyleSpecification } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import 'maplibre-gl/dist/maplibre-gl.css'

setWorkerUrl(workerUrl)

export interface MapOptions {
  container: HTMLElement
  style: StyleSpecification
  center: [number, number]
  zoom: number
  attribution: string
  small: boolean
}

export function createMap(options: MapOptions): MapLibre {
  const map = new MapLibre({
    container: options.container,
    style: options.style,
    center: options.center,
    zoom: options.zoom,
    minZoom: 2.5,
    maxZoom: 18,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    renderWorldCopies: false,
    localIdeographFontFamily: "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','WenQuanYi Micro Hei',sans-serif",
    fadeDuration: 120,
  })
  // What does not come because the line is lost is told by the shell; One Map tells more of its own.
  if (options.small) map.on('error', ({ error }) => (error as { status?: number }).status !== 0 && console.error(error))
  map.touchZoomRotate.disableRotation()
  map.addControl(new AttributionControl({ compact: options.small, customAttribution: options.attribution }), 'bottom-right')
  if (options.small) map.once('load', () => options.container.querySelector('.maplibregl-ctrl-attrib')?.classList.remove('maplibregl-compact-show'))
  if (!options.small) map.addControl(new ScaleControl({ maxWidth: 110 }), 'bottom-left')
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
  return map
}

export { Marker }
export type { MapLibre, MapMouseEvent }
