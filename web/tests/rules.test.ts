import { describe, expect, it } from 'vitest'
import { byUrgency } from '@/alarms/order'
import type { Alarm, FsRecord, TimelineEntry, Clock } from '@/api/types'
import { fittingPlans } from '@/incidents/plan'
import { affectedKeys } from '@/live/invalidate'
import { parseCoordinates } from '@/map/coordinates'
import { byDue } from '@/matters/clocks'
import { divisionsOf, factsOf } from '@/matters/facts'
import { isHighlight } from '@/matters/highlights'
import { ringingTone } from '@/shell/ringing'
import { changedFields, contentOf, missingElements, typeOf } from '@/warnings/content'

const alarm = (part: Partial<Alarm>) => ({ priority: 'low', acknowledged: false, active: true, raised_at: '2026-11-22T00:00:00Z', ...part }) as Alarm

describe('the alarm desk', () => {
  it('puts what nobody has seen first, then the gravest', () => {
    const list = [alarm({ id: 'a', priority: 'urgent', acknowledged: true }), alarm({ id: 'b', priority: 'low' }), alarm({ id: 'c', priority: 'high' })]
    expect(list.sort(byUrgency).map((one) => one.id)).toEqual(['c', 'b', 'a'])
  })
})

describe('what rings', () => {
  const urgent = { tone: 'urgent' as const, confirmed_at: null }
  it('is an alarm that nobody has acknowledged, or an urgent message that is not confirmed', () => {
    expect(ringingTone([alarm({ priority: 'high' })], [urgent])).toBe('message_urgent')
    expect(ringingTone([alarm({ priority: 'urgent' })], [urgent])).toBe('alarm_urgent')
    expect(ringingTone([alarm({ priority: 'high' })], [{ ...urgent, confirmed_at: 'x' }])).toBe('alarm_high')
    expect(ringingTone([alarm({ priority: 'high' })], [{ ...urgent, tone: 'order' }])).toBe('order')
    expect(ringingTone([], [{ ...urgent, facts: { color: 'red' } }])).toBe('warning_red')
    expect(ringingTone([], [{ ...urgent, tone: 'notice' }])).toBeNull()
  })
})

describe('the inbox', () => {
  const matter = (opened_at: string, due_at?: string) => ({ opened_at, clocks: due_at ? [{ state: 'running', due_at } as Clock] : [] })
  it('puts what is due first in front, and what has no clock last', () => {
    const late = matter('2026-11-22T00:00:00Z', '2026-11-22T01:00:00Z')
    const soon = matter('2026-11-22T02:00:00Z', '2026-11-22T03:00:00Z')
    const [old, fresh] = [matter('2026-11-20T00:00:00Z'), matter('2026-11-21T00:00:00Z')]
    expect([old, soon, fresh, late].sort(byDue)).toEqual([late, soon, fresh, old])
  })
})

describe('coordinates', () => {
  it('are read in either order and in degrees, minutes, seconds', () => {
    expect(parseCoordinates('106.62, 38.17')).toEqual({ lon: 106.62, lat: 38.17 })
    expect(parseCoordinates('38.17N 106.62E')).toEqual({ lon: 106.62, lat: 38.17 })
    expect(parseCoordinates(`106°37'12" 38°10'12"`)?.lon).toBeCloseTo(106.62)
  })
  it('are not seen where there are none', () => {
    expect(parseCoordinates('TK-101')).toBeNull()
    expect(parseCoordinates('1, 2')).toBeNull()
    expect(parseCoordinates('106.6')).toBeNull()
  })
})

describe('warnings', () => {
  const content = { event_type: '12D', color: 'red', headline: 'h', description: 'd', instruction: '', area: { divisions: ['640181000000'], polygon: null }, onset_at: 'x', expires_at: 'y', issuer: 'i', relayed_from: null }
  it('name what the law still misses', () => {
    expect(missingElements(content)).toEqual(['instruction'])
  })
  it('find their content in every phase', () => {
    for (const state of [{ content }, { dossier: { content } }, content]) {
      expect(contentOf({ state } as never)?.headline).toBe('h')
    }
    expect(contentOf({ state: { phase: 'x' } } as never)).toBeNull()
  })
  it('send only changes', () => {
    expect(changedFields(content, { ...content, headline: 'n' })).toEqual({ headline: 'n' })
  })
  it('are governed by the longest prefix', () => {
    const types = [{ code: '12' }, { code: '12D' }] as never
    expect(typeOf(types, '12D02')?.code).toBe('12D')
    expect(typeOf(types, '14')).toBeNull()
  })
})

describe('plans', () => {
  const plan = (id: string, division: string, types: string[]) => ({ id, division, attributes: { event_types: types } }) as unknown as FsRecord
  it('fit by type and place, the most specific first', () => {
    const plans = [plan('overall', '640181000000', ['12']), plan('city', '640100000000', ['12D']), plan('county', '640181000000', ['12D']), plan('elsewhere', '640221000000', ['12D'])]
    expect(fittingPlans(plans, '12D', '640181101000').map((one) => one.id)).toEqual(['county', 'city', 'overall'])
  })
})

describe('the live stream', () => {
  it('knows what an event makes out of date', () => {
    expect(affectedKeys('record_changed', { kind: 'shelter' })).toContainEqual(['records', 'shelter'])
    expect(affectedKeys('reset', {})).toEqual([[]])
    expect(affectedKeys('value', {})).toEqual([])
  })
})

describe('the story of a matter', () => {
  const entry = (part: Partial<TimelineEntry>) => ({ kind: 'action', name: 'x', detail: {}, matter: 'm', process: 'incident', ...part }) as TimelineEntry
  it('tells key points first', () => {
    expect(isHighlight(entry({ kind: 'clock', detail: { change: 'started' } }), 'm')).toBe(false)
    expect(isHighlight(entry({ kind: 'clock', detail: { change: 'overdue' } }), 'm')).toBe(true)
    expect(isHighlight(entry({ name: 'open', matter: 't', process: 'task' }), 'm')).toBe(false)
    expect(isHighlight(entry({ name: 'open' }), 'm')).toBe(true)
  })
  it('is told in words, without identifiers', () => {
    const sections = factsOf(
      { phase: 'verified', file: { title: 'T', enterprise: '01a20154-0d00-7010-8576-840d6fd79e3d', casualties: { deaths: 0, trapped: 1 } }, verification: { by: 'x', name: 'N', at: '2026-11-22T00:00:00Z', text: 'ok' } },
      { label: (name) => name, word: (_, value) => String(value), time: () => 'T0' },
    )
    expect(sections[0]?.rows.map((row) => row.text)).toEqual(['T', 'deaths 0 · trapped 1', 'ok\nN T0'])
  })
  it('tells places as coordinates and divisions by name', () => {
    const state = { file: { division: '640181000000', location: { lon: 106.62, lat: 38.17 }, dispatches: [{ division: '640100000000' }] } }
    expect(divisionsOf(state)).toEqual(['640100000000', '640181000000'])
    expect(factsOf(state, { label: (name) => name, word: (name) => `a ${name}`, time: () => '' })[0]?.rows.map((row) => row.text)).toEqual(['a division', '106.62000, 38.17000'])
  })
})
