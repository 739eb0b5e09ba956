import type { Audience, DrillReport as RawDrillReport, MessageDraft, MessagePage as RawMessagePage, AudienceDraft, Preview, SentMessage as RawSent } from './generated'
import * as normal from './normal'
import { request } from './request'
import type { Answer, Delivery, Page } from './types'

export type { Audience, AudienceDraft, MessageDraft }
export type Reach = Answer<Preview>
export type SentMessage = Answer<RawSent>
export type MessagePage = Omit<Answer<RawMessagePage>, 'receipts'> & { receipts: Delivery[] }
export type DrillReport = Answer<RawDrillReport>

/** Whom a message reaches, and how far it came. */
export const reachApi = {
  preview: (draft: AudienceDraft) => request<Reach>('/messages/preview', { method: 'POST', body: draft }),
  send: (draft: MessageDraft) => request<MessagePage>('/messages/sent', { method: 'POST', body: draft }),
  sent: async () => (await request<Page<SentMessage>>('/messages/sent', { query: { limit: 200 } })).items,
  one: (id: string) => request<MessagePage>(`/messages/${id}`),
  drill: async (id: string) => {
    const raw = await request<DrillReport>(`/drills/${id}/report`)
    return {
      ...raw,
      steps: raw.steps.map((step) => ({ ...step, words: normal.words({ zh: step.title, en: step.title_en }) || step.name })),
      clocks: raw.clocks.map((clock) => ({ ...clock, words: normal.words(clock.title) || clock.name, process_words: normal.words(clock.process_title) })),
    }
  },
}
