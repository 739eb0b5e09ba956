import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { ElMessageBox } from 'element-plus'
import { serviceApi } from '@/api/alarms'
import type { OutOfService } from '@/api/types'
import { keys } from '@/queryKeys'
import { useSession } from '@/session/store'
import { showDone, showProblem } from '@/ui/problemText'
import { formatTime } from '@/ui/time'

/** What it is called: the device, or the series of a device. */
export function nameOf(one: OutOfService): string {
  return one.series_name ? `${one.device_name} · ${one.series_name}` : one.device_name
}

/** What is out of service, and what can be done about it. */
export function useService() {
  const { t } = useI18n()
  const client = useQueryClient()
  const session = useSession()
  function changed(): void {
    for (const key of [keys.service, keys.alarms, keys.overview]) void client.invalidateQueries({ queryKey: key })
  }
  const list = useQuery({ queryKey: keys.service, queryFn: serviceApi.list, enabled: computed(() => session.can('read', 'series')) })
  const takeOut = useMutation({
    mutationFn: serviceApi.takeOut,
    onSuccess: (one) => {
      changed()
      showDone(t('service.done_out', { time: formatTime(one.until) }))
    },
  })
  const putIn = useMutation({
    mutationFn: serviceApi.putIn,
    onSuccess: () => {
      changed()
      showDone(t('service.done_in'))
    },
    onError: showProblem,
  })
  async function askPutIn(one: OutOfService): Promise<void> {
    const sure = await ElMessageBox.confirm(t('service.put_in_ask', { name: nameOf(one) }), t('service.put_in'), { confirmButtonText: t('service.put_in'), cancelButtonText: t('action.cancel') }).catch(() => null)
    if (sure) putIn.mutate(one.id)
  }
  const allowed = computed(() => session.can('take_out_of_service', 'series'))
  return { list, takeOut, putIn, askPutIn, allowed }
}
