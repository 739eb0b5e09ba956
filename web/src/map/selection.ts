import type { Matter, WarningInForce } from '@/api/types'
import type { LonLat } from './coordinates/datum'

/** Something on the map that has a card. */
export type Thing =
  | { type: 'record'; kind: string; id: string; name: string }
  | { type: 'alarm'; id: string; title: string; priority: string }
  | { type: 'incident'; matter: Matter }
  | { type: 'vehicle'; device: string; name: string }
  | { type: 'warning'; warning: WarningInForce }
  | { type: 'plot'; plot: string; name: string; label: string }

/** What the person pointed at: a place and all things there; one of them may be open. */
export interface Selection {
  at: LonLat | null
  things: Thing[]
  open: Thing | null
}

export function thingKey(thing: Thing): string {
  switch (thing.type) {
    case 'record':
      return `record/${thing.kind}/${thing.id}`
    case 'alarm':
      return `alarm/${thing.id}`
    case 'incident':
      return `incident/${thing.matter.id}`
    case 'vehicle':
      return `vehicle/${thing.device}`
    case 'warning':
      return `warning/${thing.warning.identifier}`
    case 'plot':
      return `plot/${thing.plot}/${thing.label}`
  }
}

/** The most urgent first, each once. */
const RANK: Record<Thing['type'], number> = { alarm: 0, incident: 1, warning: 2, vehicle: 3, record: 4, plot: 5 }
export function ordered(things: Thing[]): Thing[] {
  const once = new Map(things.map((thing) => [thingKey(thing), thing]))
  return [...once.values()].sort((one, other) => RANK[one.type] - RANK[other.type])
}
