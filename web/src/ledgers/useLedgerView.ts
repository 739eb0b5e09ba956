/** What a list shows, kept in the address so that it can be sent and comes back. */
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { filterText, type Filter, type RecordQuery } from '@/api/records'
import { filtersFromQuery } from './filters'

export interface LedgerView {
  q: string
  division: string | null
  filters: Filter[]
  /** Of these one must hold. */
  any: Filter[]
  sort: string
  bbox: string
  map: boolean
  /** The saved view that was opened last. */
  view: string | null
}

function first(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The part that a saved view keeps. */
export function viewBody(view: LedgerView, columns: unknown): Record<string, unknown> {
  return { q: view.q, division: view.division, filter: view.filters.map(filterText), any: view.any.map(filterText), sort: view.sort, columns }
}
export function readBody(body: unknown): Partial<LedgerView> {
  const given = (body ?? {}) as Record<string, unknown>
  return { q: first(given.q), division: first(given.division) || null, filters: filtersFromQuery(given.filter), any: filtersFromQuery(given.any), sort: first(given.sort), bbox: '' }
}

export function useLedgerView() {
  const route = useRoute()
  const router = useRouter()
  const view = computed<LedgerView>(() => ({
    q: first(route.query.q), division: first(route.query.division) || null, filters: filtersFromQuery(route.query.filter), any: filtersFromQuery(route.query.any), sort: first(route.query.sort),
    bbox: first(route.query.bbox), map: route.query.map === '1', view: first(route.query.view) || null,
  }))
  function change(next: Partial<LedgerView>): void {
    const one = { ...view.value, ...next }
    void router.replace({
      query: {
        q: one.q || undefined, division: one.division || undefined, filter: one.filters.length ? one.filters.map(filterText) : undefined, any: one.any.length ? one.any.map(filterText) : undefined, sort: one.sort || undefined,
        bbox: one.bbox || undefined, map: one.map ? '1' : undefined, view: one.view || undefined,
      },
    })
  }
  const query = computed<RecordQuery>(() => ({ q: view.value.q, division: view.value.division ?? undefined, filters: view.value.filters, any: view.value.any, sort: view.value.sort || undefined, bbox: view.value.bbox || undefined }))
  const isFiltered = computed(() => Boolean(view.value.q || view.value.division || view.value.filters.length || view.value.any.length || view.value.bbox))
  return { view, change, query, isFiltered }
}
