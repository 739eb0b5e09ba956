/** What rings until somebody answers: unacknowledged alarms of the two upper priorities, orders and urgent messages to oneself. */
import { useQuery } from '@tanstack/vue-query'
import { computed, onScopeDispose, watch } from 'vue'
import { alarmsApi } from '@/api/alarms'
import { messagesApi } from '@/api/messages'
import { sound } from '@/live/sound'
import { keys } from '@/queryKeys'
import { useSession } from '@/session/store'
import { ringingTone } from './ringing'

export function useUnconfirmed() {
  const session = useSession()
  // A wall belongs to nobody: what is written to a person is not for the room.
  return useQuery({ queryKey: [...keys.messages, 'unconfirmed'], queryFn: messagesApi.unconfirmed, enabled: computed(() => !session.session?.screen) })
}

export function useOpenAlarms(room = true) {
  const session = useSession()
  return useQuery({ queryKey: [...keys.alarms, 'open'], queryFn: () => alarmsApi.list({ state: 'open', limit: 500 }), enabled: computed(() => room && session.can('read', 'alarm')) })
}

/** On a phone only messages ring: alarms are the duty room's. */
export function useRinging(room: boolean): void {
  const { data: alarms } = useOpenAlarms(room)
  const { data: messages } = useUnconfirmed()
  const session = useSession()
  // What was kept from earlier may long be answered: it does not ring.
  watch([alarms, messages, () => session.recalledAt], () => (sound.ringing = session.recalledAt !== null ? null : ringingTone(room ? (alarms.value?.items ?? []) : [], messages.value ?? [])), { immediate: true })
  onScopeDispose(() => (sound.ringing = null))
}
