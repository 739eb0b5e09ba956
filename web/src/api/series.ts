import type { RuleInput, RuleTrial, RuleTrialInput, RuleVersionView, RuleView } from './generated'
import { request } from './request'
import type { Answer, Page, Series, SeriesDraft } from './types'

export type { RuleInput }
export type Rule = Answer<RuleView>
export type RuleVersion = Answer<RuleVersionView>
export type Trial = Answer<RuleTrial>

/** Series and rules as they are kept. */
export const sensingApi = {
  of: async (device: string) => (await request<Page<Series>>('/series', { query: { device, limit: 500 } })).items,
  register: (body: SeriesDraft) => request<Series>('/series', { method: 'POST', body }),
  update: (id: string, body: SeriesDraft) => request<Series>(`/series/${id}`, { method: 'PUT', body }),
  rules: (series: string) => request<Rule[]>('/rules', { query: { series } }),
  keep: (id: string | null, body: RuleInput) => (id ? request<Rule>(`/rules/${id}`, { method: 'PUT', body }) : request<Rule>('/rules', { method: 'POST', body })),
  removeRule: (id: string) => request<void>(`/rules/${id}`, { method: 'DELETE' }),
  versions: (id: string) => request<RuleVersion[]>(`/rules/${id}/versions`),
  tryOut: (body: RuleTrialInput) => request<Trial>('/rules/trial', { method: 'POST', body }),
}
