import type { ImportMode, NearestQuery, Revealed } from './generated'
import { request, url, type Query } from './request'
import type { FsRecord, ImportResult, Kind, Near, Page, RecordInput, RecordVersion, SearchHit } from './types'

export type FilterOp = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'like' | 'in'
export interface Filter {
  field: string
  op: FilterOp
  value: string | number | boolean | string[]
}

/** `field:op:value`, the form the server reads; several values of `in` are joined by commas. */
export function filterText(filter: Filter): string {
  const value = Array.isArray(filter.value) ? filter.value.join(',') : String(filter.value)
  return `${filter.field}:${filter.op}:${value}`
}

export interface RecordQuery {
  q?: string
  division?: string
  filters?: Filter[]
  sort?: string
  bbox?: string
  limit?: number
  cursor?: string | null
}

export function recordQuery(query: RecordQuery): Query {
  return {
    q: query.q?.trim(),
    division: query.division,
    filter: (query.filters ?? []).filter((one) => one.value !== '' && !(Array.isArray(one.value) && one.value.length === 0)).map(filterText),
    sort: query.sort,
    bbox: query.bbox,
    limit: query.limit,
    cursor: query.cursor,
  }
}

export const recordsApi = {
  kinds: () => request<Kind[]>('/kinds'),
  list: (kind: string, query: RecordQuery, signal?: AbortSignal) =>
    request<Page<FsRecord>>(`/records/${kind}`, { query: recordQuery(query), signal }),
  /** References are kept by code. */
  byCode: async (kind: string, code: string): Promise<FsRecord | null> =>
    (await request<Page<FsRecord>>(`/records/${kind}`, { query: { filter: filterText({ field: 'code', op: 'eq', value: code }), limit: 1 } })).items[0] ?? null,
  get: (kind: string, id: string) => request<FsRecord>(`/records/${kind}/${id}`),
  create: (kind: string, body: RecordInput, why?: string) => request<FsRecord>(`/records/${kind}`, { method: 'POST', body, why }),
  update: (kind: string, id: string, body: RecordInput, why?: string) =>
    request<FsRecord>(`/records/${kind}/${id}`, { method: 'PUT', body, why }),
  remove: (kind: string, id: string, version: number, why?: string) =>
    request<void>(`/records/${kind}/${id}`, { method: 'DELETE', query: { version }, why }),
  history: (kind: string, id: string) => request<RecordVersion[]>(`/records/${kind}/${id}/history`),
  /** Personal data in clear; traced with the reason. */
  reveal: (kind: string, id: string, why: string) => request<Revealed>(`/records/${kind}/${id}/reveal`, { method: 'POST', why }),
  nearest: (kind: string, query: NearestQuery) =>
    request<Near[]>(`/records/${kind}/nearest`, { query }),
  importFile: (kind: string, file: File, dryRun: boolean, mode: ImportMode) => {
    const form = new FormData()
    form.append('file', file)
    return request<ImportResult>(`/records/${kind}/imports`, { method: 'POST', form, query: { dry_run: dryRun, mode } })
  },
  templateUrl: (kind: string, format: 'xlsx' | 'csv') => url(`/records/${kind}/template.${format}`),
  exportUrl: (kind: string, format: 'xlsx' | 'csv', query: RecordQuery) =>
    url(`/records/${kind}/export.${format}`, recordQuery({ ...query, cursor: null, limit: undefined })),
  search: (q: string, limit = 12, signal?: AbortSignal) => request<SearchHit[]>('/search', { query: { q, limit }, signal }),
}
