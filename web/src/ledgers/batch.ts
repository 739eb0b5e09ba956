/** One action on many rows, in portions, with progress that can be stopped between two portions. */
import { ref } from 'vue'
import { queryBody, recordsApi, type BatchAction, type BatchReply, type RecordQuery } from '@/api/records'

export type RowResult = BatchReply['results'][number]
export type Rows = { rows: { id: string; version?: number | null }[] } | { query: RecordQuery; total: number | null }
/** Small enough to show that something happens, large enough not to ask a thousand times. */
const PORTION = 50

/** How many rows ended how. */
export function tally(results: readonly RowResult[]): Record<RowResult['outcome'], number> {
  const counts = { done: 0, unchanged: 0, stale: 0, refused: 0 }
  for (const row of results) counts[row.outcome] += 1
  return counts
}

/** What must be taken back to undo it: exactly the rows that were changed. */
export function undoRows(results: readonly RowResult[]): { id: string; version: number }[] {
  return results.filter((row) => row.outcome === 'done' && row.version !== null).map((row) => ({ id: row.id, version: row.version as number }))
}

export function useBatch(kind: () => string) {
  const results = ref<RowResult[]>([])
  const total = ref<number | null>(null)
  const running = ref(false)
  const stopped = ref(false)

  async function run(action: BatchAction, rows: Rows, why?: string): Promise<void> {
    results.value = []
    stopped.value = false
    running.value = true
    total.value = 'rows' in rows ? rows.rows.length : rows.total
    try {
      if ('rows' in rows) {
        for (let at = 0; at < rows.rows.length && !stopped.value; at += PORTION) {
          const reply = await recordsApi.batch(kind(), { action, rows: rows.rows.slice(at, at + PORTION) }, why)
          results.value = [...results.value, ...reply.results]
        }
        return
      }
      let after: string | null = null
      do {
        const reply: BatchReply = await recordsApi.batch(kind(), { action, query: queryBody(rows.query), after, limit: PORTION }, why)
        results.value = [...results.value, ...reply.results]
        after = reply.next
      } while (after && !stopped.value)
    } finally {
      running.value = false
    }
  }
  return { results, total, running, run, stop: () => (stopped.value = true) }
}
