import { useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { vehiclesApi } from '@/api/vehicles'
import { keys } from '@/queryKeys'

/** Terminals report every ten seconds or so: asked for as often as that is worth. */
const EVERY_MS = 5_000

/** Where vehicles are, as long as somebody looks. */
export function useVehicles(enabled: MaybeRefOrGetter<boolean> = true) {
  const query = useQuery({ queryKey: [...keys.devices, 'positions'], queryFn: vehiclesApi.positions, refetchInterval: EVERY_MS, enabled: computed(() => toValue(enabled)) })
  return { vehicles: computed(() => query.data.value ?? []), error: query.error }
}
