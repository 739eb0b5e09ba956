import { useQuery } from '@tanstack/vue-query'
import { warningsApi } from '@/api/warnings'
import { textOf } from '@/ui/bilingual'
import { typeOf } from './content'

/** The table of event types, asked once. */
export function useEventTypes() {
  const query = useQuery({ queryKey: ['event-types'], queryFn: warningsApi.eventTypes, staleTime: 3_600_000 })
  function typeTitle(code: string): string {
    const type = typeOf(query.data.value ?? [], code)
    return type ? `${textOf({ zh: type.name_zh, en: type.name_en })} ${code}` : code
  }
  return { ...query, typeTitle }
}
