/** What a person in the field has done is kept here until the server has it, once; order is kept per matter. */
import { reactive } from 'vue'
import { mattersApi } from '@/api/matters'
import { messagesApi } from '@/api/messages'
import { isProblem } from '@/api/problem'
import { context } from '@/api/request'
import type { Matter, TimelineEntry } from '@/api/types'
import { i18n } from '@/i18n'
import { problemText } from '@/ui/problemText'
import { store } from './store'

export interface OutboxItem {
  id: string
  /** Login of who did it: nobody else sends it, though they use the same phone. */
  user: string | null
  /** Their name, as the timeline says it. */
  by?: string
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
  /** How often it was on its way; counted before it leaves. */
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

export type Fate = 'again' | 'done' | 'overtaken'
/**
 * The matter has moved on since the action was taken: it is still to be done; or it was on its way before and
 * stands in the timeline, so only its answer was lost; or somebody else was faster, which the person must see.
 */
export function fateOf(item: Pick<OutboxItem, 'action' | 'attempts' | 'by'>, matter: Pick<Matter, 'available_actions'>, timeline: Pick<TimelineEntry, 'kind' | 'name' | 'actor_name'>[]): Fate {
  if (matter.available_actions.some((offer) => offer.name === item.action && offer.allowed)) return 'again'
  return item.attempts > 1 && timeline.some((entry) => entry.kind === 'action' && entry.name === item.action && entry.actor_name === item.by) ? 'done' : 'overtaken'
}

/** A refusal that the person reads beside what they did. */
class Overtaken extends Error {
  constructor() {
    super(i18n.global.t('phone.overtaken'))
  }
}

async function sendAction(item: OutboxItem): Promise<void> {
  const action = item.action ?? ''
  try {
    await mattersApi.act(item.subject, item.version ?? 0, action, item.payload ?? {}, item.id)
  } catch (problem) {
    if (!isProblem(problem) || problem.code !== 'stale') throw problem
    const [matter, timeline] = await Promise.all([mattersApi.get(item.subject), mattersApi.timeline(item.subject, false)])
    const fate = fateOf(item, matter, timeline)
    if (fate === 'done') return
    if (fate === 'overtaken') throw new Overtaken()
    await mattersApi.act(item.subject, matter.version, action, item.payload ?? {}, item.id)
  }
}

async function sendPhoto(item: OutboxItem): Promise<void> {
  if (!item.blob || !item.name) return
  if (item.attempts > 1) {
    const matter = await mattersApi.get(item.subject)
    if (matter.attachments.some((one) => one.name === item.name)) return
  }
  await mattersApi.attach(item.subject, item.blob, item.name, item.id)
}

async function send(item: OutboxItem): Promise<void> {
  item.attempts += 1
  // A page that is closed on the way must know afterwards that it may have arrived.
  await store.put(item)
  if (item.kind === 'action') await sendAction(item)
  else if (item.kind === 'photo') await sendPhoto(item)
  else await messagesApi.confirm(item.subject, undefined, item.id)
}

async function drop(item: OutboxItem): Promise<void> {
  await store.remove(item.id)
  outbox.items = outbox.items.filter((one) => one.id !== item.id)
}

/** Another window of the same phone sends the same things: one of them at a time, where the browser can tell. */
async function alone(work: () => Promise<void>): Promise<void> {
  if (navigator.locks) await navigator.locks.request('fengsui.outbox', work)
  else await work()
}

/** Sends what waits, oldest first; stops where the line is lost, goes on past what is refused. */
export async function flush(): Promise<void> {
  if (outbox.sending) return
  window.clearTimeout(timer)
  // Without the server's word who this is nothing is sent.
  if (!context.csrf) return later()
  outbox.sending = true
  outbox.waitingForLine = false
  try {
    await alone(sendAll)
  } finally {
    outbox.sending = false
  }
}

function later(): void {
  outbox.waitingForLine = true
  window.clearTimeout(timer)
  timer = window.setTimeout(() => void flush(), RETRY_MS)
}

async function sendAll(): Promise<void> {
  const kept = new Set((await store.all()).map((item) => item.id))
  const blocked = new Set<string>()
  for (const item of outbox.items.slice()) {
    // Another window has sent it meanwhile.
    if (!kept.has(item.id)) outbox.items = outbox.items.filter((one) => one.id !== item.id)
    else if (item.error) blocked.add(item.subject)
    else if (!blocked.has(item.subject) && (await sendOne(item)) === 'lost') return later()
    if (item.error) blocked.add(item.subject)
  }
}

async function sendOne(item: OutboxItem): Promise<'sent' | 'refused' | 'lost'> {
  try {
    await send(item)
    await drop(item)
    whenSent(item)
    return 'sent'
  } catch (problem) {
    if (isProblem(problem) && (problem.offline || problem.status === 429 || problem.status === 401)) return 'lost'
    item.error = problemText(problem)
    await store.put(item)
    return 'refused'
  }
}

export async function enqueue(item: Omit<OutboxItem, 'id' | 'user' | 'createdAt' | 'attempts'>): Promise<void> {
  const full: OutboxItem = { ...item, id: newId(), user: context.user, createdAt: new Date().toISOString(), attempts: 0 }
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
  outbox.items = (await store.all()).filter((item) => item.user === context.user)
  const online = () => void flush()
  window.addEventListener('online', online)
  void flush()
  return () => {
    window.removeEventListener('online', online)
    window.clearTimeout(timer)
  }
}
