import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { mattersApi } from '@/api/matters'
import { isProblem } from '@/api/problem'
import type { Matter } from '@/api/types'
import { keys } from '@/queryKeys'
import { showDone } from '@/ui/problemText'

export function useMatter(id: Ref<string>) {
  return useQuery({ queryKey: computed(() => keys.matter(id.value)), queryFn: () => mattersApi.get(id.value), enabled: computed(() => id.value !== 'new') })
}

export function useTimeline(id: Ref<string>, thread: Ref<boolean>) {
  return useQuery({
    queryKey: computed(() => [...keys.timeline(id.value), thread.value]),
    queryFn: () => mattersApi.timeline(id.value, thread.value),
    placeholderData: (old) => old,
  })
}

/** Tasks, orders and other matters under one. */
export function useChildren(id: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...keys.matters, 'children', id.value]),
    queryFn: async () => (await mattersApi.list({ parent: id.value, limit: 200 })).items,
  })
}

export function useMatterActions() {
  const { t } = useI18n()
  const client = useQueryClient()
  function stored(matter: Matter | undefined): void {
    if (matter?.id) client.setQueryData(keys.matter(matter.id), matter)
    for (const key of [keys.matters, keys.inbox, keys.clocks, keys.overview, keys.warnings]) void client.invalidateQueries({ queryKey: key })
  }
  const act = useMutation({
    mutationFn: async (input: { matter: Matter; action: string; payload: Record<string, unknown> }) => {
      try {
        return await mattersApi.act(input.matter.id, input.matter.version, input.action, input.payload)
      } catch (problem) {
        // The page shows what is true now; the person sends again with what was typed kept.
        if (isProblem(problem) && problem.code === 'stale') await client.invalidateQueries({ queryKey: keys.matter(input.matter.id) })
        throw problem
      }
    },
    onSuccess: (matter) => {
      stored(matter)
      showDone(t('matter.done', { phase: matter.phase_title || matter.phase }))
    },
  })
  return { act, stored }
}
