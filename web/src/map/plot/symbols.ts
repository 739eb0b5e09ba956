/**
 * The symbols of emergency plotting, in the groups that command maps use (events, forces, facilities; routes, cordons;
 * zones). Drawn here: stroke paths in a 24 × 24 box, white on the colour of the element.
 */
import type { PlotColor, PlotShape } from '@/api/types'

export type SymbolGroup = 'event' | 'force' | 'facility' | 'line' | 'zone' | 'text'
export interface PlotSymbol {
  name: string
  group: SymbolGroup
  shape: PlotShape
  color: PlotColor
  /** The sign of a point; of lines and zones, what the palette shows. */
  path: string
  dashed?: boolean
  hatched?: boolean
}

const point = (group: SymbolGroup, color: PlotColor) => (name: string, path: string): PlotSymbol => ({ name, group, shape: 'point', color, path })
const event = point('event', 'red')
const force = point('force', 'blue')
const facility = point('facility', 'green')

export const SYMBOLS: PlotSymbol[] = [
  event('fire', 'M12 4c1 4 5 5.500 5 10a5 5 0 0 1-10 0c0-2 1-3 2-4 .500 1.500 1.500 2 2 2-.500-3 0-6 1-8Z'),
  event('explosion', 'm12 4 1.500 4.500L18 6l-2 4 4 2-4 2 2 4-4.500-2.500L12 20l-1.500-4.500L6 18l2-4-4-2 4-2-2-4 4.500 2.500Z'),
  event('leak', 'M12 4c3 4.500 5 7 5 10a5 5 0 0 1-10 0c0-3 2-5.500 5-10ZM12 17a2.500 2.500 0 0 0 2.500-2.500'),
  event('poisoning', 'M8 5h8M10 5v5l-4 8h12l-4-8V5M8.500 14h7'),
  event('collapse', 'M5 19h14M7 19V9l5-4 5 4v10M9 12l3 3 2-3 2 3'),
  event('flood', 'M4 9c2-2 3.500 2 5.500 0s3.500 2 5.500 0 3 1 5 0M4 14c2-2 3.500 2 5.500 0s3.500 2 5.500 0 3 1 5 0M4 19c2-2 3.500 2 5.500 0s3.500 2 5.500 0 3 1 5 0'),
  event('landslide', 'M4 19 15 5l5 14ZM9 17h.01M12 13h.01M14 16.500h.01'),
  event('earthquake', 'M3 12h3l2-6 3 12 3-9 2 5 1-2h4'),
  event('traffic', 'M5 16v-4l2-5h10l2 5v4ZM5 12h14M7.500 16v2.500M16.500 16v2.500'),
  event('trapped', 'M12 8a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM12 8v7M8 11h8M9 20l3-5 3 5'),
  force('fire_brigade', 'M4 16V9h9l3 3h4v4ZM7.500 16v2M16.500 16v2M6 9l8-4'),
  force('rescue', 'M12 4v16M4 12h16M6.500 6.500l11 11M17.500 6.500l-11 11'),
  force('medical', 'M10 5h4v5h5v4h-5v5h-4v-5H5v-4h5Z'),
  force('police', 'M12 4 5 7v5c0 4 3 7 7 8 4-1 7-4 7-8V7ZM9 12l2 2 4-4'),
  force('engineering', 'M4 19h9M6 19v-6h5l2 3M9 13V8l6-3 4 7M17 12a2 2 0 0 0 3 2'),
  force('experts', 'M9 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4 19a5 5 0 0 1 10 0M15 6h5M15 9.500h5M16 13h4'),
  force('drone', 'M9 9 6 6M15 9l3-3M9 15l-3 3M15 15l3 3M9 9h6v6H9ZM5 8a2.500 2.500 0 1 1 3-3M19 8a2.500 2.500 0 1 0-3-3M5 16a2.500 2.500 0 1 0 3 3M19 16a2.500 2.500 0 1 1-3 3'),
  { ...point('facility', 'violet')('command_post', 'M6 21V4M6 5h12l-3 3.500 3 3.500H6') },
  facility('assembly', 'M12 4v6M9 7.500 12 10.500l3-3M4 12h6M7.500 9l3 3-3 3M20 12h-6M16.500 9l-3 3 3 3M12 20v-6'),
  facility('shelter', 'M4 12 12 5l8 7M6 11v8h12v-8M10 19v-5h4v5'),
  facility('medical_station', 'M4 19V8l8-4 8 4v11ZM12 9v7M8.500 12.500h7'),
  facility('supplies', 'M4 8l8-4 8 4v8l-8 4-8-4ZM4 8l8 4 8-4M12 12v8'),
  { ...point('facility', 'blue')('water', 'M12 4c3 4.500 5 7 5 10a5 5 0 0 1-10 0c0-3 2-5.500 5-10Z') },
  { ...point('facility', 'orange')('checkpoint', 'M4 9h16v5H4ZM7 9l3 5M12 9l3 5M7 14v5M17 14v5') },
  { ...point('facility', 'blue')('decontamination', 'M5 8a7 7 0 0 1 14 0ZM12 4V3M8 12v2M12 12v2M16 12v2M9 17v2M15 17v2') },
  { ...point('facility', 'black')('monitoring', 'M12 13v7M12 13a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM7.500 15.500a6 6 0 0 1 0-9M16.500 15.500a6 6 0 0 0 0-9') },
  { name: 'attack', group: 'line', shape: 'arrow', color: 'blue', path: 'M4 18 19 6M12 5l7.500.500L18 13' },
  { name: 'evacuation', group: 'line', shape: 'arrow', color: 'green', path: 'M4 18 19 6M12 5l7.500.500L18 13' },
  { name: 'transport', group: 'line', shape: 'arrow', color: 'black', path: 'M4 18 19 6M12 5l7.500.500L18 13', dashed: true },
  { name: 'spread', group: 'line', shape: 'arrow', color: 'red', path: 'M4 18 19 6M12 5l7.500.500L18 13' },
  { name: 'cordon', group: 'line', shape: 'line', color: 'orange', path: 'M3 17 8 9l6 4 7-8', dashed: true },
  { name: 'blockade', group: 'line', shape: 'line', color: 'red', path: 'M3 17 8 9l6 4 7-8' },
  { name: 'barrier', group: 'line', shape: 'line', color: 'black', path: 'M3 17 8 9l6 4 7-8' },
  { name: 'danger_zone', group: 'zone', shape: 'area', color: 'red', path: 'M5 7 15 4l5 8-5 8H6Z', hatched: true },
  { name: 'cordon_zone', group: 'zone', shape: 'area', color: 'orange', path: 'M5 7 15 4l5 8-5 8H6Z' },
  { name: 'evacuation_zone', group: 'zone', shape: 'area', color: 'green', path: 'M5 7 15 4l5 8-5 8H6Z' },
  { name: 'affected_zone', group: 'zone', shape: 'area', color: 'violet', path: 'M5 7 15 4l5 8-5 8H6Z', dashed: true },
  { name: 'hot_circle', group: 'zone', shape: 'circle', color: 'red', path: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Z', hatched: true },
  { name: 'safety_circle', group: 'zone', shape: 'circle', color: 'orange', path: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Z' },
  { name: 'text', group: 'text', shape: 'text', color: 'black', path: 'M5 6h14M12 6v13' },
]
export const GROUPS: SymbolGroup[] = ['event', 'force', 'facility', 'line', 'zone', 'text']
const BY_NAME = new Map(SYMBOLS.map((symbol) => [symbol.name, symbol]))
export const symbolOf = (name: string): PlotSymbol | undefined => BY_NAME.get(name)

export const PLOT_COLORS: Record<PlotColor, string> = { red: '#c8142f', orange: '#c25e00', blue: '#1d5fb8', green: '#1f7a3d', violet: '#6a3fa0', black: '#27312e' }

/** What a point sign stands on, so that the groups differ without their colours. */
export const PLATES: Partial<Record<SymbolGroup, string>> = {
  event: 'M8 1.500h8L22.500 8v8L16 22.500H8L1.500 16V8Z',
  force: 'M1.500 4h21v16h-21Z',
  facility: 'M12 1.500a10.500 10.500 0 1 1 0 21 10.500 10.500 0 0 1 0-21Z',
}
