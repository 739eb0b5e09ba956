import { request } from './request'
import type { Coverage, EventType, NewSubscriber, Subscriber, WarningInForce } from './types'

export const warningsApi = {
  inForce: () => request<WarningInForce[]>('/warnings'),
  coverage: (matter: string) => request<Coverage>(`/warnings/${matter}/coverage`),
  eventTypes: () => request<EventType[]>('/event-types'),
  subscribers: () => request<Subscriber[]>('/subscribers'),
  subscribe: (body: NewSubscriber) => request<Subscriber>('/subscribers', { method: 'POST', body }),
  unsubscribe: (id: string) => request<void>(`/subscribers/${id}`, { method: 'DELETE' }),
}
