import type { FrameView, Replayed, UnregisteredSender } from './generated'
import { request, url } from './request'
import type { Answer, Page } from './types'

export type Frame = Answer<Omit<FrameView, 'decoded'>> & { decoded: Record<string, unknown>[] }
export type Sender = Answer<UnregisteredSender>
export type Reread = Answer<Replayed>
export interface FrameQuery {
  from?: string
  to?: string
  direction?: 'received' | 'sent'
  verdict?: string
  q?: string
  limit?: number
  cursor?: string | null
}
/** Whose frames: a device of the ledger, or whoever names itself so. */
export type FrameSource = { device: string } | { sender: string }

const path = (of: FrameSource): `/devices/${string}/frames` | `/senders/${string}/frames` => ('device' in of ? `/devices/${of.device}/frames` : `/senders/${encodeURIComponent(of.sender)}/frames`)

export const framesApi = {
  of: (source: FrameSource, query: FrameQuery) => request<Page<Frame>>(path(source), { query: { ...query } }),
  fileUrl: (source: FrameSource, query: FrameQuery) => url(`${path(source)}/file`, { ...query }),
  senders: (cursor?: string | null) => request<Page<Sender>>('/senders', { query: { limit: 50, cursor } }),
  replay: (device: string, frames: string[]) => request<Reread[]>(`/devices/${device}/frames/replay`, { method: 'POST', body: { frames } }),
}
