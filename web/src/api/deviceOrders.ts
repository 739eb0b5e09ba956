import type { DeviceOrder, DeviceOrderInput, DeviceOrderState, DeviceOrderView, OrdersOffered } from './generated'
import { request } from './request'
import type { Answer, Page } from './types'

export type { DeviceOrder, DeviceOrderInput, DeviceOrderState }
export type GivenOrder = Answer<DeviceOrderView>
export type Offered = Answer<OrdersOffered>
export type OrderKind = DeviceOrder['kind']

export const deviceOrdersApi = {
  offered: (device: string) => request<Offered>(`/devices/${device}/orders/offered`),
  of: (device: string, cursor?: string | null) => request<Page<GivenOrder>>(`/devices/${device}/orders`, { query: { limit: 20, cursor } }),
  give: (device: string, input: DeviceOrderInput) => request<GivenOrder>(`/devices/${device}/orders`, { method: 'POST', body: input }),
  cancel: (id: string) => request<GivenOrder>(`/device-orders/${id}/cancel`, { method: 'POST' }),
}
