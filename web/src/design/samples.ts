/** What the parts are shown with: fixed words, times relative to now. */
import type { TimelineEntry } from '@/api/types'
import type { Evidence } from '@/ui/EvidenceGallery.vue'

const MINUTE = 60_000
type Say = (key: string) => string

function at(now: number, minutes: number): string {
  return new Date(now + minutes * MINUTE).toISOString()
}

export function sampleClocks(now: number) {
  const running = (started: number, due: number) => ({ state: 'running', started_at: at(now, started), due_at: at(now, due) })
  return {
    calm: running(-37, 83),
    soon: running(-116, 4),
    overdue: { ...running(-150, -30), state: 'overdue' },
    met: { state: 'met', started_at: at(now, -120), due_at: at(now, 0), stopped_at: at(now, -42) },
    late: { state: 'late', started_at: at(now, -150), due_at: at(now, -30), stopped_at: at(now, -12) },
  }
}

function entry(now: number, minutes: number, kind: TimelineEntry['kind'], title: string, actor: string): TimelineEntry {
  return { at: at(now, minutes), kind, title, title_en: null, actor_name: actor, name: '', detail: null, matter: null, process: null, to: null }
}

export function sampleEntries(now: number, t: Say): TimelineEntry[] {
  const person = t('design.sample.person')
  return [
    entry(now, -61, 'alarm', t('design.sample.entry_1'), ''),
    entry(now, -60, 'action', t('design.sample.entry_2'), person),
    entry(now, -52, 'action', t('design.sample.entry_3'), person),
    entry(now, -30, 'clock', t('design.sample.entry_4'), ''),
  ]
}

export function sampleEvidence(now: number, t: Say, picture: string): Evidence[] {
  const one = (id: string, name: string, media_type: string, size: number): Evidence => ({ id, name, media_type, size, url: picture, at: at(now, -20), by: t('design.sample.person'), sha256: null })
  return [one('a', `${t('design.sample.photo')} 1.jpg`, 'image/svg+xml', 1_840_000), one('b', `${t('design.sample.photo')} 2.jpg`, 'image/svg+xml', 2_210_000), one('c', 'call-0312.mp3', 'audio/mpeg', 412_000), one('d', 'report.pdf', 'application/pdf', 88_000)]
}
