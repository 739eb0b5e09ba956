/** What waits where, for the navigation at the side and at the bottom. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { portalApi } from '@/api/portal'
import { keys } from '@/queryKeys'
import type { NavItem } from './nav'
import { useUnconfirmed } from './useRinging'

export function useCounts() {
  const { data: unconfirmed } = useUnconfirmed()
  const { data: overview } = useQuery({ queryKey: keys.overview, queryFn: portalApi.overview })
  const counts = computed(() => ({
    inbox: overview.value?.my_inbox ?? 0,
    alarms: overview.value?.unacknowledged ?? 0,
    warnings: overview.value?.warnings_in_force ?? 0,
    incidents: overview.value?.open_incidents ?? 0,
    messages: unconfirmed.value?.length ?? 0,
  }))
  function countOf(item: NavItem): number {
    return item.count ? counts.value[item.count] : 0
  }
  /** Somebody must act on these now. */
  function isLoud(item: NavItem): boolean {
    return item.count === 'alarms' || (item.count === 'inbox' && (overview.value?.clocks.overdue ?? 0) > 0)
  }
  return { countOf, isLoud }
}
