/** Derived series in words: why there is no value, what names inputs may have. */
import type { Present } from '@/api/series'
import type { Words } from '@/series/kinds'

type Reason = NonNullable<Present['reason']>

/** The most inputs of an expression. */
export const MOST_INPUTS = 16
/** How old inputs usually may be, in seconds. */
export const AGES = [60, 300, 900, 3600]
export const FUNCTIONS = ['abs', 'min', 'max', 'avg', 'sqrt', 'pow'] as const
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

export function reasonText(reason: Reason, t: Words): string {
  return t(`derived.reason_${reason.code}`, { name: 'input' in reason ? reason.input : '' })
}

/** The first free letter: a short name that the author may replace. */
export function freeName(taken: string[]): string {
  return [...LETTERS].find((letter) => !taken.includes(letter)) ?? `x${taken.length}`
}
