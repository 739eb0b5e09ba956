import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { WarningInForce } from '@/api/types'
import { geoApi } from '@/api/geo'
import { keys } from '@/queryKeys'
import { boundsOf } from './bounds'
import { useOneMap } from './context'
import { useLive } from './useLive'
import { useVehicles } from './useVehicles'

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

type Box = [west: number, south: number, east: number, north: number]
const holds = ([west, south, east, north]: Box, at: { lon: number; lat: number } | null | undefined) => Boolean(at && at.lon >= west && at.lon <= east && at.lat >= south && at.lat <= north)

/** Whether what a warning covers may be seen in the box; one without an outline has no place. */
function touches([west, south, east, north]: Box, warning: WarningInForce, shapes: Record<string, unknown>): boolean {
  const outlines = warning.area?.polygon ? [warning.area.polygon] : (warning.area?.divisions ?? []).flatMap((code) => shapes[code] ?? [])
  const bounds = boundsOf(outlines.map((shape) => (shape as { coordinates: unknown }).coordinates))
  if (!bounds) return false
  const [[left, bottom], [right, top]] = bounds
  return left <= east && right >= west && bottom <= north && top >= south
}

/** The same for what goes on: how many of how many. */
export function useLiveCounts() {
  const { box } = useOneMap()
  const live = useLive()
  const { vehicles } = useVehicles()
  const within = <T>(all: T[], here: (one: T, box: Box) => boolean) => {
    const list = box.value ? all.filter((one) => here(one, box.value!)) : all
    return { all: all.length, here: list.length, list }
  }
  return computed(() => ({
    alarms: within(live.alarms.value, (one, view) => holds(view, one.location)),
    warnings: within(live.warnings.value, (one, view) => touches(view, one, live.warningShapes.value)),
    incidents: within(live.incidents.value, (one, view) => holds(view, one.location)),
    vehicles: within(vehicles.value, (one, view) => holds(view, one.location)),
  }))
}
