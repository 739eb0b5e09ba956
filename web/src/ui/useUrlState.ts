/** A part of the view kept in the address, so that the view can be sent and found again. */
import { computed, nextTick, type WritableComputedRef } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router'

let waiting: LocationQueryRaw | null = null

/** What is at its initial value is left out of the address. */
export function useUrlState<Value extends string = string>(name: string, initial: NoInfer<Value>, allowed?: readonly Value[]): WritableComputedRef<Value> {
  const route = useRoute()
  const router = useRouter()
  return computed({
    get() {
      const value = route.query[name]
      if (typeof value !== 'string') return initial
      return allowed && !allowed.includes(value as Value) ? initial : (value as Value)
    },
    set(value) {
      const first = waiting === null
      waiting = { ...(waiting ?? route.query), [name]: value === initial || !value ? undefined : value }
      if (!first) return
      // Several parts changed at once are one step, and none loses the other.
      void nextTick(() => {
        const query = waiting ?? {}
        waiting = null
        void router.replace({ query, hash: route.hash })
      })
    },
  })
}

const YES_NO = ['yes', 'no'] as const
/** The same for yes and no; `no` is left out. */
export function useUrlFlag(name: string, initial = false): WritableComputedRef<boolean> {
  const text = useUrlState(name, initial ? 'yes' : 'no', YES_NO)
  return computed({ get: () => text.value === 'yes', set: (value) => (text.value = value ? 'yes' : 'no') })
}
