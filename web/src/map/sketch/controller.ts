/** Binds a sketch to a map. Clicks and keys add corners; the crosshair in the middle stands for a pointer where there is none. */
import { ref, shallowRef } from 'vue'
import type { MapMouseEvent } from 'maplibre-gl'
import type { MapLibre } from '../engine'
import { showOverlay, removeOverlay, shape as feature, type OverlayLayer } from '../overlay'
import type { Position } from '../geometry'
import { begin, canFinish, corners, ring, step, type Sketch, type SketchAction, type SketchShape } from './sketch'

const SOURCE = 'sketch'
const COLOR = '#0b7d72'
const LAYERS: OverlayLayer[] = [
  { id: 'sketch-fill', type: 'fill', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': COLOR, 'fill-opacity': 0.14 } },
  { id: 'sketch-casing', type: 'line', filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-color': '#fff', 'line-width': 5, 'line-opacity': 0.8 } },
  { id: 'sketch-line', type: 'line', filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-color': COLOR, 'line-width': 2.5 } },
  { id: 'sketch-corner', type: 'circle', filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-color': '#fff', 'circle-radius': 5, 'circle-stroke-color': COLOR, 'circle-stroke-width': 2.5 } },
]

export class SketchController {
  readonly active = ref(false)
  readonly sketch = shallowRef<Sketch | null>(null)
  private finished: ((sketch: Sketch) => void) | null = null

  constructor(private readonly map: MapLibre) {
    map.on('click', (event) => this.click(event))
    map.on('dblclick', (event) => {
      if (!this.active.value) return
      event.preventDefault()
      this.act({ type: 'finish' })
    })
    // Without a mouse the crosshair is the pointer.
    map.on('move', (event) => {
      if (this.active.value && !(event.originalEvent instanceof MouseEvent)) this.moveToCenter()
    })
    map.on('mousemove', (event) => this.active.value && this.act({ type: 'move', at: [event.lngLat.lng, event.lngLat.lat] }))
  }

  /** Draws one shape; whatever was being drawn is dropped. */
  start(shape: SketchShape, finished: (sketch: Sketch) => void): void {
    this.finished = finished
    this.active.value = true
    this.map.doubleClickZoom.disable()
    this.map.getCanvas().style.cursor = 'crosshair'
    this.set(begin(shape))
  }

  /** Shows something that was drawn already. */
  show(sketch: Sketch | null): void {
    this.stop()
    this.set(sketch)
  }

  stop(): void {
    this.active.value = false
    this.finished = null
    this.map.doubleClickZoom.enable()
    this.map.getCanvas().style.cursor = ''
    this.set(null)
  }

  act(action: SketchAction): void {
    if (!this.active.value || !this.sketch.value) return
    const next = step(this.sketch.value, action)
    this.set(next)
    if (!next.done) return
    this.active.value = false
    this.map.getCanvas().style.cursor = ''
    // The click that ends a drawing must not zoom as part of a double click.
    window.setTimeout(() => this.map.doubleClickZoom.enable(), 300)
    this.finished?.(next)
  }

  /** The middle of the map, for keys and thumbs. */
  addAtCenter(): void {
    const { lng, lat } = this.map.getCenter()
    this.act({ type: 'add', at: [lng, lat] })
  }

  private moveToCenter(): void {
    const { lng, lat } = this.map.getCenter()
    this.act({ type: 'move', at: [lng, lat] })
  }

  canFinish(): boolean {
    return this.sketch.value !== null && canFinish(this.sketch.value)
  }

  /** After the style was loaded anew. */
  repaint(): void {
    this.set(this.sketch.value)
  }

  private click(event: MapMouseEvent): void {
    if (!this.active.value) return
    // Whoever looks for what lies here must not answer a click that draws.
    event.preventDefault()
    this.act({ type: 'add', at: [event.lngLat.lng, event.lngLat.lat] as Position })
  }

  private set(sketch: Sketch | null): void {
    this.sketch.value = sketch
    if (!sketch) {
      removeOverlay(this.map, SOURCE)
      return
    }
    const outline = ring(sketch)
    const line = corners(sketch)
    const shapes = sketch.points.map((point) => feature('Point', point))
    if (outline.length) shapes.push(feature('Polygon', [outline]))
    else if (line.length > 1) shapes.push(feature('LineString', line))
    showOverlay(this.map, SOURCE, shapes, 'marks', LAYERS)
  }
}
