/** Words for rights: kinds, actions and where they reach. */
import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { usersApi } from '@/api/admin'

export function useRightWords() {
  const { t, te } = useI18n()
  const kindWord = (kind: string): string => (kind === '*' ? t('rights.everything') : te(`right_kind.${kind}`) ? t(`right_kind.${kind}`) : kind)
  const actionWord = (action: string): string => (action === '*' ? t('rights.everything') : te(`right_action.${action}`) ? t(`right_action.${action}`) : action)
  return { kindWord, actionWord }
}

/** Kinds and their actions for the pickers. */
export function useVocabulary() {
  const { kindWord } = useRightWords()
  const query = useQuery({ queryKey: ['permissions', 'vocabulary'], queryFn: usersApi.vocabulary, staleTime: 600_000 })
  const kinds = computed(() => (query.data.value ?? []).map((one) => ({ ...one, word: kindWord(one.kind) })))
  const actionsOf = (kind: string): string[] => kinds.value.find((one) => one.kind === kind)?.actions ?? []
  return { kinds, actionsOf }
}
