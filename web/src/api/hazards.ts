import type * as G from './generated'
import { request } from './request'
import type { Answer } from './types'

export type QuakeImpact = Answer<G.QuakeImpact>
export type ShakenKind = Answer<G.ShakenKind>
export type HazardChain = Answer<G.HazardChain>
export type AttenuationRegion = G.AttenuationRegion
export interface ImpactQuery { from?: number; bearing?: number; region?: AttenuationRegion }

export const hazardsApi = {
  impact: (earthquake: string, query: ImpactQuery) => request<QuakeImpact>(`/earthquakes/${earthquake}/impact`, { query: { ...query } }),
  chain: (query: { device?: string; dam?: string }) => request<HazardChain>('/hazard-chains', { query }),
}
