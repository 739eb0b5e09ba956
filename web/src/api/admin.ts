import type { Asked, ListQuery2 as TraceQuery, Question, SeriesDraft, UserChange, UserDraft, WantedExport } from './generated'
import { request, url } from './request'
import type { ApiToken, CreatedUser, Credential, DeviceStatus, Explanation, Holders, KindActions, Page, QuarantineItem, RightsAt, Role, Series, SessionInfo, PullSource, PushSource, SetAside, Setting, TraceEntry, TraceVerdict, User } from './types'

export type { TraceQuery }

export const usersApi = {
  list: async () => (await request<Page<User>>('/users', { query: { limit: 500 } })).items,
  create: (body: UserDraft) => request<CreatedUser>('/users', { method: 'POST', body }),
  update: (id: string, body: UserChange) => request<User>(`/users/${id}`, { method: 'PATCH', body }),
  resetPassword: (id: string) => request<CreatedUser>(`/users/${id}/password`, { method: 'POST', body: {} }),
  roles: () => request<Role[]>('/roles'),
  get: (id: string) => request<User>(`/users/${id}`),
  rights: (id: string) => request<RightsAt[]>(`/users/${id}/rights`),
  sessions: (id: string) => request<SessionInfo[]>(`/users/${id}/sessions`),
  endSession: (id: string, of: string, why: string) => request<void>(`/users/${id}/sessions/${of}`, { method: 'DELETE', why }),
  tokens: (id: string) => request<ApiToken[]>(`/users/${id}/tokens`),
  endToken: (id: string, of: string, why: string) => request<void>(`/users/${id}/tokens/${of}`, { method: 'DELETE', why }),
  holders: (query: Asked) => request<Holders>('/permissions/holders', { query }),
  vocabulary: () => request<KindActions[]>('/permissions/vocabulary'),
  explain: (query: Question) => request<Explanation>('/permissions/explain', { query }),
}

export const nodeApi = { configuration: () => request<Setting[]>('/configuration') }

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

/** What the node is connected with by configuration. */
export const sourcesApi = {
  push: () => request<PushSource[]>('/sources/push'),
  pull: () => request<PullSource[]>('/sources/pull'),
}

export const setAsideApi = {
  list: (resolved: boolean) => request<Page<SetAside>>('/set-aside', { query: { resolved, limit: 100 } }),
  runAgain: (id: string) => request<SetAside>(`/set-aside/${id}/run-again`, { method: 'POST', body: {} }),
  dismiss: (id: string, reason: string) => request<SetAside>(`/set-aside/${id}/dismiss`, { method: 'POST', body: { reason } }),
}
