import { request } from './request'
import type { Credentials } from './generated'
import type { ApiToken, NewApiToken, Session, SessionInfo, TotpSetup } from './types'

export const sessionApi = {
  current: (signal?: AbortSignal) => request<Session>('/session', { anonymous: true, signal }),
  signIn: (body: Credentials) =>
    request<Session>('/session', { method: 'POST', body, anonymous: true }),
  signOut: () => request<void>('/session', { method: 'DELETE', anonymous: true }),
  changePassword: (current: string, next: string) =>
    request<void>('/session/password', { method: 'POST', body: { current, new: next }, anonymous: true }),
  noteSound: (muted: boolean, minutes: number | null) => request<void>('/session/sound', { method: 'POST', body: { muted, ...(minutes === null ? {} : { minutes }) }, anonymous: true }),
  startTotp: () => request<TotpSetup>('/session/totp', { method: 'POST' }),
  confirmTotp: (code: string) => request<void>('/session/totp/confirm', { method: 'POST', body: { code } }),
  removeTotp: (code: string) => request<void>('/session/totp', { method: 'DELETE', body: { code } }),
  sessions: () => request<SessionInfo[]>('/sessions'),
  tokens: () => request<ApiToken[]>('/tokens'),
  createToken: (name: string) => request<NewApiToken>('/tokens', { method: 'POST', body: { name } }),
  removeToken: (id: string) => request<void>(`/tokens/${id}`, { method: 'DELETE' }),
  revoke: (id: string) => request<void>(`/sessions/${id}`, { method: 'DELETE' }),
}
