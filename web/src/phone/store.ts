/** IndexedDB for the outbox: photographs do not fit elsewhere. Falls back to memory in private windows. */
import type { OutboxItem } from './outbox'

const NAME = 'fengsui-outbox'
const TABLE = 'items'
/** What could not be written. */
const memory = new Map<string, OutboxItem>()
let opened: Promise<IDBDatabase | null> | null = null

function open(): Promise<IDBDatabase | null> {
  opened ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open(NAME, 1)
      request.addEventListener('upgradeneeded', () => request.result.createObjectStore(TABLE, { keyPath: 'id' }))
      request.addEventListener('success', () => resolve(request.result))
      request.addEventListener('error', () => resolve(null))
    } catch {
      resolve(null)
    }
  })
  return opened
}

async function run<T>(mode: IDBTransactionMode, work: (table: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  const database = await open()
  if (!database) return null
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(TABLE, mode, { durability: 'strict' })
    const request = work(transaction.objectStore(TABLE))
    transaction.addEventListener('complete', () => resolve(request.result))
    transaction.addEventListener('error', () => reject(transaction.error ?? new Error('indexeddb')))
  })
}

/** A plain copy: reactive proxies cannot be stored. */
function plain(item: OutboxItem): OutboxItem {
  const { blob, payload, ...rest } = item
  return { ...rest, ...(blob ? { blob } : {}), ...(payload ? { payload: JSON.parse(JSON.stringify(payload)) as Record<string, unknown> } : {}) }
}

export const store = {
  async all(): Promise<OutboxItem[]> {
    const items = (await run<OutboxItem[]>('readonly', (table) => table.getAll())) ?? []
    return [...items, ...memory.values()].sort((a, b) => a.createdAt.localeCompare(b.createdAt))
  },
  /** A full store must not stop what can be sent at once: then the page alone holds it. */
  async put(item: OutboxItem): Promise<void> {
    const written = await run('readwrite', (table) => table.put(plain(item))).catch(() => null)
    if (written === null) memory.set(item.id, item)
    else memory.delete(item.id)
  },
  async remove(id: string): Promise<void> {
    memory.delete(id)
    await run('readwrite', (table) => table.delete(id))
  },
}
