import { useQuery } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { recordsApi } from '@/api/records'
import type { FsRecord, PlotContent } from '@/api/types'
import { keys } from '@/queryKeys'
import { useSession } from '@/session/store'
import type { MapSetting } from '../setting'
import { useLive } from '../useLive'

export type PlotRecord = FsRecord & { attributes: PlotContent }
/** Drawings of running incidents are shown unless somebody put them away here. */
const hidden = ref<string[]>([])

/** The drawings that one may see, and which of them are on the map. */
export function usePlots(setting: MapSetting) {
  const session = useSession()
  const { incidents } = useLive()
  const query = useQuery({
    queryKey: [...keys.records('plot'), 'map'],
    queryFn: async () => (await recordsApi.list('plot', { sort: '-updated_at', limit: 200 })).items as unknown as PlotRecord[],
    enabled: computed(() => session.can('read', 'plot')),
  })
  const plots = computed(() => query.data.value ?? [])
  const running = computed(() => new Set(incidents.value.map((matter) => matter.id)))
  const isAutomatic = (plot: PlotRecord) => plot.attributes.incident !== null && running.value.has(plot.attributes.incident)
  const isShown = (plot: PlotRecord) => setting.plots.includes(plot.id) || (isAutomatic(plot) && !hidden.value.includes(plot.id))
  function toggle(plot: PlotRecord): void {
    const on = isShown(plot)
    hidden.value = hidden.value.filter((id) => id !== plot.id)
    setting.plots = setting.plots.filter((id) => id !== plot.id)
    if (!on) setting.plots = [...setting.plots, plot.id]
    else if (isAutomatic(plot)) hidden.value = [...hidden.value, plot.id]
  }
  return { query, plots, incidents, isShown, toggle, shown: computed(() => plots.value.filter(isShown)) }
}
