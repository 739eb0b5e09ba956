/** What rings until somebody answers: unacknowledged alarms of the two upper priorities, urgent messages to oneself. Orders sound once. */
import { useQuery } from '@tanstack/vue-query'
import { computed, onScopeDispose, watch } from 'vue'
import { alarmsApi } from '@/api/alarms'
import { messagesApi } from '@/api/messages'
import { play, sound } from '@/live/sound'
import { onLive } from '@/live/stream'
import { keys } from '@/queryKeys'
import { useSession } from '@/session/store'
import { ringingTone } from './ringing'

export function useUnconfirmed() {
  return useQuery({ queryKey: [...keys.messages, 'unconfirmed'], queryFn: messagesApi.unconfirmed })
}

/** On a phone only messages ring: alarms are the duty room's. */
export function useRinging(room: boolean): void {
  const session = useSession()
  const { data: alarms } = useQuery({ queryKey: [...keys.alarms, 'open'], queryFn: () => alarmsApi.list({ state: 'open', limit: 500 }), enabled: computed(() => room && session.can('read', 'alarm')) })
  const { data: messages } = useUnconfirmed()
  watch([alarms, messages], () => (sound.ringing = ringingTone(room ? (alarms.value?.items ?? []) : [], messages.value ?? [])), { immediate: true })
  const stop = onLive((name, event) => {
    if (name === 'delivery_changed' && event.state !== 'confirmed' && event.channel === 'in_app' && event.tone === 'order') play('order')
  })
  onScopeDispose(() => {
    stop()
    sound.ringing = null
  })
}
