/** Drawing one polygon by hand. */
import { TerraDraw, TerraDrawPolygonMode } from 'terra-draw'
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter'
import type { Polygon } from '@/api/types'
import type { MapLibre } from './engine'

export class PolygonDrawing {
  private draw: TerraDraw | null = null
  constructor(private readonly map: MapLibre) {}

  start(done: (polygon: Polygon) => void): void {
    this.stop()
    const draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map: this.map, coordinatePrecision: 6 }),
      modes: [new TerraDrawPolygonMode({ styles: { fillColor: '#0a675e', outlineColor: '#0a675e', outlineWidth: 2, fillOpacity: 0.15, closingPointColor: '#0a675e' } })],
    })
    this.draw = draw
    draw.start()
    draw.setMode('polygon')
    this.map.doubleClickZoom.disable()
    draw.on('finish', () => {
      const shape = draw.getSnapshot().find((feature) => feature.geometry.type === 'Polygon' && feature.properties.mode === 'polygon')
      const ring = (shape?.geometry.coordinates as number[][][] | undefined) ?? []
      // Leaving the library's own event before tearing it down.
      window.setTimeout(() => {
        this.stop()
        if (ring.length > 0) done({ type: 'Polygon', coordinates: ring })
      })
    })
  }

  stop(): void {
    this.map.doubleClickZoom.enable()
    this.draw?.stop()
    this.draw = null
  }

  destroy(): void {
    try {
      this.draw?.stop()
    } catch {
      // The map may be gone already.
    }
    this.draw = null
  }
}
