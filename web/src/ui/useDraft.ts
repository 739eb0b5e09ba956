import { onScopeDispose, watch, type Ref } from 'vue'
import { context } from '@/api/request'

const PREFIX = 'fengsui.draft.'
const SAVE_MS = 1000

export interface Draft<T> {
  /** What was typed before and not sent. */
  restored: T | null
  /** It has been sent: nothing is kept. */
  clear: () => void
  /** What stands in the form now was not typed by the person: it alone is no draft. */
  settle: () => void
}

/** Keeps what is typed in the browser each second, so that a lost line, an expired session or a closed tab loses nothing. */
export function useDraft<T>(key: string, value: Ref<T>): Draft<T> {
  // Several people use one computer: each has their own drafts.
  const name = `${PREFIX}${context.user ?? ''}.${key}`
  let restored: T | null = null
  let timer = 0
  let done = false
  let untouched = JSON.stringify(value.value)
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
      const text = JSON.stringify(value.value)
      if (text === untouched) localStorage.removeItem(name)
      else localStorage.setItem(name, text)
    } catch {
      // A full store must not stop the person's work.
    }
  }
  function saveNow(): void {
    if (!timer) return
    window.clearTimeout(timer)
    save()
  }
  watch(
    value,
    () => {
      if (!timer) timer = window.setTimeout(save, SAVE_MS)
    },
    { deep: true },
  )
  window.addEventListener('pagehide', saveNow)
  onScopeDispose(() => {
    window.removeEventListener('pagehide', saveNow)
    saveNow()
  })
  return {
    restored,
    settle: () => (untouched = JSON.stringify(value.value)),
    clear: () => {
      done = true
      window.clearTimeout(timer)
      timer = 0
      localStorage.removeItem(name)
      // What is typed after sending is a new draft.
      void Promise.resolve().then(() => (done = false))
    },
  }
}
