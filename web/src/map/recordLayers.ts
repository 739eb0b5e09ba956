/** Ledger kinds as vector tiles: dots from afar, signed badges near, names nearer. */
import type { ExpressionSpecification } from 'maplibre-gl'
import type { MapLibre } from './engine'
import { geoApi } from '@/api/geo'
import type { Theme } from '@/ui/theme'
import { kindLook } from './kinds'
import { FONT } from './style'

const SIZE = 22

function badge(sign: string, color: string): ImageData {
  const ratio = 2
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIZE * ratio
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) return new ImageData(1, 1)
  pen.scale(ratio, ratio)
  pen.fillStyle = color
  pen.strokeStyle = '#ffffff'
  pen.lineWidth = 1.6
  pen.beginPath()
  pen.roundRect(1.5, 1.5, SIZE - 3, SIZE - 3, 5)
  pen.fill()
  pen.stroke()
  pen.fillStyle = '#ffffff'
  pen.font = `600 12px 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','WenQuanYi Micro Hei',sans-serif`
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillText(sign, SIZE / 2, SIZE / 2 + 0.5)
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}

export function recordLayerIds(kind: string): string[] {
  return [`rec-${kind}-dot`, `rec-${kind}-icon`]
}

const CLUSTER_RADIUS: ExpressionSpecification = ['interpolate', ['linear'], ['get', 'count'], 2, 8, 100, 14, 5000, 22]

export function addRecordLayer(map: MapLibre, kind: string, sign: string, theme: Theme, stamp: number): void {
  const source = `rec-${kind}`
  if (map.getSource(source)) return
  const { color } = kindLook(kind)
  map.addSource(source, { type: 'vector', tiles: [`${geoApi.tileUrl(kind)}?v=${stamp}`], minzoom: 0, maxzoom: 14 })
  if (!map.hasImage(source)) map.addImage(source, badge(sign, color), { pixelRatio: 2 })
  map.addLayer({
    id: `rec-${kind}-dot`, type: 'circle', source, 'source-layer': kind, maxzoom: 9.5,
    paint: {
      'circle-color': color,
      // Clusters carry a count and grow with it; a zoom expression must stand outermost.
      'circle-radius': ['interpolate', ['linear'], ['zoom'], 4, ['case', ['has', 'count'], CLUSTER_RADIUS, 2.5], 9, ['case', ['has', 'count'], CLUSTER_RADIUS, 5]],
      'circle-stroke-color': theme === 'day' ? '#fff' : '#0d1214', 'circle-stroke-width': 1, 'circle-opacity': 0.9,
    },
  })
  map.addLayer({
    id: `rec-${kind}-icon`, type: 'symbol', source, 'source-layer': kind, minzoom: 9.5,
    filter: ['!', ['has', 'count']],
    layout: {
      'icon-image': source, 'icon-allow-overlap': true, 'icon-size': 0.95,
      'text-field': ['step', ['zoom'], '', 12, ['get', 'name']], 'text-font': FONT, 'text-size': 12, 'text-anchor': 'top', 'text-offset': [0, 1], 'text-optional': true, 'text-max-width': 9,
    },
    paint: { 'text-color': theme === 'day' ? '#27312e' : '#d4dedb', 'text-halo-color': theme === 'day' ? '#fbfbf7' : '#11181a', 'text-halo-width': 1.4 },
  })
}

export function removeRecordLayer(map: MapLibre, kind: string): void {
  for (const id of recordLayerIds(kind)) if (map.getLayer(id)) map.removeLayer(id)
  if (map.getSource(`rec-${kind}`)) map.removeSource(`rec-${kind}`)
}
