import type * as G from './generated'
import { request, url } from './request'
import type { Answer, Page } from './types'

export type SheetImport = Answer<G.ImportView>
export type SheetPlan = Answer<G.SheetPlan>
export type PlannedColumn = Answer<G.PlannedColumn>
export type ImportSummary = Answer<G.ImportSummary>
export type BadValue = Answer<G.BadValue>
export type SheetRow = Answer<G.SheetRow>
export type RowError = Answer<G.RowError>
export type Job = Answer<G.JobView>
export type RowsPage = { items: SheetRow[]; next: string | null; total: number }
export type ImportMode = G.ImportMode

export interface RowsQuery {
  only_bad?: boolean
  field?: string
  code?: string
  value?: string
  cursor?: string | null
  limit?: number
}

export const importsApi = {
  upload: (kind: string, file: File) => {
    const form = new FormData()
    form.append('file', file)
    return request<SheetImport>('/imports', { method: 'POST', form, query: { kind } })
  },
  list: (all: boolean, cursor: string | null) => request<Page<SheetImport>>('/imports', { query: { all, cursor, limit: 50 } }),
  get: (id: string) => request<SheetImport>(`/imports/${id}`),
  discard: (id: string) => request<void>(`/imports/${id}`, { method: 'DELETE' }),
  layout: (id: string, body: { sheet?: string; header_row?: number }) => request<SheetImport>(`/imports/${id}/layout`, { method: 'POST', body }),
  plan: (id: string, version: number, plan: SheetPlan) => request<SheetImport>(`/imports/${id}/plan`, { method: 'PUT', body: { version, plan } }),
  check: (id: string) => request<SheetImport>(`/imports/${id}/check`, { method: 'POST' }),
  run: (id: string, mode: ImportMode) => request<SheetImport>(`/imports/${id}/run`, { method: 'POST', body: { mode } }),
  undo: (id: string, why: string) => request<SheetImport>(`/imports/${id}/undo`, { method: 'POST', why }),
  rows: (id: string, query: RowsQuery) => request<RowsPage>(`/imports/${id}/rows`, { query: { ...query } }),
  refusedUrl: (id: string) => url(`/imports/${id}/refused.xlsx`),
  job: (id: string, what: 'cancel' | 'pause' | 'resume') => request<Job>(`/jobs/${id}/${what}`, { method: 'POST' }),
}
