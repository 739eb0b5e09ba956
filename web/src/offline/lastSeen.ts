/**
 * What the portal and the phone showed when the line was last there, kept in this browser for one person.
 * It is read only when the page opens without the line, and it ends with the session: signing out deletes it.
 */
import { dehydrate, hydrate, type DehydratedState, type QueryClient, type QueryKey } from '@tanstack/vue-query'
import { clear, createStore, get, set, values } from 'idb-keyval'
import type { Session } from '@/api/types'
import { keys } from '@/queryKeys'

export interface LastSeen {
  /** When all of it was of now. */
  at: number
  session: Session
  post: string | null
  state: DehydratedState
}

/** Older than a long shift helps nobody and only lies about. */
const KEPT_MS = 12 * 3_600_000
const KEPT: QueryKey[] = [keys.inbox, [...keys.inbox, 'phone'], keys.clocks, keys.overview, keys.warnings, [...keys.alarms, 'open'], [...keys.messages, 'mine']]

/** The phone's page and the console show different things: each has its own, of its own time. */
function place(): string {
  return window.location.pathname === '/m' ? 'phone' : 'console'
}

let client: QueryClient | null = null
let opened: ReturnType<typeof createStore> | null = null

export function bindLastSeen(queries: QueryClient): void {
  client = queries
}

/** A private window may have no store: then nothing is kept. */
async function stored<T>(work: (store: ReturnType<typeof createStore>) => Promise<T>): Promise<T | undefined> {
  try {
    opened ??= createStore('fengsui-seen', 'seen')
    return await work(opened)
  } catch {
    return undefined
  }
}

export function isKept(key: QueryKey): boolean {
  const text = JSON.stringify(key)
  return KEPT.some((one) => JSON.stringify(one) === text)
}

export function isFresh(seen: Pick<LastSeen, 'at'>, now: number): boolean {
  return seen.at <= now && now - seen.at < KEPT_MS
}

/** Without the token that lets requests change something: that is the session's alone. */
export async function remember(session: Session, post: string | null): Promise<void> {
  if (!client) return
  const state = dehydrate(client, { shouldDehydrateMutation: () => false, shouldDehydrateQuery: (query) => query.state.status === 'success' && isKept(query.queryKey) })
  if (state.queries.length === 0) return
  const seen: LastSeen = { at: Date.now(), session: { ...session, csrf_token: null }, post, state }
  // A plain copy: what is watched cannot be stored.
  await stored((store) => set(place(), JSON.parse(JSON.stringify(seen)), store))
}

/** Puts what was kept back on the screen; null when there is nothing, or only what is too old. */
export async function recall(): Promise<LastSeen | null> {
  const seen = await stored(async (store) => (await get<LastSeen>(place(), store)) ?? (await values<LastSeen>(store))[0])
  if (!seen || !client) return null
  if (!isFresh(seen, Date.now())) {
    await forget()
    return null
  }
  hydrate(client, seen.state)
  return seen
}

export async function forget(): Promise<void> {
  await stored((store) => clear(store))
}
