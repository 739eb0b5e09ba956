/** How well a name answers what was typed: as written, in pinyin, by initials. Pure, tested. */

export interface Named {
  title: string
  /** Other words for it, such as its name in the other language. */
  words?: string
  /** `gao jing tai`: found by gaojing, gjt. */
  pinyin?: string
}

function squeezed(text: string): string {
  return text.toLowerCase().replace(/[\s'·]/g, '')
}

/** Zero: no answer at all. */
export function score(typed: string, named: Named): number {
  const query = squeezed(typed)
  if (!query) return 1
  const title = squeezed(named.title)
  const syllables = (named.pinyin ?? '').split(' ').filter(Boolean)
  const whole = syllables.join('')
  const initials = syllables.map((one) => one[0]).join('')
  // Inside a name, only from the beginning of a syllable: otherwise two letters are in everything.
  const within = syllables.some((_, at) => syllables.slice(at).join('').startsWith(query) || initials.slice(at).startsWith(query))
  if (title === query) return 120
  if (title.startsWith(query)) return 100
  if (initials === query) return 90
  if (title.includes(query)) return 80
  if (whole.startsWith(query)) return 70
  if (initials.startsWith(query)) return 60
  if (within) return 40
  return (named.words ?? '').toLowerCase().split(' ').some((word) => word.startsWith(query)) ? 30 : 0
}

/** The best answers, those of equal rank in the order given. */
export function best<Item extends Named>(typed: string, items: Item[], limit: number): Item[] {
  return items
    .map((item, index) => ({ item, index, rank: score(typed, item) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank || a.index - b.index)
    .slice(0, limit)
    .map(({ item }) => item)
}
