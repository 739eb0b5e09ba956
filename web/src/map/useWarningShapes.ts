import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { geoApi } from '@/api/geo'
import type { WarningInForce } from '@/api/types'

/** Boundaries of divisions, by code. */
export function useShapes(wanted: Ref<string[]>) {
  const codes = computed(() => [...new Set(wanted.value)].sort().slice(0, 200))
  const query = useQuery({
    queryKey: computed(() => ['boundaries', ...codes.value]),
    queryFn: () => geoApi.boundaries(codes.value),
    enabled: computed(() => codes.value.length > 0),
    staleTime: 600_000,
    placeholderData: keepPreviousData,
  })
  return computed<Record<string, unknown>>(() => Object.fromEntries((query.data.value?.features ?? []).map((feature) => [String(feature.properties.code), feature.geometry])))
}

/** Boundaries of the divisions that warnings name without a drawn outline. */
export function useWarningShapes(warnings: Ref<WarningInForce[] | undefined>) {
  return useShapes(computed(() => (warnings.value ?? []).filter((one) => !one.area?.polygon).flatMap((one) => one.area?.divisions ?? [])))
}
