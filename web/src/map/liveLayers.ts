/** Alarms, incidents and warnings on the map. Alarms are buttons: they can be reached by keyboard. */
import type { GeoJSONSource } from 'maplibre-gl'
import type { Alarm, Matter, WarningInForce } from '@/api/types'
import { SCALES, SHAPES, type Scale } from '@/ui/scales'
import { Marker, type MapLibre } from './engine'
import { below } from './overlay'
import { FONT } from './style'

const SVG = 'http://www.w3.org/2000/svg'

export interface Pin {
  key: string
  lon: number
  lat: number
  scale: Scale
  value: string
  label: string
  pulse: boolean
  testId: string
  /** Lifted above what stands at the same place. */
  lift: number
  open: () => void
}

/** The sign of the grade: drawn where its scale draws one, else a letter. */
function signElement(pin: Pin): SVGElement {
  const look = SCALES[pin.scale][pin.value]
  if (look?.sign) {
    const path = document.createElementNS(SVG, 'path')
    path.setAttribute('d', look.sign)
    path.setAttribute('class', 'sign')
    return path
  }
  const text = document.createElementNS(SVG, 'text')
  text.setAttribute('x', '12')
  text.setAttribute('y', '16.4')
  text.setAttribute('text-anchor', 'middle')
  text.textContent = look?.glyph ?? '?'
  return text
}

function pinElement(pin: Pin): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = `map-pin ${pin.scale} rank-${SCALES[pin.scale][pin.value]?.rank ?? 4}${pin.pulse ? ' pulse' : ''}`
  button.title = pin.label
  button.setAttribute('aria-label', pin.label)
  button.dataset.testid = pin.testId
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', SHAPES[pin.scale])
  svg.append(path, signElement(pin))
  button.append(svg)
  button.addEventListener('click', (event) => {
    event.stopPropagation()
    pin.open()
  })
  return button
}

/** Keeps the markers on the map equal to a list, touching only what changed. */
export class PinLayer {
  private readonly pins = new Map<string, { marker: Marker; look: string; pin: Pin }>()
  constructor(private readonly map: MapLibre) {}

  show(list: Pin[]): void {
    const wanted = new Set(list.map((pin) => pin.key))
    for (const [key, { marker }] of this.pins) {
      if (!wanted.has(key)) {
        marker.remove()
        this.pins.delete(key)
      }
    }
    for (const pin of list) {
      const look = `${pin.value} ${pin.pulse} ${pin.label} ${pin.lon} ${pin.lat}`
      const old = this.pins.get(pin.key)
      if (old?.look === look) {
        old.pin = pin
        continue
      }
      old?.marker.remove()
      const marker = new Marker({ element: pinElement(pin), anchor: 'center', offset: [0, -pin.lift] }).setLngLat([pin.lon, pin.lat]).addTo(this.map)
      this.pins.set(pin.key, { marker, look, pin })
    }
  }

  clear(): void {
    this.show([])
  }

  all(): Pin[] {
    return [...this.pins.values()].map(({ pin }) => pin)
  }

  /** The pins within some pixels of a point of the screen, as they are drawn. */
  near(point: { x: number; y: number }, pixels: number): Pin[] {
    return this.all().filter((pin) => {
      const at = this.map.project([pin.lon, pin.lat])
      return Math.hypot(at.x - point.x, at.y - pin.lift - point.y) <= pixels
    })
  }
}

export function alarmPins(alarms: Alarm[], open: (alarm: Alarm) => void): Pin[] {
  return alarms.flatMap((alarm) =>
    alarm.location
      ? [{ key: alarm.id, lon: alarm.location.lon, lat: alarm.location.lat, scale: 'alarm_priority' as const, value: alarm.priority, label: alarm.title, pulse: !alarm.acknowledged, testId: 'map-alarm', lift: 0, open: () => open(alarm) }]
      : [],
  )
}

export function incidentPins(matters: Matter[], open: (matter: Matter) => void): Pin[] {
  return matters.flatMap((matter) =>
    matter.location
      ? [{ key: matter.id, lon: matter.location.lon, lat: matter.location.lat, scale: 'event_level' as const, value: matter.grade?.value ?? 'ordinary', label: matter.title, pulse: false, testId: 'map-incident', lift: 30, open: () => open(matter) }]
      : [],
  )
}

const WARNING_COLORS = ['match', ['get', 'color'], 'red', '#c8142f', 'orange', '#ef7d0e', 'yellow', '#e0b000', '#1f66c4'] as never

/** Warnings in force; where no outline was drawn, the boundaries of the divisions stand for it. */
export function showWarnings(map: MapLibre, warnings: WarningInForce[], shapes: Record<string, unknown>, night: boolean, label: (warning: WarningInForce) => string): void {
  const features = warnings.flatMap((warning) => {
    const properties = { matter: warning.matter, color: warning.color, label: label(warning) }
    if (warning.area?.polygon) return [{ type: 'Feature', properties, geometry: warning.area.polygon }]
    return (warning.area?.divisions ?? []).flatMap((code) => (shapes[code] ? [{ type: 'Feature', properties, geometry: shapes[code] }] : []))
  })
  const data = { type: 'FeatureCollection', features } as unknown as GeoJSON.FeatureCollection
  const existing = map.getSource<GeoJSONSource>('warnings')
  if (existing) {
    existing.setData(data)
    return
  }
  map.addSource('warnings', { type: 'geojson', data })
  map.addLayer({ id: 'warnings-fill', type: 'fill', source: 'warnings', paint: { 'fill-color': WARNING_COLORS, 'fill-opacity': 0.16 } }, below(map, 'areas'))
  map.addLayer({ id: 'warnings-line', type: 'line', source: 'warnings', paint: { 'line-color': WARNING_COLORS, 'line-width': 2.2, 'line-dasharray': [4, 1.5] } }, below(map, 'areas'))
  map.addLayer({
    id: 'warnings-label', type: 'symbol', source: 'warnings',
    minzoom: 6.5,
    layout: { 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': 12.5, 'text-max-width': 11, 'text-anchor': 'bottom', 'text-offset': [0, -1.6], 'text-padding': 4 },
    paint: { 'text-color': night ? '#f0f4f2' : '#17201e', 'text-halo-color': night ? '#11181a' : '#fff', 'text-halo-width': 1.8 },
  }, below(map, 'areas'))
}

/** Colour is never the only sign: the level is in the words as well. */
export function warningLabel(warning: WarningInForce, color: string): string {
  return warning.headline.includes(color) ? warning.headline : `${color} · ${warning.headline}`
}
