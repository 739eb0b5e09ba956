import type { DerivationDraft, DerivationInput, DerivationTrial as DerivationTrialAnswer, DerivationTrialInput, DerivationVersionView, DerivationView, ExceptionView, KeptTemplate, RuleInput, RuleTemplateInput, RuleTemplateTrial, RuleTemplateTrialInput, RuleTemplateVersionView, RuleTemplateView, RuleTrial, RuleTrialInput, RuleVersionView, RuleView, Selection } from './generated'
import { request } from './request'
import type { Answer, Page, Series, SeriesDraft } from './types'

export type { RuleInput, RuleTemplateInput }
export type RuleTemplate = Answer<RuleTemplateView>
export type RuleTemplateVersion = Answer<RuleTemplateVersionView>
export type RuleException = Answer<ExceptionView>
export type TemplateTrial = Answer<RuleTemplateTrial>
export type Selected = Answer<Selection>
export type Schedule = NonNullable<Answer<RuleView>['schedule']>
export type Rule = Answer<RuleView>
export type RuleVersion = Answer<RuleVersionView>
export type Trial = Answer<RuleTrial>
export type Derivation = Answer<DerivationView>
export type DerivationTrial = Answer<DerivationTrialAnswer>
export type MadeOfInput = Derivation['inputs'][number]
export type Present = Derivation['present']

/** Series and rules as they are kept. */
export const sensingApi = {
  of: async (device: string) => (await request<Page<Series>>('/series', { query: { device, limit: 500 } })).items,
  one: (id: string) => request<Series>(`/series/${id}`),
  register: (body: SeriesDraft) => request<Series>('/series', { method: 'POST', body }),
  update: (id: string, body: SeriesDraft) => request<Series>(`/series/${id}`, { method: 'PUT', body }),
  rules: (series: string) => request<Rule[]>('/rules', { query: { series } }),
  keep: (id: string | null, body: RuleInput) => (id ? request<Rule>(`/rules/${id}`, { method: 'PUT', body }) : request<Rule>('/rules', { method: 'POST', body })),
  removeRule: (id: string, why?: string) => request<void>(`/rules/${id}`, { method: 'DELETE', why }),
  versions: (id: string) => request<RuleVersion[]>(`/rules/${id}/versions`),
  tryOut: (body: RuleTrialInput) => request<Trial>('/rules/trial', { method: 'POST', body }),
}

/** Series that are computed from others. */
export const derivationsApi = {
  one: (series: string) => request<Derivation>(`/derivations/${series}`),
  create: (body: DerivationDraft) => request<Derivation>('/derivations', { method: 'POST', body }),
  update: (series: string, body: DerivationInput) => request<Derivation>(`/derivations/${series}`, { method: 'PUT', body }),
  remove: (series: string, why: string) => request<void>(`/derivations/${series}`, { method: 'DELETE', why }),
  tryOut: (body: DerivationTrialInput) => request<DerivationTrial>('/derivations/trial', { method: 'POST', body }),
  versions: (series: string) => request<Answer<DerivationVersionView>[]>(`/derivations/${series}/versions`),
}

/** One rule for all series of a kind. */
export const templatesApi = {
  list: () => request<RuleTemplate[]>('/rule-templates'),
  keep: (id: string | null, body: RuleTemplateInput) => (id ? request<Answer<KeptTemplate>>(`/rule-templates/${id}`, { method: 'PUT', body }) : request<Answer<KeptTemplate>>('/rule-templates', { method: 'POST', body })),
  remove: (id: string, why: string) => request<void>(`/rule-templates/${id}`, { method: 'DELETE', why }),
  step: (id: string) => request<Answer<KeptTemplate>>(`/rule-templates/${id}/step`, { method: 'POST', body: {} }),
  selection: (body: RuleTemplateInput) => request<Selected>('/rule-templates/selection', { method: 'POST', body }),
  tryOut: (body: RuleTemplateTrialInput) => request<TemplateTrial>('/rule-templates/trial', { method: 'POST', body }),
  versions: (id: string) => request<RuleTemplateVersion[]>(`/rule-templates/${id}/versions`),
  exceptions: (id: string) => request<RuleException[]>(`/rule-templates/${id}/exceptions`),
  follow: (id: string, series: string, why: string) => request<void>(`/rule-templates/${id}/exceptions/${series}`, { method: 'DELETE', why }),
}
