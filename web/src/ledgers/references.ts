/** Names behind the codes of a page, asked for once per ledger instead of once per cell. */
import { useQuery } from '@tanstack/vue-query'
import { computed, inject, provide, type ComputedRef, type InjectionKey, type Ref } from 'vue'
import { recordsApi } from '@/api/records'
import type { FsRecord, Kind } from '@/api/types'

type Names = ReadonlyMap<string, { id: string; name: string }>
const KEY: InjectionKey<ComputedRef<Names>> = Symbol('names')
/** Codes that one question asks for at most. */
const MOST = 200

function key(kind: string, code: string): string {
  return `${kind}/${code}`
}

/** The codes that the shown columns refer to, by ledger. */
export function wantedCodes(kind: Kind | undefined, rows: readonly FsRecord[], shown: readonly string[]): [string, string[]][] {
  const wanted = new Map<string, Set<string>>()
  for (const field of kind?.fields ?? []) {
    if (field.type !== 'reference' || !field.reference || !shown.includes(field.name)) continue
    const codes = wanted.get(field.reference) ?? new Set<string>()
    for (const row of rows) if (typeof row.attributes[field.name] === 'string') codes.add(row.attributes[field.name] as string)
    wanted.set(field.reference, codes)
  }
  return [...wanted].filter(([, codes]) => codes.size > 0).map(([name, codes]) => [name, [...codes].sort().slice(0, MOST)])
}

export function provideNames(kind: Ref<Kind | undefined>, rows: Ref<FsRecord[]>, shown: Ref<string[]>): void {
  const wanted = computed(() => wantedCodes(kind.value, rows.value, shown.value))
  const found = useQuery({
    queryKey: computed(() => ['records', 'names', wanted.value]),
    queryFn: async () => {
      const names = new Map<string, { id: string; name: string }>()
      await Promise.all(wanted.value.map(async ([name, codes]) => {
        const page = await recordsApi.list(name, { filters: [{ field: 'code', op: 'in', value: codes }], limit: MOST }).catch(() => null)
        for (const record of page?.items ?? []) names.set(key(name, record.code), { id: record.id, name: record.name })
      }))
      return names
    },
    enabled: computed(() => wanted.value.length > 0),
    placeholderData: (old) => old,
    staleTime: 300_000,
  })
  provide(KEY, computed(() => found.data.value ?? new Map()))
}

/** `undefined` where no list has asked: then the cell asks for itself. */
export function useName(kind: () => string | null | undefined, code: () => unknown): ComputedRef<{ id: string; name: string } | null | undefined> {
  const names = inject(KEY, undefined)
  return computed(() => {
    const [of, value] = [kind(), code()]
    if (!names || !of || typeof value !== 'string') return undefined
    return names.value.get(key(of, value)) ?? null
  })
}
