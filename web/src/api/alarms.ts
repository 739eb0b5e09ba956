import type { AggregateQuery, AlarmQuery, ObservationQuery, SeriesQuery } from './generated'
import { request, url } from './request'
import type { Aggregate, Alarm, AlarmDetail, AlarmFigures, DeskSummary, OutOfService, ObservationsPage, Page, Rule, Series, Verdict } from './types'

export type { AlarmQuery }

export const alarmsApi = {
  list: (query: AlarmQuery) => request<Page<Alarm>>('/alarms', { query }),
  get: (id: string) => request<AlarmDetail>(`/alarms/${id}`),
  acknowledge: (id: string, note?: string) => request<Alarm>(`/alarms/${id}/acknowledge`, { method: 'POST', body: note ? { note } : {} }),
  acknowledgeAll: (alarms: string[]) => request<{ done: string[]; refused: string[] }>('/alarms/acknowledge', { method: 'POST', body: { alarms } }),
  figures: (query: FiguresSpan) => request<AlarmFigures>('/alarms/figures', { query: { ...query } }),
  figuresCsv: (query: FiguresSpan) => url('/alarms/figures/export.csv', { ...query }),
  summary: () => request<DeskSummary>('/alarms/summary'),
  shelve: (id: string, reason: string, minutes: number) => request<Alarm>(`/alarms/${id}/shelve`, { method: 'POST', body: { reason, minutes } }),
  unshelve: (id: string) => request<Alarm>(`/alarms/${id}/unshelve`, { method: 'POST' }),
  verify: (id: string, verdict: Verdict, reason: string) => request<Alarm>(`/alarms/${id}/verify`, { method: 'POST', body: { verdict, reason } }),
}

export interface FiguresSpan { from: string; to?: string; division?: string }

export interface OutOfServiceInput { device: string; series: string | null; reason: string; minutes: number }

export const serviceApi = {
  list: () => request<OutOfService[]>('/devices/out-of-service'),
  takeOut: (input: OutOfServiceInput) => request<OutOfService>('/devices/out-of-service', { method: 'POST', body: input }),
  putIn: (id: string) => request<OutOfService>(`/devices/out-of-service/${id}/end`, { method: 'POST' }),
}

export const seriesApi = {
  list: (query: SeriesQuery) => request<Page<Series>>('/series', { query }),
  observations: (id: string, query: ObservationQuery) => request<ObservationsPage>(`/series/${id}/observations`, { query }),
  aggregates: (id: string, query: AggregateQuery) => request<Aggregate[]>(`/series/${id}/aggregates`, { query }),
  /** All readings of a span, as a sheet. */
  sheetUrl: (id: string, from: string, to: string) => url(`/series/${id}/observations.csv`, { from, to }),
  rules: (series: string) => request<Rule[]>('/rules', { query: { series } }),
}
