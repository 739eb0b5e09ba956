import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { geoApi } from '@/api/geo'
import { keys } from '@/queryKeys'
import { useOneMap } from './context'

/** How many of each kind are in view, with the layers' filters. */
export function useCounts() {
  const { box, setting } = useOneMap()
  const layers = useQuery({ queryKey: keys.layers, queryFn: geoApi.layers })
  const asked = computed(() => (layers.data.value ?? []).map(({ kind }) => ({ kind, filter: setting.filters[kind] ?? [] })))
  const query = useQuery({
    queryKey: computed(() => [...keys.layers, 'in-view', box.value, asked.value]),
    queryFn: ({ signal }) => geoApi.inside({ area: { bbox: box.value! }, kinds: asked.value, limit: 0, rings_m: [] }, signal),
    enabled: computed(() => box.value !== null && asked.value.length > 0),
    placeholderData: keepPreviousData,
  })
  return { counts: computed<Record<string, number>>(() => Object.fromEntries((query.data.value ?? []).map((one) => [one.kind, one.count]))) }
}
