/** What rings until somebody answers: unacknowledged alarms of the two upper priorities, urgent messages to oneself. Orders sound once. */
import { useQuery } from '@tanstack/vue-query'
import { onScopeDispose, watch } from 'vue'
import { alarmsApi } from '@/api/alarms'
import { messagesApi } from '@/api/messages'
import { play, sound } from '@/live/sound'
import { onLive } from '@/live/stream'
import { keys } from '@/queryKeys'
import type { Alarm, Delivery } from '@/api/types'

type Ringing = 'alarm_urgent' | 'message_urgent' | 'alarm_high'

export function ringingTone(alarms: Pick<Alarm, 'priority' | 'acknowledged' | 'closed'>[], messages: Pick<Delivery, 'tone' | 'confirmed_at'>[] = []): Ringing | null {
  const waiting = alarms.filter((alarm) => !alarm.acknowledged && !alarm.closed)
  if (waiting.some((alarm) => alarm.priority === 'urgent')) return 'alarm_urgent'
  if (messages.some((message) => message.tone === 'urgent' && !message.confirmed_at)) return 'message_urgent'
  return waiting.some((alarm) => alarm.priority === 'high') ? 'alarm_high' : null
}

export function useUnconfirmed() {
  return useQuery({ queryKey: [...keys.messages, 'unconfirmed'], queryFn: messagesApi.unconfirmed })
}

export function useRinging(): void {
  const { data: alarms } = useQuery({ queryKey: [...keys.alarms, 'open'], queryFn: () => alarmsApi.list({ state: 'open', limit: 500 }) })
  const { data: messages } = useUnconfirmed()
  watch([alarms, messages], () => (sound.ringing = ringingTone(alarms.value?.items ?? [], messages.value ?? [])), { immediate: true })
  const stop = onLive((name, event) => {
    if (name === 'delivery_changed' && event.state !== 'confirmed' && event.channel === 'in_app' && event.tone === 'order') play('order')
  })
  onScopeDispose(() => {
    stop()
    sound.ringing = null
  })
}
