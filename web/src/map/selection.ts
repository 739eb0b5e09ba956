import type { Matter, WarningInForce } from '@/api/types'

/** What the person clicked on. */
export type Selection =
  | { type: 'record'; kind: string; id: string }
  | { type: 'alarm'; id: string }
  | { type: 'incident'; matter: Matter }
  | { type: 'warning'; warning: WarningInForce; lon: number; lat: number }
  | { type: 'point'; lon: number; lat: number }
