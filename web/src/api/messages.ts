import { request } from './request'
import type { Delivery, Page } from './types'

async function items(answer: Promise<Page<Delivery>>): Promise<Delivery[]> {
  return (await answer).items
}

export const messagesApi = {
  ofMatter: (matter: string) => items(request<Page<Delivery>>('/messages', { query: { matter, limit: 500 } })),
  all: () => items(request<Page<Delivery>>('/messages', { query: { limit: 200 } })),
  mine: () => items(request<Page<Delivery>>('/messages/mine', { query: { limit: 200 } })),
  unconfirmed: () => items(request<Page<Delivery>>('/messages/mine', { query: { unconfirmed: true, limit: 200 } })),
  confirm: (id: string, note?: string, idempotencyKey?: string) =>
    request<Delivery>(`/deliveries/${id}/confirm`, { method: 'POST', body: note ? { note } : {}, idempotencyKey }),
}
