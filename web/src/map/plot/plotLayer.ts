/** Draws plots on the map: zones below, lines, signs and words above. */
import type { PlotColor, PlotElement } from '@/api/types'
import type { MapLibre } from '../engine'
import { bearing, circle, closed, position, type Position } from '../geometry'
import { paint } from '../pen'
import { shape, showOverlay, type OverlayLayer, type Shape } from '../overlay'
import { FONT } from '../style'
import { PLATES, PLOT_COLORS, symbolOf } from './symbols'

export interface ShownPlot {
  id: string
  name: string
  elements: PlotElement[]
}

const SIDE = 30

function sign(name: string, color: PlotColor): ImageData | null {
  const symbol = symbolOf(name)
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIDE * 2
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!symbol || !pen) return null
  const scale = (SIDE * 2) / 24
  pen.scale(scale, scale)
  pen.lineJoin = pen.lineCap = 'round'
  const plate = new Path2D(PLATES[symbol.group] ?? PLATES.facility)
  pen.fillStyle = PLOT_COLORS[color]
  pen.strokeStyle = '#ffffff'
  pen.lineWidth = 1.5
  paint(pen, plate)
  pen.translate(12, 12)
  pen.scale(0.68, 0.68)
  pen.translate(-12, -12)
  pen.lineWidth = 2.1
  pen.stroke(new Path2D(symbol.path))
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}

function arrowHead(color: PlotColor): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 40
  const pen = canvas.getContext('2d', { willReadFrequently: true })!
  pen.fillStyle = PLOT_COLORS[color]
  pen.strokeStyle = '#ffffff'
  pen.lineWidth = 2
  const head = new Path2D('M20 3 36 35 20 27 4 35Z')
  paint(pen, head)
  return pen.getImageData(0, 0, 40, 40)
}

function hatch(color: PlotColor): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 16
  const pen = canvas.getContext('2d', { willReadFrequently: true })!
  pen.strokeStyle = PLOT_COLORS[color]
  pen.lineWidth = 2
  for (const offset of [-16, 0, 16]) {
    pen.beginPath()
    pen.moveTo(offset - 2, 18)
    pen.lineTo(offset + 18, -2)
    pen.stroke()
  }
  return pen.getImageData(0, 0, 16, 16)
}

/** Images are made once, before the shapes that use them are laid out. */
function provide(map: MapLibre, id: string): void {
  if (!id || map.hasImage(id)) return
  const [what, color, name] = id.split('/')
  const picture = what === 'plot-sign' ? sign(name ?? '', color as PlotColor) : what === 'plot-head' ? arrowHead(color as PlotColor) : hatch(color as PlotColor)
  if (picture) map.addImage(id, picture, { pixelRatio: 2 })
}

/** Words of a zone stand above its upper edge, clear of the signs within. */
function northernmost(ring: Position[]): Position {
  return ring.reduce((best, point) => (point[1] > best[1] ? point : best))
}

/** The shapes of one element. */
export function shapesOf(plot: ShownPlot, element: PlotElement, words: string): Shape[] {
  const points = element.points.map(position)
  const symbol = symbolOf(element.symbol)
  const shared = { plot: plot.id, plotName: plot.name, element: element.id, label: words, color: PLOT_COLORS[element.color], pattern: symbol?.hatched ? `plot-hatch/${element.color}` : '', dashed: symbol?.dashed ?? false }
  const [first] = points
  if (!first) return []
  const zone = (ring: Position[]): Shape[] => [shape('Polygon', [ring], { ...shared, part: 'zone' }), shape('LineString', ring, { ...shared, part: 'edge' }), shape('Point', northernmost(ring), { ...shared, part: 'words' })]
  switch (element.shape) {
    case 'point':
      return [shape('Point', first, { ...shared, part: 'sign', icon: `plot-sign/${element.color}/${element.symbol}` })]
    case 'text':
      return [shape('Point', first, { ...shared, part: 'words' })]
    case 'circle':
      return zone(circle(first, element.radius_m ?? 100))
    case 'area':
      return zone(closed(points))
    case 'line':
    case 'arrow': {
      const [before, last] = [points.at(-2) ?? first, points.at(-1) ?? first]
      const head = element.shape === 'arrow' ? [shape('Point', last, { ...shared, part: 'head', icon: `plot-head/${element.color}`, turn: bearing(before, last) })] : []
      return [shape('LineString', points, { ...shared, part: 'route' }), ...head, shape('Point', points[Math.floor((points.length - 1) / 2)] ?? first, { ...shared, part: 'words' })]
    }
  }
}

const part = (name: string) => ['==', ['get', 'part'], name] as const
const plain = ['==', ['get', 'dashed'], false]
const LAYERS: OverlayLayer[] = [
  { id: 'plots-zone', type: 'fill', filter: part('zone') as never, paint: { 'fill-color': ['get', 'color'], 'fill-opacity': 0.13 } },
  { id: 'plots-hatch', type: 'fill', filter: ['all', part('zone'), ['!=', ['get', 'pattern'], '']] as never, paint: { 'fill-pattern': ['image', ['get', 'pattern']] as never, 'fill-opacity': 0.45 } },
  { id: 'plots-casing', type: 'line', filter: ['in', ['get', 'part'], ['literal', ['route', 'edge']]], layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': '#fff', 'line-width': ['case', part('route') as never, 7, 5], 'line-opacity': 0.75 } },
  { id: 'plots-line', type: 'line', filter: ['all', ['in', ['get', 'part'], ['literal', ['route', 'edge']]], plain] as never, layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': ['get', 'color'], 'line-width': ['case', part('route') as never, 4, 2.4] } },
  { id: 'plots-dashed', type: 'line', filter: ['all', ['in', ['get', 'part'], ['literal', ['route', 'edge']]], ['!', plain]] as never, paint: { 'line-color': ['get', 'color'], 'line-width': ['case', part('route') as never, 4, 2.4], 'line-dasharray': [2.2, 1.4] } },
  { id: 'plots-head', type: 'symbol', filter: part('head') as never, layout: { 'icon-image': ['get', 'icon'], 'icon-rotate': ['get', 'turn'], 'icon-rotation-alignment': 'map', 'icon-allow-overlap': true } },
  { id: 'plots-sign', type: 'symbol', filter: part('sign') as never, layout: { 'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': 12.5, 'text-anchor': 'top', 'text-offset': [0, 1.3], 'text-max-width': 8, 'text-optional': true }, paint: { 'text-color': ['get', 'color'], 'text-halo-color': '#fff', 'text-halo-width': 2 } },
  { id: 'plots-words', type: 'symbol', filter: part('words') as never, layout: { 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': 13.5, 'text-max-width': 10, 'text-variable-anchor': ['bottom', 'top'], 'text-radial-offset': 0.4, 'text-allow-overlap': false }, paint: { 'text-color': ['get', 'color'], 'text-halo-color': '#fff', 'text-halo-width': 2.2 } },
]
/** What of a plot can be pointed at. */
export const PLOT_LAYERS = ['plots-sign', 'plots-head', 'plots-line', 'plots-dashed', 'plots-words', 'plots-zone']

export function showPlots(map: MapLibre, plots: ShownPlot[], words: (element: PlotElement) => string): void {
  const shapes = plots.flatMap((plot) => plot.elements.flatMap((element) => shapesOf(plot, element, words(element))))
  for (const { properties } of shapes) [properties.icon, properties.pattern].forEach((id) => provide(map, String(id ?? '')))
  showOverlay(map, 'plots', shapes, 'marks', LAYERS)
}
