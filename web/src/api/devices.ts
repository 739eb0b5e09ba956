import type * as G from './generated'
import { request, url } from './request'
import type { Answer } from './types'

export type OnlineLine = Answer<G.OnlineLine>
export type OnlineReport = Answer<G.OnlineReport>
export type Presence = G.Presence

export type HealthLine = Answer<G.HealthLine>
export type HealthReport = Answer<G.HealthReport>
export type Trouble = HealthLine['troubles'][number]

export interface HealthQuestion { trouble?: string; division?: string; device?: string }

export interface RateQuestion { by: 'division' | 'enterprise' | 'industry' | 'device'; division?: string; enterprise?: string; industry?: string; presence?: string; span: 'today' | 'week' | 'month' }

export const onlineApi = {
  report: (query: RateQuestion) => request<OnlineReport>('/devices/online-rate', { query: { ...query } }),
  exportUrl: (format: 'xlsx' | 'csv', query: RateQuestion) => url(`/devices/online-rate/export.${format}`, { ...query }),
}

export const healthApi = {
  report: (query: HealthQuestion) => request<HealthReport>('/devices/health', { query: { ...query } }),
  exportUrl: (format: 'xlsx' | 'csv', query: HealthQuestion) => url(`/devices/health/export.${format}`, { ...query }),
}
