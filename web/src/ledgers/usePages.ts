/** Pages of a list, one at a time: what is drawn stays small however long the list is; the next one is fetched ahead. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, watch, type Ref } from 'vue'
import { recordsApi, type RecordQuery } from '@/api/records'
import { keys } from '@/queryKeys'

export const PAGE = 100

export function usePages(kind: Ref<string>, query: Ref<RecordQuery>) {
  const client = useQueryClient()
  /** The mark of every page up to this one; the first needs none. */
  const marks = ref<(string | null)[]>([null])
  const cursor = computed(() => marks.value.at(-1) ?? null)
  const whole = computed(() => JSON.stringify([kind.value, query.value]))
  watch(whole, () => (marks.value = [null]))

  function options(at: string | null) {
    const [of, asked] = [kind.value, query.value]
    return {
      queryKey: [...keys.records(of), 'list', asked, at] as const,
      queryFn: ({ signal }: { signal: AbortSignal }) => recordsApi.list(of, { ...asked, limit: PAGE, cursor: at }, signal),
    }
  }
  const page = useQuery(computed(() => ({ ...options(cursor.value), placeholderData: (old: Awaited<ReturnType<typeof recordsApi.list>> | undefined) => old })))
  watch(() => page.data.value?.next, (next) => {
    if (next && !page.isPlaceholderData.value) void client.prefetchQuery(options(next))
  })
  const rows = computed(() => page.data.value?.items ?? [])
  /** The total is told with the first page and holds for those after it. */
  const firstTotal = ref<number | null>(null)
  watch(() => [page.data.value?.total, page.isPlaceholderData.value] as const, ([total, old]) => {
    if (!old && (marks.value.length === 1 || typeof total === 'number')) firstTotal.value = total ?? null
  }, { immediate: true })
  const from = computed(() => (rows.value.length === 0 ? 0 : (marks.value.length - 1) * PAGE + 1))
  const to = computed(() => from.value + rows.value.length - (rows.value.length ? 1 : 0))
  const hasNext = computed(() => Boolean(page.data.value?.next))
  const hasPrevious = computed(() => marks.value.length > 1)
  function next(): void {
    const mark = page.data.value?.next
    if (mark && !page.isPlaceholderData.value) marks.value = [...marks.value, mark]
  }
  function previous(): void {
    if (hasPrevious.value) marks.value = marks.value.slice(0, -1)
  }
  return { page, rows, total: firstTotal, from, to, hasNext, hasPrevious, next, previous }
}
