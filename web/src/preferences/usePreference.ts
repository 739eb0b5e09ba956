/** What a person set up on a screen, kept at the server: the same on every machine they sign in at. */
import { computed, onScopeDispose, ref, watch, type Ref } from 'vue'
import { isProblem } from '@/api/problem'
import { preferencesApi, type StoredPreference } from '@/api/preferences'

const WAIT = 600
const known = new Map<string, StoredPreference>()

/** `read` judges what was kept, since an older console may have kept something else. */
export function usePreference<T>(key: Ref<string>, read: (kept: unknown) => T): { value: Ref<T>; set: (next: T) => void } {
  const kept = ref<unknown>(known.get(key.value)?.value ?? null)
  const value = computed(() => read(kept.value))
  let timer = 0
  let unsaved: { key: string; value: unknown } | null = null

  async function load(): Promise<void> {
    const asked = key.value
    kept.value = known.get(asked)?.value ?? null
    try {
      const answer = await preferencesApi.get(asked)
      known.set(asked, answer)
      if (key.value === asked && !unsaved) kept.value = answer.value
    } catch {
      // Without its preferences a screen still works.
    }
  }
  async function save(): Promise<void> {
    window.clearTimeout(timer)
    const mine = unsaved
    unsaved = null
    if (!mine) return
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        known.set(mine.key, await preferencesApi.put(mine.key, known.get(mine.key)?.version ?? 0, mine.value))
        return
      } catch (problem) {
        // Another window was faster: what was arranged last counts.
        if (!isProblem(problem) || problem.code !== 'stale') return
        known.set(mine.key, problem.current as StoredPreference)
      }
    }
  }
  function set(next: T): void {
    kept.value = next
    unsaved = { key: key.value, value: next }
    window.clearTimeout(timer)
    timer = window.setTimeout(() => void save(), WAIT)
  }
  watch(key, () => void save().then(load), { immediate: true })
  onScopeDispose(() => void save())
  return { value: value as Ref<T>, set }
}
