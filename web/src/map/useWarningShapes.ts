import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { geoApi } from '@/api/geo'
import type { WarningInForce } from '@/api/types'

/** Boundaries of the divisions that warnings name without a drawn outline. */
export function useWarningShapes(warnings: Ref<WarningInForce[] | undefined>) {
  const codes = computed(() => [...new Set((warnings.value ?? []).filter((one) => !one.area?.polygon).flatMap((one) => one.area?.divisions ?? []))].sort())
  const query = useQuery({
    queryKey: computed(() => ['boundaries', ...codes.value]),
    queryFn: () => geoApi.boundaries(codes.value),
    enabled: computed(() => codes.value.length > 0),
    staleTime: 600_000,
  })
  return computed<Record<string, unknown>>(() => Object.fromEntries((query.data.value?.features ?? []).map((feature) => [String(feature.properties.code), feature.geometry])))
}
