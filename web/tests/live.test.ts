import { QueryClient, QueryObserver } from '@tanstack/vue-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LiveEvent, LiveEventName } from '@/live/stream'

const listeners = vi.hoisted(() => new Set<(name: LiveEventName, data: LiveEvent) => void>())
vi.mock('@/live/stream', () => ({
  onLive: (listener: (name: LiveEventName, data: LiveEvent) => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}))
const { bindStream } = await import('@/live/invalidate')
const alarm = () => listeners.forEach((listener) => listener('alarm_changed', {}))

let client: QueryClient
let off: () => void
/** When the server was asked, and what the screen last showed. */
const asked: number[] = []
let shown = 0

/** A list of alarms whose answer takes so long; it tells when it was asked. */
function watchAlarms(takes: number): () => void {
  const observer = new QueryObserver(client, {
    queryKey: ['alarms'],
    queryFn: ({ signal }) => new Promise<number>((resolve, reject) => {
      const at = Date.now()
      asked.push(at)
      signal.addEventListener('abort', () => reject(new Error('aborted')))
      setTimeout(() => resolve(at), takes)
    }),
  })
  return observer.subscribe((result) => (shown = result.data ?? 0))
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('window', globalThis)
  client = new QueryClient()
  off = bindStream(client)
  asked.length = shown = 0
})
afterEach(() => {
  off()
  client.clear()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('one change is seen soon', async () => {
  watchAlarms(50)
  await vi.advanceTimersByTimeAsync(5_000)
  const before = Date.now()
  alarm()
  await vi.advanceTimersByTimeAsync(400)
  expect(shown).toBeGreaterThanOrEqual(before)
})

test('while twenty events a second pour in, a slow list still arrives, and the server is asked once a second', async () => {
  watchAlarms(700)
  await vi.advanceTimersByTimeAsync(5_000)
  asked.length = 0
  const began = Date.now()
  for (let event = 0; event < 200; event += 1) {
    alarm()
    await vi.advanceTimersByTimeAsync(50)
  }
  expect(Date.now() - shown).toBeLessThan(2_500)
  expect(asked.length).toBeGreaterThan(5)
  expect(asked.length).toBeLessThanOrEqual(1 + (Date.now() - began) / 1_000)
})

test('what changed while an answer was on its way is asked for afterwards', async () => {
  watchAlarms(3_000)
  await vi.advanceTimersByTimeAsync(1_000)
  const changed = Date.now()
  alarm()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked.at(-1)).toBeGreaterThanOrEqual(changed)
  expect(shown).toBe(asked.at(-1))
})
