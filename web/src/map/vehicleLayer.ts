/** Vehicles on the map: an arrow where they head, as buttons that the keyboard reaches. Alarm and silence are shapes too. */
import type { VehiclePosition } from '@/api/vehicles'
import { Marker, type MapLibre } from './engine'

const SVG = 'http://www.w3.org/2000/svg'
const ARROW = 'M12 3 19 20 12 16.4 5 20Z'
/** Without a heading a vehicle is a dot, not an arrow to the north. */
const DOT = 'M12 5.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13Z'

interface Shown {
  marker: Marker
  look: string
  vehicle: VehiclePosition
}
const moves = (vehicle: VehiclePosition) => (vehicle.speed_kmh ?? 0) >= 1

function drawn(vehicle: VehiclePosition): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.style.rotate = moves(vehicle) ? `${vehicle.direction ?? 0}deg` : '0deg'
  for (const kind of ['rim', 'shape']) {
    const path = document.createElementNS(SVG, 'path')
    path.setAttribute('class', kind)
    path.setAttribute('d', moves(vehicle) && vehicle.direction !== null ? ARROW : DOT)
    svg.append(path)
  }
  return svg
}

function element(vehicle: VehiclePosition, label: string, open: () => void): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = `map-vehicle${vehicle.alarms.length ? ' alarmed' : ''}${vehicle.online ? '' : ' silent'}`
  button.title = label
  button.setAttribute('aria-label', label)
  button.dataset.testid = 'map-vehicle'
  button.append(drawn(vehicle))
  if (vehicle.alarms.length) {
    const mark = document.createElement('b')
    mark.textContent = '!'
    button.append(mark)
  }
  button.addEventListener('click', (event) => {
    event.stopPropagation()
    open()
  })
  return button
}

/** Keeps the markers equal to the positions; one that only moved is moved, not drawn anew. */
export class VehicleLayer {
  private readonly shown = new Map<string, Shown>()
  constructor(private readonly map: MapLibre) {}

  show(vehicles: VehiclePosition[], label: (vehicle: VehiclePosition) => string, open: (vehicle: VehiclePosition) => void): void {
    const wanted = new Set(vehicles.map((vehicle) => vehicle.device))
    for (const [key, { marker }] of this.shown) {
      if (wanted.has(key)) continue
      marker.remove()
      this.shown.delete(key)
    }
    for (const vehicle of vehicles) this.put(vehicle, label(vehicle), () => open(this.shown.get(vehicle.device)?.vehicle ?? vehicle))
  }

  private put(vehicle: VehiclePosition, label: string, open: () => void): void {
    const look = `${label} ${vehicle.online} ${vehicle.alarms.length} ${moves(vehicle)} ${Math.round((vehicle.direction ?? 0) / 5)}`
    const old = this.shown.get(vehicle.device)
    if (old?.look === look) {
      old.marker.setLngLat([vehicle.location.lon, vehicle.location.lat])
      old.vehicle = vehicle
      return
    }
    const focused = old?.marker.getElement() === document.activeElement
    old?.marker.remove()
    const marker = new Marker({ element: element(vehicle, label, open), anchor: 'center' }).setLngLat([vehicle.location.lon, vehicle.location.lat]).addTo(this.map)
    this.shown.set(vehicle.device, { marker, look, vehicle })
    if (focused) marker.getElement().focus()
  }

  /** Vehicles within some pixels of a point of the screen. */
  near(point: { x: number; y: number }, pixels: number): VehiclePosition[] {
    return [...this.shown.values()].map(({ vehicle }) => vehicle).filter(({ location }) => {
      const at = this.map.project([location.lon, location.lat])
      return Math.hypot(at.x - point.x, at.y - point.y) <= pixels
    })
  }
}
