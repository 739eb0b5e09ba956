/** What rings: open alarms of the two upper priorities that nobody has acknowledged; orders sound once. */
import { useQuery } from '@tanstack/vue-query'
import { onScopeDispose, watch } from 'vue'
import { alarmsApi } from '@/api/alarms'
import { play, sound } from '@/live/sound'
import { onLive } from '@/live/stream'
import { keys } from '@/queryKeys'
import type { Alarm } from '@/api/types'

export function ringingTone(alarms: Pick<Alarm, 'priority' | 'acknowledged' | 'closed'>[]): 'alarm_urgent' | 'alarm_high' | null {
  const waiting = alarms.filter((alarm) => !alarm.acknowledged && !alarm.closed)
  if (waiting.some((alarm) => alarm.priority === 'urgent')) return 'alarm_urgent'
  return waiting.some((alarm) => alarm.priority === 'high') ? 'alarm_high' : null
}

export function useRinging(): void {
  const { data } = useQuery({ queryKey: [...keys.alarms, 'open'], queryFn: () => alarmsApi.list({ state: 'open', limit: 500 }) })
  watch(data, (page) => (sound.ringing = page ? ringingTone(page.items) : null), { immediate: true })
  const stop = onLive((name, event) => {
    if (name === 'delivery_changed' && event.state !== 'confirmed' && event.channel === 'in_app' && event.tone !== 'notice') play('order')
  })
  onScopeDispose(() => {
    stop()
    sound.ringing = null
  })
}
