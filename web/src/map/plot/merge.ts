/** Several people draw on one plot: what each changed since they last saw it is kept, element by element. */
import type { PlotElement } from '@/api/types'

const same = (one: PlotElement | undefined, other: PlotElement | undefined) => JSON.stringify(one) === JSON.stringify(other)

/** `mine` and `theirs` both grew out of `base`; where both changed one element, mine stands. */
export function merge(base: PlotElement[], mine: PlotElement[], theirs: PlotElement[]): PlotElement[] {
  const [was, own] = [base, mine].map((list) => new Map(list.map((element) => [element.id, element]))) as [Map<string, PlotElement>, Map<string, PlotElement>]
  const kept = theirs.flatMap((element) => {
    const before = was.get(element.id)
    const now = own.get(element.id)
    if (now && !same(now, before)) return [now]
    // Deleted by me, unless somebody else changed it meanwhile.
    return !now && before && same(element, before) ? [] : [element]
  })
  const there = new Set(theirs.map((element) => element.id))
  const added = mine.filter((element) => !there.has(element.id) && (!was.has(element.id) || !same(element, was.get(element.id))))
  return [...kept, ...added]
}
