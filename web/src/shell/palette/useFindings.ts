/** What the server finds for the palette: matters, records, places. */
import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { geoApi } from '@/api/geo'
import { mattersApi } from '@/api/matters'
import { recordsApi } from '@/api/records'
import { parseCoordinates } from '@/map/coordinates'
import { formatCoordinate } from '@/ui/time'

export function useFindings(q: Ref<string>) {
  const enabled = computed(() => q.value.trim().length > 0)
  const kept = { placeholderData: (old: unknown) => old as never, staleTime: 15_000, retry: false }
  const records = useQuery({ queryKey: computed(() => ['search', 'records', q.value]), queryFn: ({ signal }) => recordsApi.search(q.value.trim(), 6, signal), enabled, ...kept })
  const matters = useQuery({ queryKey: computed(() => ['search', 'matters', q.value]), queryFn: async () => (await mattersApi.list({ q: q.value.trim(), limit: 6 })).items, enabled, ...kept })
  const divisions = useQuery({ queryKey: computed(() => ['search', 'divisions', q.value]), queryFn: () => geoApi.divisions({ q: q.value.trim(), limit: 4 }), enabled, ...kept })
  /** Pasted coordinates are a place, too. */
  const point = computed(() => {
    const at = parseCoordinates(q.value)
    return at ? { ...at, name: formatCoordinate(at.lon, at.lat) } : null
  })
  const searching = computed(() => records.isFetching.value || matters.isFetching.value || divisions.isFetching.value)
  return { records, matters, divisions, point, searching }
}
