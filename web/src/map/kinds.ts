/** How kinds look on the map: a muted colour and one sign, far from the colours of grades. */
export interface KindLook {
  color: string
}

const LOOKS: Record<string, KindLook> = {
  enterprise: { color: '#52606b' },
  installation: { color: '#7a5c48' },
  device: { color: '#5a6b8a' },
  dam: { color: '#2f6f8f' },
  settlement: { color: '#6b5b3e' },
  earthquake: { color: '#4a4e69' },
  fire_hotspot: { color: '#8a3d1f' },
  rescue_team: { color: '#0a7a6c' },
  depot: { color: '#6d5a9c' },
  shelter: { color: '#3f7d3a' },
  organisation: { color: '#36454f' },
  expert: { color: '#805a77' },
}

export function kindLook(kind: string): KindLook {
  return LOOKS[kind] ?? { color: '#5f6c66' }
}

/** The four colours of risk levels (red, orange, yellow, blue), with the ink that is read on each. */
export const RISK_COLORS: Record<string, { fill: string; ink: string }> = {
  major: { fill: '#c8142f', ink: '#ffffff' },
  relatively_large: { fill: '#ef7d0e', ink: '#1d1000' },
  general: { fill: '#f4c615', ink: '#1d1a00' },
  low: { fill: '#1f66c4', ink: '#ffffff' },
}

/** How the layer tree sorts kinds; what is not named stands at the end. */
export const KIND_GROUPS: { name: string; kinds: string[] }[] = [
  { name: 'risk', kinds: ['enterprise', 'installation', 'device', 'dam', 'settlement', 'earthquake', 'fire_hotspot'] },
  { name: 'force', kinds: ['rescue_team', 'depot', 'expert', 'vehicle'] },
  { name: 'refuge', kinds: ['shelter', 'organisation'] },
]
export const NEAR_KINDS = ['rescue_team', 'shelter', 'depot'] as const
