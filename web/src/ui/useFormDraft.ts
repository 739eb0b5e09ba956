import { ref, type Ref } from 'vue'
import { useDraft } from './useDraft'

/** For small forms held in one reactive object: what was typed before is put back at once. */
export function useFormDraft<T extends object>(key: string, form: T): { restored: boolean; clear: () => void } {
  const draft = useDraft<Partial<T>>(key, ref(form) as Ref<Partial<T>>)
  if (draft.restored) Object.assign(form, draft.restored)
  return { restored: draft.restored !== null, clear: draft.clear }
}
