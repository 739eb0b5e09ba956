/** What people set up for themselves, and views with a name that they keep and share. */
import type { Preference, SavedView, SavedViewDraft } from './generated'
import { request } from './request'
import type { Answer } from './types'

export type StoredPreference = Answer<Preference>
export type View = Answer<SavedView>

export const preferencesApi = {
  get: (key: string) => request<StoredPreference>(`/preferences/${key}`),
  put: (key: string, version: number, value: unknown) => request<StoredPreference>(`/preferences/${key}`, { method: 'PUT', body: { version, value } }),
  views: (place: string) => request<View[]>('/views', { query: { place } }),
  saveView: (draft: SavedViewDraft) => request<View>('/views', { method: 'POST', body: draft }),
  changeView: (id: string, draft: SavedViewDraft) => request<View>(`/views/${id}`, { method: 'PUT', body: draft }),
  removeView: (id: string) => request<void>(`/views/${id}`, { method: 'DELETE' }),
}
