/** What a person in the field has done is kept here until the server has it; order is kept per matter. */
import { reactive } from 'vue'
import { mattersApi } from '@/api/matters'
import { messagesApi } from '@/api/messages'
import { isProblem } from '@/api/problem'
import type { Matter } from '@/api/types'
import { problemText } from '@/ui/problemText'
import { store } from './store'

export interface OutboxItem {
  id: string
  kind: 'action' | 'photo' | 'delivery'
  /** Matter, or delivery. */
  subject: string
  label: string
  action?: string
  version?: number
  payload?: Record<string, unknown>
  blob?: Blob
  name?: string
  createdAt: string
  attempts: number
  error?: string
}

export const outbox = reactive<{ items: OutboxItem[]; sending: boolean; waitingForLine: boolean }>({ items: [], sending: false, waitingForLine: false })

const RETRY_MS = 5_000
let timer = 0
let whenSent: (item: OutboxItem) => void = () => undefined

export function newId(): string {
  // Plain HTTP inside a bureau's network has no randomUUID.
  return crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Whether an action reached the server although its answer did not reach us. */
export function alreadyDone(matter: Pick<Matter, 'available_actions' | 'closed'>, action: string): boolean {
  return matter.closed || !matter.available_actions.some((offer) => offer.name === action && offer.allowed)
}

async function sendAction(item: OutboxItem): Promise<void> {
  const action = item.action ?? ''
  try {
    await mattersApi.act(item.subject, item.version ?? 0, action, item.payload ?? {}, item.id)
  } catch (problem) {
    if (!isProblem(problem) || problem.code !== 'stale') throw problem
    const matter = await mattersApi.get(item.subject)
    if (alreadyDone(matter, action)) return
    await mattersApi.act(item.subject, matter.version, action, item.payload ?? {}, item.id)
  }
}

async function sendPhoto(item: OutboxItem): Promise<void> {
  if (!item.blob || !item.name) return
  if (item.attempts > 0) {
    const matter = await mattersApi.get(item.subject)
    if (matter.attachments.some((one) => one.name === item.name)) return
  }
  await mattersApi.attach(item.subject, item.blob, item.name, item.id)
}

async function send(item: OutboxItem): Promise<void> {
  if (item.kind === 'action') await sendAction(item)
  else if (item.kind === 'photo') await sendPhoto(item)
  else await messagesApi.confirm(item.subject, undefined, item.id)
}

async function drop(item: OutboxItem): Promise<void> {
  await store.remove(item.id)
  outbox.items = outbox.items.filter((one) => one.id !== item.id)
}

/** Sends what waits, oldest first; stops where the line is lost, goes on past what is refused. */
export async function flush(): Promise<void> {
  if (outbox.sending) return
  outbox.sending = true
  outbox.waitingForLine = false
  window.clearTimeout(timer)
  const blocked = new Set<string>()
  for (const item of outbox.items.slice()) {
    if (item.error) blocked.add(item.subject)
    if (blocked.has(item.subject)) continue
    try {
      await send(item)
      await drop(item)
      whenSent(item)
    } catch (problem) {
      item.attempts += 1
      if (isProblem(problem) && (problem.offline || problem.status === 429 || problem.status === 401)) {
        outbox.waitingForLine = true
        await store.put(item)
        timer = window.setTimeout(() => void flush(), RETRY_MS)
        break
      }
      item.error = problemText(problem)
      blocked.add(item.subject)
      await store.put(item)
    }
  }
  outbox.sending = false
}

export async function enqueue(item: Omit<OutboxItem, 'id' | 'createdAt' | 'attempts'>): Promise<void> {
  const full: OutboxItem = { ...item, id: newId(), createdAt: new Date().toISOString(), attempts: 0 }
  await store.put(full)
  outbox.items.push(full)
  void flush()
}

export async function retry(item: OutboxItem): Promise<void> {
  item.error = undefined
  await store.put(item)
  await flush()
}

export async function discard(item: OutboxItem): Promise<void> {
  await drop(item)
  void flush()
}

export async function startOutbox(sent: (item: OutboxItem) => void): Promise<() => void> {
  whenSent = sent
  outbox.items = await store.all()
  const online = () => void flush()
  window.addEventListener('online', online)
  void flush()
  return () => {
    window.removeEventListener('online', online)
    window.clearTimeout(timer)
  }
}
