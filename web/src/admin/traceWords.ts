/** Words for what the trace records: `matter.task.accept` is what somebody did to a task. */
import { useI18n } from 'vue-i18n'
import { useRightWords } from './rights'

export function useTraceWords() {
  const { t, te } = useI18n()
  const { kindWord, actionWord } = useRightWords()
  const verb = (name: string): string => (te(`trace_verb.${name}`) ? t(`trace_verb.${name}`) : actionWord(name))
  /** The kind, then what was done; the code itself where nobody has given it words. */
  function words(code: string): string {
    const parts = code.split('.')
    const name = parts.at(-1) ?? code
    const kind = parts.length > 2 ? (parts[1] ?? '') : (parts[0] ?? '')
    const done = verb(name)
    if (done === name) return code
    return t('trace.done', { kind: subject(kind), done })
  }
  const subject = (kind: string): string => (te(`trace_kind.${kind}`) ? t(`trace_kind.${kind}`) : kindWord(kind))
  return { words, subject }
}
