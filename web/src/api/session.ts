import { request } from './request'
import { items } from './normal'
import type { ApiToken, Page, Session, SessionInfo } from './types'

export const sessionApi = {
  current: () => request<Session>('/session', { anonymous: true }),
  signIn: (body: { user: string; password: string; totp?: string }) =>
    request<Session>('/session', { method: 'POST', body, anonymous: true }),
  signOut: () => request<void>('/session', { method: 'DELETE', anonymous: true }),
  changePassword: (current: string, next: string) =>
    request<void>('/session/password', { method: 'POST', body: { current, new: next }, anonymous: true }),
  startTotp: () => request<{ secret: string; otpauth_url: string }>('/session/totp', { method: 'POST' }),
  confirmTotp: (code: string) => request<void>('/session/totp/confirm', { method: 'POST', body: { code } }),
  removeTotp: (code: string) => request<void>('/session/totp', { method: 'DELETE', body: { code } }),
  sessions: async () => items(await request<SessionInfo[] | Page<SessionInfo>>('/sessions')),
  tokens: async () => items(await request<ApiToken[] | Page<ApiToken>>('/tokens')),
  createToken: (name: string) => request<ApiToken & { token: string }>('/tokens', { method: 'POST', body: { name } }),
  removeToken: (id: string) => request<void>(`/tokens/${id}`, { method: 'DELETE' }),
  revoke: (id: string) => request<void>(`/sessions/${id}`, { method: 'DELETE' }),
}
