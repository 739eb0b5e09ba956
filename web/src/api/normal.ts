/** Brings answers into the one form that screens read: texts in the person's language, names resolved. */
import type { AvailableAction, ClockRow, ClockView, LinkView, MatterView, Phase, ProcessAction, ProcessView, Text, ThreadEntry } from './generated'
import type { JsonSchema } from './jsonSchema'
import { context } from './request'
import type { ActionOffer, Answer, Clock, JsonObject, Matter, MatterLink, OpenClock, Process, TimelineEntry } from './types'

/** A text that comes in both languages. */
export function words(value: Text | { zh: string | null; en: string | null } | string | null | undefined): string {
  if (typeof value === 'string') return value
  if (!value) return ''
  return (context.locale === 'en' ? value.en || value.zh : value.zh || value.en) ?? ''
}

function clock(raw: Answer<ClockView>): Clock {
  return { ...raw, title: words(raw.title) || raw.name }
}

function offer(raw: Answer<AvailableAction>): ActionOffer {
  const reason = raw.reason ? [raw.reason.message ?? raw.reason.code, raw.reason.clause].filter(Boolean).join(' · ') : null
  return { ...raw, title: words(raw.title), schema: (raw.schema as JsonSchema | undefined) ?? null, reason }
}

function link(raw: Answer<LinkView>): MatterLink {
  return { ...raw, title: raw.title ?? '' }
}

export function matter(raw: Answer<MatterView>): Matter {
  const { assignee } = raw
  const id = assignee.type === 'post' ? assignee.id : assignee.type === 'role' ? assignee.role : ''
  return {
    ...raw,
    phase_title: words(raw.phase_title) || raw.phase,
    assignee: raw.assignee_name ? { type: assignee.type, id, name: raw.assignee_name } : null,
    // A clock whose matter was over before says nothing to anybody.
    clocks: raw.clocks.map(clock).filter((one) => one.state !== 'void'),
    available_actions: raw.available_actions.map(offer),
    links: raw.links.map(link),
    state: (raw.state as JsonObject | null) ?? {},
  }
}

export function openClock(raw: Answer<ClockRow>): OpenClock {
  return { ...raw, clock_title: words(raw.clock_title) || raw.clock }
}

export function process(raw: Answer<ProcessView>): Process {
  return {
    ...raw,
    title: words(raw.title),
    phases: raw.phases.map((one: Phase) => ({ ...one, title: words(one.title) })),
    actions: raw.actions.map((one: Answer<ProcessAction>) => ({ ...one, title: words(one.title), schema: (one.schema as JsonSchema | undefined) ?? null })),
    opening_schema: raw.opening_schema as JsonSchema,
  }
}

export function timelineEntry(raw: Answer<ThreadEntry>): TimelineEntry {
  return { ...raw, kind: raw.kind as TimelineEntry['kind'], title: words({ zh: raw.title, en: raw.title_en }) }
}
