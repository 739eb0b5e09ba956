import * as normal from './normal'
import { request } from './request'
import type { Aggregate, Alarm, Observation, Page, Rule, Series, Verdict } from './types'

export interface AlarmQuery {
  state?: 'open' | 'closed' | 'all'
  priority?: string
  division?: string
  verified?: string
  q?: string
  limit?: number
  cursor?: string | null
}

export const alarmsApi = {
  list: async (query: AlarmQuery): Promise<Page<Alarm>> => {
    const page = await request<Page<unknown>>('/alarms', { query: { ...query } })
    return { ...page, items: page.items.map(normal.alarm) }
  },
  get: async (id: string) => normal.alarm(await request(`/alarms/${id}`)),
  acknowledge: async (id: string, note?: string) => normal.alarm(await request(`/alarms/${id}/acknowledge`, { method: 'POST', body: note ? { note } : {} })),
  verify: async (id: string, verdict: Verdict, reason: string) => normal.alarm(await request(`/alarms/${id}/verify`, { method: 'POST', body: { verdict, reason } })),
}

export const seriesApi = {
  list: (query: { device?: string; enterprise?: string; division?: string; q?: string; limit?: number; cursor?: string | null }) =>
    request<Page<Series>>('/series', { query }),
  observations: (id: string, query: { from?: string; to?: string; limit?: number }) =>
    request<{ items: Observation[]; next: string | null }>(`/series/${id}/observations`, { query }),
  aggregates: (id: string, query: { from: string; to: string; step_seconds: number }) =>
    request<Aggregate[]>(`/series/${id}/aggregates`, { query }),
  rules: async (series: string): Promise<Rule[]> => {
    const answer = await request<Rule[] | Page<Rule>>('/rules', { query: { series } })
    return Array.isArray(answer) ? answer : answer.items
  },
}
