/** The limits of an instrument, from the bottom up, as instrument engineers write them. */
export const LEVELS = ['high_high', 'high', 'low', 'low_low'] as const
export type Level = (typeof LEVELS)[number]
export const SIGN: Record<Level, string> = { high_high: 'HH', high: 'H', low: 'L', low_low: 'LL' }

export function sideOf(level: Level): 'high' | 'low' {
  return level === 'high' || level === 'high_high' ? 'high' : 'low'
}
export function priorityOf(level: Level): 'urgent' | 'high' {
  return level === 'high_high' || level === 'low_low' ? 'urgent' : 'high'
}
