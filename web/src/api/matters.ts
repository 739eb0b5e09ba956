import type { ClockRow, MatterQuery, MatterView, NewLink, ProcessView, ThreadEntry } from './generated'
import * as normal from './normal'
import { isProblem } from './problem'
import { once } from './repeated'
import { request, url } from './request'
import type { Answer, Attachment, JsonObject, Matter, Mode, OpenClock, Page, Process, TimelineEntry } from './types'

export type { MatterQuery }
export type LinkInput = NewLink & { kind: 'matter' | 'alarm' | 'record' }
type Raw = Answer<MatterView>

async function one(answer: Promise<Raw>): Promise<Matter> {
  return normal.matter(await answer)
}
async function page(answer: Promise<Page<Raw>>): Promise<Page<Matter>> {
  const value = await answer
  return { ...value, items: value.items.map(normal.matter) }
}

export const mattersApi = {
  processes: async (): Promise<Process[]> => (await request<Answer<ProcessView>[]>('/processes')).map(normal.process),
  list: (query: MatterQuery) => page(request<Page<Raw>>('/matters', { query })),
  inbox: async () => (await page(request<Page<Raw>>('/inbox', { query: { limit: 200 } }))).items,
  get: (id: string) => one(request(`/matters/${id}`)),
  open: (process: string, opening: JsonObject, links: LinkInput[], mode?: Mode) =>
    once(
      [process, opening, links, mode],
      (own) => one(request('/matters', { method: 'POST', body: { process, opening, links, request: own, ...(mode ? { mode } : {}) } })),
      (problem) => isProblem(problem) && problem.offline,
    ),
  act: (id: string, version: number, action: string, payload: JsonObject = {}, idempotencyKey?: string) =>
    one(request(`/matters/${id}/actions`, { method: 'POST', body: { version, action: { ...payload, action } }, idempotencyKey })),
  claim: (id: string) => one(request(`/matters/${id}/claim`, { method: 'POST', body: {} })),
  handOver: (id: string, post: string) => one(request(`/matters/${id}/hand-over`, { method: 'POST', body: { post } })),
  comment: (id: string, text: string) => one(request(`/matters/${id}/comments`, { method: 'POST', body: { text } })),
  link: (id: string, link: LinkInput) => one(request(`/matters/${id}/links`, { method: 'POST', body: link })),
  timeline: (id: string, thread: boolean) =>
    request<Answer<ThreadEntry>[]>(`/matters/${id}/timeline`, { query: { thread: thread || undefined } }).then((entries): TimelineEntry[] => entries.map(normal.timelineEntry)),
  attach: (id: string, file: File | Blob, name: string, idempotencyKey?: string) => {
    const form = new FormData()
    form.append('file', file, name)
    return request<Attachment>(`/matters/${id}/attachments`, { method: 'POST', form, idempotencyKey })
  },
  attachmentUrl: (id: string) => url(`/attachments/${id}`),
  clocks: async (): Promise<OpenClock[]> => (await request<Answer<ClockRow>[]>('/clocks', { query: { open: true } })).map(normal.openClock),
}
