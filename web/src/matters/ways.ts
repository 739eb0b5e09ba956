/** Which actions lead on and which lead back: what stands out, what warns. */
import type { ActionOffer, Matter } from '@/api/types'

const BACK = new Set(['return', 'decline', 'cancel', 'withdraw', 'update', 'reassign'])

/** A warning whose time is over is lifted: there the way out is the way on. */
export function leadsBack(matter: Pick<Matter, 'process' | 'phase'>, action: string): boolean {
  return BACK.has(action) && !(matter.process === 'warning' && matter.phase === 'expired' && action === 'cancel')
}
/** What cannot be taken back and leads nowhere good. */
export function warns(matter: Pick<Matter, 'process' | 'phase'>, action: Pick<ActionOffer, 'name' | 'grave'>): boolean {
  return action.grave && leadsBack(matter, action.name)
}
/** The one way on. */
export function wayOn(matter: Pick<Matter, 'process' | 'phase'>, offers: ActionOffer[]): string | undefined {
  return offers.find((action) => action.allowed && !leadsBack(matter, action.name))?.name
}
/** Before it is out, a warning is withdrawn; afterwards it is lifted. */
export function titleKey(matter: Pick<Matter, 'process' | 'phase'>, action: string): string | null {
  if (matter.process !== 'warning' || action !== 'cancel') return null
  return matter.phase === 'published' || matter.phase === 'expired' ? 'act.lift' : 'act.withdraw'
}
