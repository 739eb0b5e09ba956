/** Alarms that one enterprise raises within a short time are one happening: shown together, the worst in front. */
import type { Alarm, AlarmPriority } from '@/api/types'
import { RANK } from './order'

/** Two alarms belong together when no more than this lies between them. */
export const GAP_MS = 5 * 60_000
/** Fewer are read faster one by one. */
export const FEWEST = 4

export type GroupedAlarm = Pick<Alarm, 'id' | 'priority' | 'acknowledged' | 'closed' | 'raised_at' | 'enterprise' | 'device'>
export interface AlarmGroup<A extends GroupedAlarm> {
  /** The same while the first alarm of the group stands. */
  key: string
  alarms: A[]
  priority: AlarmPriority
  waiting: number
}
export type DeskEntry<A extends GroupedAlarm> = { alarm: A; group?: undefined } | { group: AlarmGroup<A>; alarm?: undefined }

/** Chains of alarms of one place, in time. */
function chains<A extends GroupedAlarm>(alarms: A[]): A[][] {
  const places = new Map<string, A[]>()
  for (const alarm of alarms) {
    const place = alarm.enterprise ?? alarm.device
    places.set(place, [...(places.get(place) ?? []), alarm])
  }
  const all: A[][] = []
  for (const own of places.values()) {
    let last = Number.NEGATIVE_INFINITY
    for (const alarm of own.toSorted((a, b) => Date.parse(a.raised_at) - Date.parse(b.raised_at))) {
      const at = Date.parse(alarm.raised_at)
      const chain = all.at(-1)
      if (chain && at - last <= GAP_MS) chain.push(alarm)
      else all.push([alarm])
      last = at
    }
  }
  return all
}

/** The list of the desk with groups in the place of their most urgent alarm. The order of the list is kept. */
export function grouped<A extends GroupedAlarm>(alarms: A[]): DeskEntry<A>[] {
  const groups = new Map<string, AlarmGroup<A>>()
  for (const chain of chains(alarms)) {
    if (chain.length < FEWEST) continue
    const ids = new Set(chain.map((alarm) => alarm.id))
    const ordered = alarms.filter((alarm) => ids.has(alarm.id))
    const priority = ordered.map((alarm) => alarm.priority).reduce((a, b) => (RANK[b] < RANK[a] ? b : a))
    const group = { key: chain[0]?.id ?? '', alarms: ordered, priority, waiting: ordered.filter((alarm) => !alarm.acknowledged && !alarm.closed).length }
    for (const id of ids) groups.set(id, group)
  }
  const shown = new Set<AlarmGroup<A>>()
  return alarms.flatMap((alarm): DeskEntry<A>[] => {
    const group = groups.get(alarm.id)
    if (!group) return [{ alarm }]
    if (shown.has(group)) return []
    shown.add(group)
    return [{ group }]
  })
}
