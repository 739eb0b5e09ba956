import type { AggregateQuery, AlarmQuery, ObservationQuery, SeriesQuery } from './generated'
import { request } from './request'
import type { Aggregate, Alarm, AlarmDetail, DeskSummary, ObservationsPage, Page, Rule, Series, Verdict } from './types'

export type { AlarmQuery }

export const alarmsApi = {
  list: (query: AlarmQuery) => request<Page<Alarm>>('/alarms', { query }),
  get: (id: string) => request<AlarmDetail>(`/alarms/${id}`),
  acknowledge: (id: string, note?: string) => request<Alarm>(`/alarms/${id}/acknowledge`, { method: 'POST', body: note ? { note } : {} }),
  summary: () => request<DeskSummary>('/alarms/summary'),
  shelve: (id: string, reason: string, minutes: number) => request<Alarm>(`/alarms/${id}/shelve`, { method: 'POST', body: { reason, minutes } }),
  unshelve: (id: string) => request<Alarm>(`/alarms/${id}/unshelve`, { method: 'POST' }),
  verify: (id: string, verdict: Verdict, reason: string) => request<Alarm>(`/alarms/${id}/verify`, { method: 'POST', body: { verdict, reason } }),
}

export const seriesApi = {
  list: (query: SeriesQuery) => request<Page<Series>>('/series', { query }),
  observations: (id: string, query: ObservationQuery) => request<ObservationsPage>(`/series/${id}/observations`, { query }),
  aggregates: (id: string, query: AggregateQuery) => request<Aggregate[]>(`/series/${id}/aggregates`, { query }),
  rules: (series: string) => request<Rule[]>('/rules', { query: { series } }),
}
