import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { alarmsApi } from '@/api/alarms'
import { mattersApi } from '@/api/matters'
import { warningsApi } from '@/api/warnings'
import { keys } from '@/queryKeys'
import { useWarningShapes } from './useWarningShapes'

/** What is going on now: the same answers for every part of the map. */
export function useLive() {
  const alarms = useQuery({ queryKey: [...keys.alarms, 'open'], queryFn: () => alarmsApi.list({ state: 'open', limit: 500 }) })
  const warnings = useQuery({ queryKey: keys.warnings, queryFn: warningsApi.inForce })
  const incidents = useQuery({ queryKey: [...keys.matters, 'incidents-open'], queryFn: () => mattersApi.list({ process: 'incident', open: true, limit: 200 }) })
  return {
    alarms: computed(() => alarms.data.value?.items ?? []),
    warnings: computed(() => warnings.data.value ?? []),
    incidents: computed(() => incidents.data.value?.items ?? []),
    warningShapes: useWarningShapes(warnings.data),
    error: computed(() => alarms.error.value ?? warnings.error.value ?? incidents.error.value),
  }
}
