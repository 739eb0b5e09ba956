/** What held at a time, out of spans: the pure part of the time slider. */
import type { Span } from '@/api/types'

const start = (span: Span) => Date.parse(span.from)
const end = (span: Span) => (span.to ? Date.parse(span.to) : Infinity)

export function heldAt(spans: Span[], at: number): Span[] {
  return spans.filter((span) => start(span) <= at && at < end(span))
}

/** How many began in each of so many equal parts of the time. */
export function beginnings(spans: Span[], from: number, to: number, parts: number): number[] {
  const counts = Array.from({ length: parts }, () => 0)
  for (const span of spans) {
    const part = Math.floor(((start(span) - from) / (to - from)) * parts)
    if (part >= 0 && part < parts) counts[part]! += 1
  }
  return counts
}

/** The next moment at which something begins or ends. */
export function nextChange(spans: Span[], after: number): number | null {
  const moments = spans.flatMap((span) => [start(span), end(span)]).filter((moment) => moment > after && Number.isFinite(moment))
  return moments.length ? Math.min(...moments) : null
}
export function previousChange(spans: Span[], before: number): number | null {
  const moments = spans.flatMap((span) => [start(span), end(span)]).filter((moment) => moment < before && Number.isFinite(moment))
  return moments.length ? Math.max(...moments) : null
}
