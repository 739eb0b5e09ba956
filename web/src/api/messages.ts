import { request } from './request'
import type { Delivery, Page } from './types'

async function items(answer: Promise<Delivery[] | Page<Delivery>>): Promise<Delivery[]> {
  const value = await answer
  return Array.isArray(value) ? value : value.items
}

export const messagesApi = {
  ofMatter: (matter: string) => items(request<Delivery[] | Page<Delivery>>('/messages', { query: { matter, limit: 500 } })),
  all: () => items(request<Delivery[] | Page<Delivery>>('/messages', { query: { limit: 200 } })),
  mine: () => items(request<Delivery[] | Page<Delivery>>('/messages/mine')),
  confirm: (id: string, note?: string, idempotencyKey?: string) =>
    request<unknown>(`/deliveries/${id}/confirm`, { method: 'POST', body: note ? { note } : {}, idempotencyKey }),
}
