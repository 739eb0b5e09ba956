import type { Wall as RawWall, Wanted } from './generated'
import { request } from './request'
import type { Answer } from './types'

export type Wall = Answer<RawWall>
export type WallWanted = Wanted

export const wallsApi = {
  list: () => request<Wall[]>('/walls'),
  get: (name: string) => request<Wall>(`/walls/${name}`),
  drive: (name: string, body: WallWanted) => request<Wall>(`/walls/${name}`, { method: 'PUT', body }),
}
