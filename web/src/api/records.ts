import type { BatchAction, BatchAnswer, BatchRequest, CheckAnswer, ImportMode, NearestQuery, Revealed } from './generated'
import type * as G from './generated'
import { request, url, type Query } from './request'
import type { Answer, FsRecord, ImportResult, Kind, Near, Page, RecordInput, RecordVersion, SearchHit } from './types'

export type { BatchAction }
export type BatchReply = Answer<BatchAnswer>
export type Related = Answer<G.Related>
export type Chemical = Answer<G.ChemicalView>

export type FilterOp = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'like' | 'in'
export interface Filter {
  field: string
  op: FilterOp
  value: string | number | boolean | string[]
}

/** A list's query in the form in which a body carries it. */
export function queryBody(query: RecordQuery): G.ListQuery {
  return { q: query.q?.trim() || null, division: query.division ?? null, bbox: query.bbox ?? null, filter: (query.filters ?? []).map(filterText), any: (query.any ?? []).map(filterText) }
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
  /** At least one of these must hold beside those. */
  any?: Filter[]
  sort?: string
  bbox?: string
  limit?: number
  cursor?: string | null
}

function given(filters: Filter[] | undefined): string[] {
  return (filters ?? []).filter((one) => one.value !== '' && !(Array.isArray(one.value) && one.value.length === 0)).map(filterText)
}

export function recordQuery(query: RecordQuery): Query {
  return {
    q: query.q?.trim(),
    division: query.division,
    filter: given(query.filters),
    any: given(query.any),
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
  /** What would be wrong with a draft; `id` is the record that it changes. */
  check: (kind: string, body: RecordInput, id?: string, signal?: AbortSignal) =>
    request<CheckAnswer>(`/records/${kind}/check`, { method: 'POST', body, query: { id }, signal }),
  restore: (kind: string, id: string, version: number, to: number, why?: string) =>
    request<FsRecord>(`/records/${kind}/${id}/restore`, { method: 'POST', body: { version, to }, why }),
  related: (kind: string, id: string) => request<Related[]>(`/records/${kind}/${id}/related`),
  batch: (kind: string, body: BatchRequest, why?: string, signal?: AbortSignal) =>
    request<BatchReply>(`/records/${kind}/batch`, { method: 'POST', body, why, signal }),
  chemicals: (q: string) => request<Chemical[]>('/chemicals', { query: { q, limit: 30 } }),
  nearest: (kind: string, query: NearestQuery) =>
    request<Near[]>(`/records/${kind}/nearest`, { query }),
  importFile: (kind: string, file: File, dryRun: boolean, mode: ImportMode) => {
    const form = new FormData()
    form.append('file', file)
    return request<ImportResult>(`/records/${kind}/imports`, { method: 'POST', form, query: { dry_run: dryRun, mode } })
  },
  templateUrl: (kind: string, format: 'xlsx' | 'csv') => url(`/records/${kind}/template.${format}`),
  /** With columns: what a list shows, to be read; without: all that an import reads. */
  exportUrl: (kind: string, format: 'xlsx' | 'csv', query: RecordQuery, columns: string[] = []) =>
    url(`/records/${kind}/export.${format}`, { ...recordQuery({ ...query, cursor: null, limit: undefined }), columns }),
  geojsonUrl: (kind: string, query: RecordQuery) => url(`/records/${kind}/features.geojson`, recordQuery({ ...query, cursor: null, limit: undefined })),
  search: (q: string, limit = 12, signal?: AbortSignal) => request<SearchHit[]>('/search', { query: { q, limit }, signal }),
}
