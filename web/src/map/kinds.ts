/** How kinds look on the map: a muted colour and one sign, far from the colours of grades. */
export interface KindLook {
  color: string
}

const LOOKS: Record<string, KindLook> = {
  enterprise: { color: '#52606b' },
  installation: { color: '#7a5c48' },
  device: { color: '#5a6b8a' },
  rescue_team: { color: '#0a7a6c' },
  depot: { color: '#6d5a9c' },
  shelter: { color: '#3f7d3a' },
  organisation: { color: '#36454f' },
  expert: { color: '#805a77' },
}

export function kindLook(kind: string): KindLook {
  return LOOKS[kind] ?? { color: '#5f6c66' }
}

/** Layers that are on when the map is opened first. */
export const DEFAULT_ON = ['enterprise', 'rescue_team', 'shelter', 'depot']
export const NEAR_KINDS = ['rescue_team', 'shelter', 'depot'] as const
