import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { alarmsApi } from '@/api/alarms'
import { mattersApi } from '@/api/matters'
import { wallsApi } from '@/api/walls'
import { warningsApi } from '@/api/warnings'
import { byUrgency } from '@/alarms/order'
import { keys } from '@/queryKeys'
import { sceneOf, subjectOf } from './scene'

/** What goes on, and what of it this wall shows. */
export function useWall(name: Ref<string>) {
  const wall = useQuery({ queryKey: computed(() => keys.wall(name.value)), queryFn: () => wallsApi.get(name.value), refetchInterval: 60_000 })
  const alarms = useQuery({ queryKey: [...keys.alarms, 'open'], queryFn: () => alarmsApi.list({ state: 'open', limit: 500 }) })
  const warnings = useQuery({ queryKey: keys.warnings, queryFn: warningsApi.inForce })
  const incidents = useQuery({ queryKey: [...keys.matters, 'incidents-open'], queryFn: () => mattersApi.list({ process: 'incident', open: true, limit: 200 }) })
  const happening = computed(() => ({ incidents: incidents.data.value?.items ?? [], warnings: warnings.data.value ?? [] }))
  const scene = computed(() => sceneOf(wall.data.value?.scene ?? 'auto', happening.value))
  return {
    wall,
    scene,
    subject: computed(() => subjectOf(scene.value, wall.data.value?.matter ?? null, happening.value)),
    alarms: computed(() => [...(alarms.data.value?.items ?? [])].sort(byUrgency)),
    warnings: computed(() => happening.value.warnings),
    incidents: computed(() => happening.value.incidents),
    error: computed(() => wall.error.value ?? alarms.error.value ?? warnings.error.value ?? incidents.error.value),
  }
}
