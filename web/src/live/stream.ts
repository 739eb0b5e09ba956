/** The server-sent stream: one connection, resumed after a lost line or a restarted server. */
import { reactive, ref } from 'vue'
import { url } from '@/api/request'

export type LiveState = 'connecting' | 'live' | 'stale' | 'offline'
export type LiveEventName =
  | 'record_changed' | 'alarm_changed' | 'device_connection' | 'service_changed' | 'device_order_changed' | 'quarantine_changed'
  | 'matter_changed' | 'clock_changed' | 'message_requested' | 'delivery_changed' | 'set_aside_changed' | 'access_changed'
  | 'wall_changed' | 'job_changed' | 'job_progress' | 'value' | 'reset'
export type LiveEvent = Record<string, unknown>
type Listener = (name: LiveEventName, data: LiveEvent) => void

const NAMES: LiveEventName[] = [
  'record_changed', 'alarm_changed', 'device_connection', 'service_changed', 'device_order_changed', 'quarantine_changed', 'matter_changed',
  'clock_changed', 'message_requested', 'delivery_changed', 'set_aside_changed', 'access_changed', 'wall_changed', 'job_changed', 'job_progress', 'value', 'reset',
]
/** The server ends a stream now and then; a quick return is not worth a mark. */
const GRACE_MS = 2_500
const OFFLINE_AFTER_MS = 15_000
const MAX_WAIT_MS = 4_000
/** A line that died without a word looks like a quiet night: after this long without an event the server is asked. */
const QUIET_MS = 20_000
const PROBE_MS = 6_000
const CONNECT_MS = 12_000

export const live = reactive<{ state: LiveState; since: number; lastEventAt: number | null; lastSeenAt: number | null }>({
  state: 'connecting',
  since: Date.now(),
  lastEventAt: null,
  /** When the server was there for the last time, as far as we know. */
  lastSeenAt: null,
})
/** Grows with each reconnection: whoever caches outside vue-query reloads on it. */
export const generation = ref(0)

let source: EventSource | null = null
let position: string | null = null
let attempts = 0
let wasLive = false
let retryTimer = 0
let offlineTimer = 0
let graceTimer = 0
let quietTimer = 0
const listeners = new Set<Listener>()

function setState(state: LiveState): void {
  if (live.state === state) return
  live.state = state
  live.since = Date.now()
}

function emit(name: LiveEventName, data: LiveEvent): void {
  for (const listener of listeners) listener(name, data)
}

/** The server was there: asks again when it has been quiet for long. */
function heard(): void {
  live.lastSeenAt = Date.now()
  window.clearTimeout(quietTimer)
  quietTimer = window.setTimeout(() => void probe(), QUIET_MS)
}

async function probe(): Promise<void> {
  const asked = source
  try {
    await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(PROBE_MS) })
    if (source === asked) heard()
  } catch {
    if (source && source === asked) failed()
  }
}

function receive(name: LiveEventName, event: MessageEvent<string>): void {
  if (event.lastEventId) position = event.lastEventId
  live.lastEventAt = Date.now()
  heard()
  try {
    emit(name, JSON.parse(event.data || '{}') as LiveEvent)
  } catch {
    emit('reset', {})
  }
}

function clearMarks(): void {
  window.clearTimeout(offlineTimer)
  window.clearTimeout(graceTimer)
  offlineTimer = graceTimer = 0
}

function opened(): void {
  attempts = 0
  clearMarks()
  heard()
  setState('live')
  if (wasLive) {
    // What happened meanwhile is resent from the position; caches are refreshed all the same.
    generation.value += 1
    emit('reset', {})
  }
  wasLive = true
}

function failed(): void {
  if (wasLive && live.state === 'live' && !graceTimer) graceTimer = window.setTimeout(() => setState('stale'), GRACE_MS)
  // A page that never had a line has nothing that could be of now.
  if (!offlineTimer) offlineTimer = window.setTimeout(() => setState('offline'), wasLive ? OFFLINE_AFTER_MS : GRACE_MS)
  window.clearTimeout(quietTimer)
  source?.close()
  source = null
  window.clearTimeout(retryTimer)
  const wait = Math.min(MAX_WAIT_MS, 500 * 2 ** attempts) * (0.75 + Math.random() / 2)
  attempts += 1
  retryTimer = window.setTimeout(connect, wait)
}

/** The system itself says that there is no network. */
function unplugged(): void {
  failed()
  setState('offline')
}

function connect(): void {
  window.clearTimeout(retryTimer)
  source?.close()
  source = new EventSource(url('/stream', { last_event_id: position }))
  window.clearTimeout(quietTimer)
  quietTimer = window.setTimeout(failed, CONNECT_MS)
  source.addEventListener('open', opened)
  source.addEventListener('error', failed)
  for (const name of NAMES) source.addEventListener(name, (event) => receive(name, event as MessageEvent<string>))
}

export function startStream(): void {
  if (source || retryTimer) return
  window.addEventListener('online', connect)
  window.addEventListener('offline', unplugged)
  connect()
}

export function stopStream(): void {
  window.removeEventListener('online', connect)
  window.removeEventListener('offline', unplugged)
  window.clearTimeout(retryTimer)
  window.clearTimeout(quietTimer)
  clearMarks()
  retryTimer = 0
  source?.close()
  source = null
  position = null
  wasLive = false
  setState('connecting')
}

export function onLive(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
