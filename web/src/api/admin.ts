import type { ListQuery2 as TraceQuery, Question, SeriesDraft, UserChange, UserDraft, WantedExport } from './generated'
import { request, url } from './request'
import type { CreatedUser, Credential, DeviceStatus, Explanation, Page, QuarantineItem, Role, Series, TraceEntry, TraceVerdict, User } from './types'

export type { TraceQuery }

export const usersApi = {
  list: async () => (await request<Page<User>>('/users', { query: { limit: 500 } })).items,
  create: (body: UserDraft) => request<CreatedUser>('/users', { method: 'POST', body }),
  update: (id: string, body: UserChange) => request<User>(`/users/${id}`, { method: 'PATCH', body }),
  resetPassword: (id: string) => request<CreatedUser>(`/users/${id}/password`, { method: 'POST', body: {} }),
  roles: () => request<Role[]>('/roles'),
  explain: (query: Question) => request<Explanation>('/permissions/explain', { query }),
}

export const traceApi = {
  list: (query: TraceQuery) => request<Page<TraceEntry>>('/trace', { query }),
  verify: () => request<TraceVerdict>('/trace/verify'),
  exportUrl: (query: WantedExport) => url('/trace/export', query),
}

export const devicesApi = {
  status: () => request<DeviceStatus[]>('/devices/status'),
  credential: (id: string) => request<Credential>(`/devices/${id}/credential`, { method: 'POST', body: {} }),
  quarantine: async () => (await request<Page<QuarantineItem>>('/quarantine')).items,
  register: (id: string, body: SeriesDraft) => request<Series>(`/quarantine/${id}/register`, { method: 'POST', body }),
  discard: (id: string) => request<void>(`/quarantine/${id}/discard`, { method: 'POST', body: {} }),
}
