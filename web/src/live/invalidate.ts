/** What an event of the stream makes out of date. */
import type { QueryClient, QueryKey } from '@tanstack/vue-query'
import { keys } from '@/queryKeys'
import { onLive, type LiveEvent, type LiveEventName } from './stream'

const FLUSH_MS = 250

export function affectedKeys(name: LiveEventName, data: LiveEvent): QueryKey[] {
  switch (name) {
    case 'alarm_changed':
      return [keys.alarms, keys.overview]
    case 'matter_changed':
      return [keys.matters, keys.inbox, keys.clocks, keys.overview, keys.warnings, keys.alarms]
    case 'clock_changed':
      return [keys.clocks, keys.inbox, keys.overview, keys.matter(String(data.matter))]
    case 'delivery_changed':
      return [keys.messages, keys.warnings, keys.matters]
    case 'record_changed':
      return [keys.records(String(data.kind)), keys.layers]
    case 'device_connection':
      return [keys.devices, keys.overview, keys.series]
    case 'job_changed':
      return [keys.imports]
    case 'quarantine_changed':
      return [keys.quarantine]
    case 'wall_changed':
      return [keys.walls]
    case 'set_aside_changed':
      return [keys.setAside]
    // Other rights: everything that is on the screen is asked for anew.
    case 'access_changed':
    case 'reset':
      return [[]]
    default:
      return []
  }
}

/** Events come in bursts: the caches they touch are refreshed once per quarter second. */
export function bindStream(client: QueryClient): () => void {
  const waiting = new Map<string, QueryKey>()
  let timer = 0
  const flush = () => {
    timer = 0
    for (const key of waiting.values()) void client.invalidateQueries(key.length === 0 ? {} : { queryKey: key })
    waiting.clear()
  }
  return onLive((name, data) => {
    for (const key of affectedKeys(name, data)) waiting.set(JSON.stringify(key), key)
    if (waiting.size > 0 && !timer) timer = window.setTimeout(flush, FLUSH_MS)
  })
}
