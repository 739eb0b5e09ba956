import type { Entered, Waiting as RawWaiting, Wall as RawWall, Wanted } from './generated'
import { request } from './request'
import type { Answer } from './types'

export type Wall = Answer<RawWall>
export type WallWanted = Wanted
export type WaitingScreen = Answer<RawWaiting>

export const wallsApi = {
  list: () => request<Wall[]>('/walls'),
  get: (name: string) => request<Wall>(`/walls/${name}`),
  drive: (name: string, body: WallWanted) => request<Wall>(`/walls/${name}`, { method: 'PUT', body }),
}

/** Screens that nobody signs in at. */
export const screensApi = {
  wait: () => request<WaitingScreen>('/screens', { method: 'POST', anonymous: true }),
  enter: (secret: string) => request<Answer<Entered>>('/screens/enter', { method: 'POST', body: { secret }, anonymous: true }),
  letIn: (code: string, name: string) => request<void>('/screens/let-in', { method: 'POST', body: { code, name } }),
}
