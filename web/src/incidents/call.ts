/** A telephone report, as little as is needed to begin: who, where, what. Pure, tested. */
import type { LonLat } from '@/api/types'

export interface Place {
  name: string
  division: string | null
  division_name: string
  location: LonLat | null
  enterprise: string | null
}
export interface Call {
  source: string
  /** What was typed for the place; free text as long as none of the proposals was taken. */
  where: string
  place: Place | null
  what: string
  /** Chosen by hand; otherwise it goes by the words. */
  type: string | null
  casualties: Record<string, number | null>
  /** When the first word was typed: the limits of the law run from here. */
  received_at: string | null
  occurred_at: string | null
}
export const CASUALTIES = ['deaths', 'missing', 'trapped', 'serious_injuries', 'minor_injuries'] as const
/** Types that callers report, the graver first: a leak that burns is a chemical accident. */
export const TYPES = ['12D', '12A', '12E', '12S', '12C', '12H', '12N', '12P', '11G01', '11G05', '12G', '11D02', '11D01', '11A51', '11A02', '11C02', '12Q', '13', '12F'] as const
/** Other accidents: named when the words say nothing. */
export const OTHER = '12Y'

export function blankCall(): Call {
  return { source: '', where: '', place: null, what: '', type: null, casualties: {}, received_at: null, occurred_at: null }
}

/** The type whose words are in the text; `wordsOf` gives them, parted by blanks. */
export function guessType(text: string, wordsOf: (type: string) => string): string | null {
  const said = text.toLowerCase()
  let [best, most] = [null as string | null, 0]
  for (const type of TYPES) {
    const found = wordsOf(type).toLowerCase().split(/\s+/).filter((word) => word && said.includes(word))
    const weight = found.reduce((sum, word) => sum + word.length, 0)
    if (weight > most) [best, most] = [type, weight]
  }
  return best
}

/** One line for lists: where, and the first thing said. */
export function titleOf(call: Call): string {
  const said = call.what.trim().split(/[\n,.;!\u3002\uff0c\uff1b\uff01]/)[0] ?? ''
  return [call.place?.name ?? call.where.trim(), said.trim()].filter(Boolean).join(' ').slice(0, 120)
}

export function isReady(call: Call): boolean {
  return call.what.trim() !== '' && (call.place !== null || call.where.trim() !== '')
}

/** What the server is told. A place that is no known place stays readable in the description. */
export function openingOf(call: Call, facts: { now: string; division: string; type: string; placeLine: (where: string) => string }): Record<string, unknown> {
  const received = call.received_at ?? facts.now
  const described = call.place ? call.what.trim() : `${facts.placeLine(call.where.trim())}\n${call.what.trim()}`
  const casualties = Object.fromEntries(Object.entries(call.casualties).filter(([, count]) => (count ?? 0) > 0))
  return {
    title: titleOf(call), event_type: facts.type, division: call.place?.division ?? facts.division, location: call.place?.location ?? null,
    enterprise: call.place?.enterprise ?? null, occurred_at: call.occurred_at ?? received, received_at: received,
    description: described, source: call.source.trim(), casualties,
  }
}
