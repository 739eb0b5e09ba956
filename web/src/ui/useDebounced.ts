import { onScopeDispose, ref, watch, type Ref } from 'vue'

/** The value once typing has paused. */
export function useDebounced<T>(source: Ref<T>, wait = 250): Ref<T> {
  const settled = ref(source.value) as Ref<T>
  let timer = 0
  watch(source, (value) => {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => (settled.value = value), wait)
  })
  onScopeDispose(() => window.clearTimeout(timer))
  return settled
}
