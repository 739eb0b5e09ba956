/** Brings answers into the one form that screens read: texts in the person's language, names resolved. */
import { context } from './request'
import type { ActionOffer, Alarm, Clock, Matter, MatterLink, OpenClock, Page, Process, TimelineEntry } from './types'

type Loose = Record<string, unknown>

/** A text that may come in both languages. */
export function words(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  const { zh, en } = value as { zh?: string; en?: string }
  return (context.locale === 'en' ? en || zh : zh || en) ?? ''
}

function reason(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  const { message, detail, clause, code } = value as Record<string, string | undefined>
  return [message ?? detail ?? code, clause].filter(Boolean).join(' · ')
}

function clock(raw: Loose): Clock {
  return { ...(raw as unknown as Clock), title: words(raw.title) || String(raw.name ?? '') }
}

function offer(raw: Loose): ActionOffer {
  return { ...(raw as unknown as ActionOffer), title: words(raw.title), reason: reason(raw.reason) }
}

export function matter(value: unknown): Matter {
  const raw = value as Loose
  const assignee = raw.assignee as { type?: string; id?: string; role?: string; name?: string } | null
  const name = words(raw.assignee_name) || assignee?.name || ''
  return {
    ...(raw as unknown as Matter),
    phase_title: words(raw.phase_title) || String(raw.phase ?? ''),
    assignee: name ? { type: assignee?.type ?? 'post', id: assignee?.id ?? assignee?.role ?? '', name } : null,
    // A clock whose matter was over before says nothing to anybody.
    clocks: ((raw.clocks as Loose[] | undefined) ?? []).map(clock).filter((one) => (one.state as string) !== 'void'),
    available_actions: ((raw.available_actions as Loose[] | undefined) ?? []).map(offer),
    links: ((raw.links as MatterLink[] | undefined) ?? []).map((link) => ({ ...link, title: link.title ?? '' })),
    attachments: (raw.attachments as Matter['attachments'] | undefined) ?? [],
    state: (raw.state as Loose | undefined) ?? {},
  }
}

export function openClock(value: unknown): OpenClock {
  const raw = value as Loose
  return { ...(raw as unknown as OpenClock), clock_title: words(raw.clock_title) || String(raw.clock ?? '') }
}

export function process(value: unknown): Process {
  const raw = value as Loose
  const named = (list: unknown) => ((list as Loose[] | undefined) ?? []).map((one) => ({ ...one, title: words(one.title) }))
  return { ...(raw as unknown as Process), title: words(raw.title), phases: named(raw.phases) as unknown as Process['phases'], actions: named(raw.actions) as unknown as Process['actions'] }
}

export function timelineEntry(value: unknown): TimelineEntry {
  const raw = value as Loose
  const title = raw.title_en === undefined ? words(raw.title) : words({ zh: raw.title ?? undefined, en: raw.title_en ?? undefined })
  return { ...(raw as unknown as TimelineEntry), title }
}

export function alarm(value: unknown): Alarm {
  const raw = value as Loose
  const links = (raw.links as Loose[] | undefined) ?? []
  return {
    ...(raw as unknown as Alarm),
    links: links.map((link) => ({ matter: String(link.matter ?? link.id), process: String(link.process ?? ''), title: String(link.title ?? ''), phase: String(link.phase ?? '') })),
  }
}

export function items<T>(answer: T[] | Page<T>): T[] {
  return Array.isArray(answer) ? answer : answer.items
}
