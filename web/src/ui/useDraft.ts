import { onScopeDispose, watch, type Ref } from 'vue'

const PREFIX = 'fengsui.draft.'

/** Keeps what is typed in the browser, so that a lost line or a closed tab loses nothing. */
export function useDraft<T>(key: string, value: Ref<T>): { restored: T | null; clear: () => void } {
  const name = PREFIX + key
  let restored: T | null = null
  let timer = 0
  let done = false
  try {
    const stored = localStorage.getItem(name)
    restored = stored ? (JSON.parse(stored) as T) : null
  } catch {
    localStorage.removeItem(name)
  }
  function save(): void {
    timer = 0
    if (done) return
    try {
      localStorage.setItem(name, JSON.stringify(value.value))
    } catch {
      // A full store must not stop the person's work.
    }
  }
  let first = true
  watch(
    value,
    () => {
      if (first) {
        first = false
        return
      }
      if (!timer) timer = window.setTimeout(save, 800)
    },
    { deep: true },
  )
  onScopeDispose(() => {
    if (timer) {
      window.clearTimeout(timer)
      save()
    }
  })
  return {
    restored,
    clear: () => {
      done = true
      window.clearTimeout(timer)
      localStorage.removeItem(name)
    },
  }
}
