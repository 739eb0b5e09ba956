import type * as G from './generated'
import { request } from './request'
import type { Alarm, Answer, Page } from './types'

export type Board = Answer<G.BoardView>
export type BoardFigures = Board['figures']
export type BoardReason = Answer<G.Reason>
export type RiskScore = Answer<G.RiskScore>
export type RiskCause = Answer<G.Cause>
export type BoardObject = Omit<Answer<G.BoardObject>, 'attributes'> & { attributes: Record<string, unknown> }
export interface ObjectQuery { division?: string; q?: string; troubled?: boolean; placed?: boolean; limit?: number; cursor?: string }

/** Boards of the sectors: figures, objects worst first, open alarms. */
export const boardsApi = {
  list: (division?: string) => request<Board[]>('/boards', { query: { division } }),
  get: (id: string, division?: string) => request<Board>(`/boards/${id}`, { query: { division } }),
  objects: (id: string, query: ObjectQuery) => request<Page<BoardObject>>(`/boards/${id}/objects`, { query: { ...query } }),
  alarms: (id: string, division: string | undefined, limit: number) => request<Page<Alarm>>(`/boards/${id}/alarms`, { query: { division, limit } }),
}
