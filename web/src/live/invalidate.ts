/** What an event of the stream makes out of date. */
import type { QueryClient, QueryKey } from '@tanstack/vue-query'
import { keys } from '@/queryKeys'
import { onLive, type LiveEvent, type LiveEventName } from './stream'

const FLUSH_MS = 250

export function affectedKeys(name: LiveEventName, data: LiveEvent): QueryKey[] {
  switch (name) {
    case 'alarm_changed':
      return data.silenced ? [keys.alarms, keys.boards, keys.overview, keys.service] : [keys.alarms, keys.boards, keys.overview]
    case 'matter_changed':
      return [keys.matters, keys.inbox, keys.clocks, keys.overview, keys.warnings, keys.alarms]
    case 'clock_changed':
      return [keys.clocks, keys.inbox, keys.overview, keys.matter(String(data.matter))]
    case 'delivery_changed':
      return [keys.messages, keys.warnings, keys.matters]
    case 'record_changed':
      return [keys.records(String(data.kind)), keys.layers, keys.boards]
    case 'device_order_changed':
      return [[...keys.deviceOrders, String(data.device)]]
    case 'device_connection':
      return [keys.devices, keys.boards, keys.overview, keys.series, keys.deviceOrders]
    case 'service_changed':
      return [keys.service, keys.alarms, keys.boards, keys.overview]
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

/** One change is seen soon; while changes pour in, a cache is refreshed once a second. */
const POURING_MS = 1_000
/** An answer that does not come for so long is not waited for any more. */
const PATIENCE_MS = 10_000

/**
 * Refreshes the caches that events touch. What is on its way is let arrive first: asking anew for each
 * event would end every slow request before its answer, and the screen would show nothing new for as long as events come.
 */
class Refresher {
  private readonly waiting = new Map<string, { key: QueryKey; due: number }>()
  private readonly refreshed = new Map<string, number>()
  private timer = 0
  constructor(private readonly client: QueryClient) {}

  touch(key: QueryKey): void {
    const name = JSON.stringify(key)
    if (this.waiting.has(name)) return
    const due = Math.max(Date.now() + FLUSH_MS, (this.refreshed.get(name) ?? 0) + POURING_MS)
    this.waiting.set(name, { key, due })
    this.timer ||= window.setTimeout(this.flush, FLUSH_MS)
  }

  private readonly flush = (): void => {
    this.timer = 0
    const now = Date.now()
    for (const [name, { key, due }] of this.waiting) {
      if (due > now || (this.onItsWay(key) && due > now - PATIENCE_MS)) continue
      this.waiting.delete(name)
      this.refreshed.set(name, now)
      void this.client.invalidateQueries(key.length === 0 ? {} : { queryKey: key })
    }
    if (this.waiting.size > 0) this.timer = window.setTimeout(this.flush, FLUSH_MS)
  }

  /** Everything at once (other rights, a lost line) waits for nobody. */
  private onItsWay(key: QueryKey): boolean {
    return key.length > 0 && this.client.isFetching({ queryKey: key }) > 0
  }

  stop(): void {
    window.clearTimeout(this.timer)
  }
}

export function bindStream(client: QueryClient): () => void {
  const refresher = new Refresher(client)
  const off = onLive((name, data) => affectedKeys(name, data).forEach((key) => refresher.touch(key)))
  return () => {
    off()
    refresher.stop()
  }
}
