import type { Matter } from '@/api/types'

/** The way of an order to a team, step by step. */
export const STEPS = ['issued', 'confirmed', 'departed', 'arrived', 'completed'] as const

const PHASES: Record<string, number> = {
  issued: 0, sent: 0, open: 0, pending: 0, confirmed: 1, accepted: 1, departed: 2, en_route: 2, arrived: 3, on_scene: 3, completed: 4, complete: 4, done: 4,
}

/** Index of the step, -1 where the phase lies outside the way (declined). */
export function stepOf(phase: string): number {
  return PHASES[phase] ?? -1
}

/** Record id of the team that an order goes to. */
export function teamOf(order: Matter): string | null {
  const inner = (order.state.order ?? order.state) as Record<string, unknown>
  return typeof inner.team === 'string' ? inner.team : null
}
