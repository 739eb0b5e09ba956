import * as normal from './normal'
import { request, url } from './request'
import type { JsonObject, Matter, Mode, OpenClock, Page, Process, TimelineEntry } from './types'

export interface MatterQuery {
  process?: string
  phase?: string
  open?: boolean
  division?: string
  q?: string
  parent?: string
  limit?: number
  cursor?: string | null
}
export interface LinkInput {
  relation: string
  kind: 'matter' | 'alarm' | 'record'
  id: string
}

async function one(answer: Promise<unknown>): Promise<Matter> {
  return normal.matter(await answer)
}
async function page(answer: Promise<Page<unknown>>): Promise<Page<Matter>> {
  const value = await answer
  return { ...value, items: value.items.map(normal.matter) }
}

export const mattersApi = {
  processes: async (): Promise<Process[]> => (await request<unknown[]>('/processes')).map(normal.process),
  list: (query: MatterQuery) => page(request<Page<unknown>>('/matters', { query: { ...query } })),
  inbox: async () => normal.items(await request<unknown[] | Page<unknown>>('/inbox', { query: { limit: 200 } })).map(normal.matter),
  get: (id: string) => one(request(`/matters/${id}`)),
  open: (process: string, opening: JsonObject, links: LinkInput[], mode?: Mode) =>
    one(request('/matters', { method: 'POST', body: { process, opening, links, ...(mode ? { mode } : {}) } })),
  act: (id: string, version: number, action: string, payload: JsonObject = {}, idempotencyKey?: string) =>
    one(request(`/matters/${id}/actions`, { method: 'POST', body: { version, action: { ...payload, action } }, idempotencyKey })),
  claim: (id: string) => one(request(`/matters/${id}/claim`, { method: 'POST', body: {} })),
  handOver: (id: string, post: string) => one(request(`/matters/${id}/hand-over`, { method: 'POST', body: { post } })),
  comment: (id: string, text: string) => one(request(`/matters/${id}/comments`, { method: 'POST', body: { text } })),
  link: (id: string, link: LinkInput) => one(request(`/matters/${id}/links`, { method: 'POST', body: link })),
  timeline: (id: string, thread: boolean) =>
    request<unknown[]>(`/matters/${id}/timeline`, { query: { thread: thread || undefined } }).then((entries): TimelineEntry[] => entries.map(normal.timelineEntry)),
  attach: (id: string, file: File | Blob, name: string, idempotencyKey?: string) => {
    const form = new FormData()
    form.append('file', file, name)
    return request<unknown>(`/matters/${id}/attachments`, { method: 'POST', form, idempotencyKey })
  },
  attachmentUrl: (id: string) => url(`/attachments/${id}`),
  clocks: async (): Promise<OpenClock[]> => normal.items(await request<unknown[] | Page<unknown>>('/clocks', { query: { open: true } })).map(normal.openClock),
}
