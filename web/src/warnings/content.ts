/** What a warning says, as it is edited; pure. */
import type { Audience } from '@/api/reach'
import type { Alarm, EventType, Matter, Polygon } from '@/api/types'

export interface WarningContent {
  event_type: string
  color: string
  headline: string
  description: string
  instruction: string
  area: { divisions: string[]; polygon: Polygon | null }
  onset_at: string | null
  expires_at: string | null
  issuer: string | null
  /** The competent office's message that is forwarded. */
  relayed_from: { office: string; identifier: string; sent_at: string } | null
  /** Who is told besides the posts of the area. */
  audience?: Audience[]
}

export const COLORS = ['red', 'orange', 'yellow', 'blue'] as const

export function blankContent(now: number, division: string | null, issuer: string | null): WarningContent {
  return {
    event_type: '', color: 'yellow', headline: '', description: '', instruction: '',
    area: { divisions: division ? [division] : [], polygon: null },
    onset_at: new Date(now).toISOString(), expires_at: new Date(now + 24 * 3_600_000).toISOString(), issuer, relayed_from: null, audience: [],
  }
}

/** The part of a state that names a type of event: it stands deeper in some phases than in others. */
function contentIn(value: unknown, depth: number): Record<string, unknown> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const fields = value as Record<string, unknown>
  if (typeof fields.event_type === 'string' && 'area' in fields) return fields
  if (depth === 0) return null
  // What is in force comes before a change that waits for approval.
  const inner = [fields.content, ...Object.entries(fields).filter(([name]) => name !== 'content' && name !== 'pending').map(([, one]) => one)]
  for (const one of inner) {
    const found = contentIn(one, depth - 1)
    if (found) return found
  }
  return null
}

/** The content inside the state of a warning, whichever phase it is in. */
export function contentOf(matter: Matter): WarningContent | null {
  const found = contentIn(matter.state, 3) as Partial<WarningContent> | null
  if (!found) return null
  return {
    event_type: found.event_type ?? '', color: found.color ?? 'blue', headline: found.headline ?? '', description: found.description ?? '',
    instruction: found.instruction ?? '', area: { divisions: found.area?.divisions ?? [], polygon: found.area?.polygon ?? null },
    onset_at: found.onset_at ?? null, expires_at: found.expires_at ?? null, issuer: found.issuer ?? null, relayed_from: found.relayed_from ?? null, audience: found.audience ?? [],
  }
}

/** Only what the person changed is sent. */
export function changedFields(before: WarningContent, after: WarningContent): Record<string, unknown> {
  const changes: Record<string, unknown> = {}
  for (const name of Object.keys(after) as (keyof WarningContent)[]) {
    if (JSON.stringify(before[name]) !== JSON.stringify(after[name])) changes[name] = after[name]
  }
  return changes
}

export function prefilled(content: WarningContent, alarm: Alarm, words: { headline: string; description: string }): WarningContent {
  const county = `${alarm.division.slice(0, 6)}000000`
  return { ...content, event_type: '12D', headline: words.headline, description: words.description, area: { divisions: [county], polygon: null } }
}

export const TEMPLATES = ['12D', '12G', '11B', '11A', '11D', '12'] as const
/** Whose usual words fit a type: the longest prefix. */
export function templateOf(code: string): (typeof TEMPLATES)[number] | null {
  return TEMPLATES.filter((one) => code.startsWith(one)).sort((one, other) => other.length - one.length)[0] ?? null
}

/** The row of the table that governs a code: the longest prefix. */
export function typeOf(types: EventType[], code: string): EventType | null {
  return types.filter((type) => code.startsWith(type.code)).sort((a, b) => b.code.length - a.code.length)[0] ?? null
}

/** What the law still misses of a warning before it can be submitted, in field names. */
export function missingElements(content: WarningContent): string[] {
  const checks: [string, boolean][] = [
    ['event_type', content.event_type !== ''],
    ['color', content.color !== ''],
    ['area', content.area.divisions.length > 0],
    ['headline', content.headline.trim() !== ''],
    ['description', content.description.trim() !== ''],
    ['instruction', content.instruction.trim() !== ''],
    ['onset_at', content.onset_at !== null],
    ['expires_at', content.expires_at !== null],
    ['issuer', Boolean(content.issuer)],
  ]
  return checks.filter(([, present]) => !present).map(([name]) => name)
}
