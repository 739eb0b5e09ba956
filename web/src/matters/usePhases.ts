import { useQuery } from '@tanstack/vue-query'
import { mattersApi } from '@/api/matters'
import { keys } from '@/queryKeys'

/** Names of processes and their phases, asked once. */
export function usePhases() {
  const query = useQuery({ queryKey: keys.processes, queryFn: mattersApi.processes, staleTime: 600_000 })
  function phaseTitle(process: string | null | undefined, phase: string | null | undefined): string {
    const found = query.data.value?.find((one) => one.name === process)?.phases.find((one) => one.name === phase)
    return found?.title ?? phase ?? ''
  }
  return { ...query, phaseTitle }
}
