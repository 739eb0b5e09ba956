/** What the server would say, asked when a field is left: problems stand at the field before anything is sent. */
import { onScopeDispose, ref, type Ref } from 'vue'
import type { FieldProblem } from '@/api/problem'
import { recordsApi } from '@/api/records'
import type { RecordInput } from '@/api/types'

/** Whether a problem speaks of a field or of something inside it. */
export function concerns(problem: FieldProblem, field: string): boolean {
  return problem.field === field || problem.field.startsWith(`${field}.`)
}

export function useFieldCheck(kind: () => string, id: () => string | undefined, body: () => RecordInput, errors: Ref<FieldProblem[]>) {
  const left = ref(new Set<string>())
  let asking: AbortController | null = null

  async function leave(field: string): Promise<void> {
    left.value.add(field)
    asking?.abort()
    asking = new AbortController()
    try {
      const answer = await recordsApi.check(kind(), body(), id(), asking.signal)
      // Fields that nobody came to yet are not scolded for being empty.
      errors.value = answer.errors.filter((one) => [...left.value].some((name) => concerns(one as FieldProblem, name))) as FieldProblem[]
    } catch {
      // The server says it again when the form is sent.
    }
  }
  onScopeDispose(() => asking?.abort())
  return { leave }
}
