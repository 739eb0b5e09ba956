import { items } from './normal'
import { request } from './request'
import type { Coverage, EventType, Page, Subscriber, WarningInForce } from './types'

export const warningsApi = {
  inForce: async () => items(await request<WarningInForce[] | Page<WarningInForce>>('/warnings')),
  coverage: (matter: string) => request<Coverage>(`/warnings/${matter}/coverage`),
  eventTypes: () => request<EventType[]>('/event-types'),
  subscribers: async () => items(await request<Subscriber[] | Page<Subscriber>>('/subscribers')),
  subscribe: (body: Omit<Subscriber, 'id'>) => request<Subscriber>('/subscribers', { method: 'POST', body }),
  unsubscribe: (id: string) => request<void>(`/subscribers/${id}`, { method: 'DELETE' }),
}
