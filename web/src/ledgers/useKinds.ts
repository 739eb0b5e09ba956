import { useQuery } from '@tanstack/vue-query'
import { recordsApi } from '@/api/records'
import type { Kind } from '@/api/types'
import { keys } from '@/queryKeys'
import { textOf } from '@/ui/bilingual'

/** The kinds of the ledger, asked once. */
export function useKinds() {
  const query = useQuery({ queryKey: keys.kinds, queryFn: recordsApi.kinds, staleTime: 600_000 })
  function kindOf(name: string): Kind | undefined {
    return query.data.value?.find((kind) => kind.name === name)
  }
  function kindTitle(name: string): string {
    return textOf(kindOf(name)?.title) || name
  }
  return { ...query, kindOf, kindTitle }
}
