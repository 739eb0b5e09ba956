/** The rows that one sees at once come at once; those below the edge of the window follow after the next picture. */
import { computed, onBeforeUnmount, ref, watch, type ComputedRef } from 'vue'

const AT_ONCE = 22

export function useFirstRows<T extends { id: string }>(rows: () => T[]): ComputedRef<T[]> {
  const whole = ref(true)
  let frame = 0
  // Another page or order begins at its top; the same rows told anew stay where they are.
  watch(() => rows()[0]?.id, (now, before) => {
    if (now === before || before === undefined || rows().length <= AT_ONCE) return
    whole.value = false
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(() => (frame = requestAnimationFrame(() => (whole.value = true))))
  }, { flush: 'pre' })
  onBeforeUnmount(() => cancelAnimationFrame(frame))
  return computed(() => (whole.value ? rows() : rows().slice(0, AT_ONCE)))
}
