/** One import, kept current by the stream; while a job runs also asked for now and then. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, onBeforeUnmount, ref, type Ref } from 'vue'
import { importsApi, type SheetImport } from '@/api/imports'
import { onLive } from '@/live/stream'
import { keys } from '@/queryKeys'
import { showProblem } from '@/ui/problemText'
import { isOpen } from './plan'

const ASK_EVERY_MS = 2_000

export interface Progress {
  done: number
  total: number | null
  bad: number
  eta_seconds: number | null
}

export function useImport(id: Ref<string>) {
  const client = useQueryClient()
  const key = computed(() => keys.import(id.value))
  const query = useQuery({
    queryKey: key,
    queryFn: () => importsApi.get(id.value),
    refetchInterval: (own) => (isOpen(own.state.data?.job) ? ASK_EVERY_MS : false),
  })
  const told = ref<(Progress & { job: string }) | null>(null)
  const stop = onLive((name, data) => {
    if (name === 'job_progress' && data.subject === id.value) told.value = data as unknown as Progress & { job: string }
  })
  onBeforeUnmount(stop)
  const progress = computed<Progress | null>(() => {
    const job = query.data.value?.job
    if (!job) return null
    // What was told by the stream is newer than what was asked for, if it is of the same job.
    return told.value && told.value.job === job.id && told.value.done >= job.done ? told.value : job
  })
  const busy = ref(false)
  /** Does something with the import and keeps what it became; tells whether that worked. */
  async function act(work: (one: SheetImport) => Promise<SheetImport>): Promise<boolean> {
    const one = query.data.value
    if (!one || busy.value) return false
    busy.value = true
    try {
      client.setQueryData(key.value, await work(one))
      return true
    } catch (problem) {
      showProblem(problem)
      await query.refetch()
      return false
    } finally {
      busy.value = false
    }
  }
  return { query, progress, busy, act }
}
