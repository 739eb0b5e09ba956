/** Alarms and incidents on the map, as buttons: they can be reached by keyboard. Drawn like the grades everywhere else. */
import type { Alarm, Matter } from '@/api/types'
import { SCALES, SHAPES, type Scale } from '@/ui/scales'
import { Marker, type MapLibre } from './engine'

const SVG = 'http://www.w3.org/2000/svg'
/** Pixels of the side of a pin's sign; its drawing is 24 units wide. */
export const PIN_SIZE = 28
/** So far above its place stands an incident, on a stem: what it is about is often at the same place. */
const LIFT = 30

export interface Pin {
  key: string
  lon: number
  lat: number
  scale: Scale
  value: string
  label: string
  pulse: boolean
  testId: string
  /** Pixels above its place. */
  lift: number
  open: () => void
}
export const rankOf = (pin: Pin) => SCALES[pin.scale][pin.value]?.rank ?? 4

/** From the shape down to the place, in units of the drawing. */
export const stemOf = (pin: Pin) => `M12 22.5V${(12 + (pin.lift * 24) / PIN_SIZE).toFixed(1)}`

function path(kind: string, d: string): SVGPathElement {
  const element = document.createElementNS(SVG, 'path')
  element.setAttribute('class', kind)
  element.setAttribute('d', d)
  return element
}

/** The sign of the grade: drawn where its scale draws one, else a letter. */
function signElement(pin: Pin): SVGElement {
  const look = SCALES[pin.scale][pin.value]
  if (look?.sign) return path('sign', look.sign)
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
  button.className = `map-pin grade-colors ${pin.scale} rank-${rankOf(pin)}${pin.pulse ? ' pulse' : ''}`
  button.title = pin.label
  button.setAttribute('aria-label', pin.label)
  button.dataset.testid = pin.testId
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  if (pin.lift) svg.append(path('rim', stemOf(pin)), path('stem', stemOf(pin)))
  svg.append(path('rim', SHAPES[pin.scale]), path('shape', SHAPES[pin.scale]), signElement(pin))
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
      ? [{ key: matter.id, lon: matter.location.lon, lat: matter.location.lat, scale: 'event_level' as const, value: matter.grade?.value ?? 'ordinary', label: matter.title, pulse: false, testId: 'map-incident', lift: LIFT, open: () => open(matter) }]
      : [],
  )
}
