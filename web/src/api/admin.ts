import { items } from './normal'
import { request, url } from './request'
import type { DeviceStatus, Page, QuarantineItem, Role, SeriesDraft, TraceEntry, TraceVerdict, User } from './types'

export interface Explanation {
  allowed: boolean
  because: unknown[]
  missing: unknown
}

export const usersApi = {
  list: async () => items(await request<User[] | Page<User>>('/users', { query: { limit: 500 } })),
  create: (body: { login: string; name: string; posts: string[]; active: boolean }) =>
    request<{ user: User; password: string }>('/users', { method: 'POST', body }),
  update: (id: string, body: { version: number; name?: string; posts?: string[]; active?: boolean }) =>
    request<User>(`/users/${id}`, { method: 'PATCH', body }),
  resetPassword: (id: string) => request<{ password: string }>(`/users/${id}/password`, { method: 'POST', body: {} }),
  roles: async () => items(await request<Role[] | Page<Role>>('/roles')),
  explain: (query: { user: string; action: string; kind: string; division: string }) =>
    request<Explanation>('/permissions/explain', { query }),
}

export interface TraceQuery {
  subject_kind?: string
  subject_id?: string
  from?: string
  actor?: string
  action?: string
  limit?: number
  cursor?: string | null
}

export const traceApi = {
  list: (query: TraceQuery) => request<Page<TraceEntry>>('/trace', { query: { ...query } }),
  verify: () => request<TraceVerdict>('/trace/verify'),
  exportUrl: (query: { from_seq?: number; to_seq?: number; matter?: string }) => url('/trace/export', query),
}

export const devicesApi = {
  status: async () => items(await request<DeviceStatus[] | Page<DeviceStatus>>('/devices/status')),
  credential: (id: string) => request<{ username: string; token: string }>(`/devices/${id}/credential`, { method: 'POST', body: {} }),
  quarantine: async () => items(await request<QuarantineItem[] | Page<QuarantineItem>>('/quarantine')),
  register: (id: string, body: SeriesDraft) =>
    request<unknown>(`/quarantine/${id}/register`, { method: 'POST', body }),
  discard: (id: string) => request<unknown>(`/quarantine/${id}/discard`, { method: 'POST', body: {} }),
}
