import { describe, expect, it } from 'vitest'
import type { Matter, WarningInForce } from '@/api/types'
import { boundsOf, Refit } from '@/wall/refit'
import { rowsThatFit } from '@/wall/fit'
import { pageAt, sceneOf, subjectOf, waitingOf } from '@/wall/scene'

const incident = (id: string, mode: 'real' | 'drill', level: string, opened_at: string) => ({ id, mode, opened_at, grade: { scale: 'event_level', value: level } }) as unknown as Matter
const warning = (matter: string, color: string) => ({ matter, color }) as unknown as WarningInForce
const quiet = { incidents: [], warnings: [] }

describe('the scene of a wall', () => {
  it('follows what is most urgent, but never a drill', () => {
    expect(sceneOf('auto', quiet)).toBe('watch')
    expect(sceneOf('auto', { ...quiet, warnings: [warning('w', 'blue')] })).toBe('watch')
    expect(sceneOf('auto', { ...quiet, warnings: [warning('w', 'orange')] })).toBe('warning')
    expect(sceneOf('auto', { incidents: [incident('d', 'drill', 'major', '2026-11-22T01:00:00Z')], warnings: [] })).toBe('watch')
    expect(sceneOf('auto', { incidents: [incident('i', 'real', 'ordinary', '2026-11-22T01:00:00Z')], warnings: [warning('w', 'red')] })).toBe('incident')
    expect(sceneOf('drill', quiet)).toBe('drill')
  })
  it('shows the matter asked for, else the gravest, and keeps drills apart', () => {
    const incidents = [incident('small', 'real', 'ordinary', '2026-11-22T03:00:00Z'), incident('grave', 'real', 'major', '2026-11-22T01:00:00Z'), incident('drill', 'drill', 'extraordinary', '2026-11-22T01:00:00Z')]
    const happening = { incidents, warnings: [warning('b', 'blue'), warning('r', 'red')] }
    expect(subjectOf('incident', 'small', happening)).toBe('small')
    expect(subjectOf('incident', 'gone', happening)).toBe('grave')
    expect(subjectOf('incident', 'drill', happening)).toBe('grave')
    expect(subjectOf('drill', null, happening)).toBe('drill')
    expect(subjectOf('warning', null, happening)).toBe('r')
    expect(subjectOf('watch', 'small', happening)).toBeNull()
  })
})

describe('waiting and turning', () => {
  it('grows urgent by minutes, by priority, and not once acknowledged', () => {
    const at = (minutes: number, priority: 'urgent' | 'low', acknowledged = false) => waitingOf({ priority, acknowledged, raised_at: new Date(0).toISOString() }, minutes * 60_000)
    expect([at(0.5, 'urgent'), at(1, 'urgent'), at(5, 'urgent')]).toEqual(['fresh', 'waiting', 'long'])
    expect([at(29, 'low'), at(30, 'low'), at(500, 'urgent', true)]).toEqual(['fresh', 'waiting', 'fresh'])
  })
  it('turns long lists and shows every item once per round', () => {
    const items = [1, 2, 3, 4, 5]
    const round = [0, 12_000, 24_000].flatMap((now) => pageAt(items, 2, now).items)
    expect(round).toEqual(items)
    expect(pageAt([], 2, 5).pages).toBe(1)
  })
})

describe('the map of a wall', () => {
  const spot = (key: string, lon = 106.5, lat = 38.1) => ({ key, lon, lat })
  it('moves only when the set of events changes', () => {
    const refit = new Refit()
    expect(refit.next([spot('a')])).not.toBeNull()
    expect(refit.next([spot('a')])).toBeNull()
    expect(refit.next([spot('b', 106, 38), spot('a')])).not.toBeNull()
    expect(refit.next([spot('a'), spot('b', 106, 38)])).toBeNull()
  })
  it('stays where somebody put it until it is released', () => {
    const refit = new Refit()
    refit.next([spot('a')])
    refit.touch()
    expect(refit.next([spot('b')])).toBeNull()
    expect(refit.release([spot('b')])).not.toBeNull()
    expect(refit.next([spot('b')])).toBeNull()
  })
  it('never zooms into a single roof', () => {
    const [west, south, east, north] = boundsOf([spot('a')])
    expect(east - west).toBeCloseTo(0.24)
    expect(north - south).toBeCloseTo(0.24)
  })
})

describe('rows of a wall', () => {
  it('shows whole rows only, at least one', () => {
    expect(rowsThatFit(300, [50, 60], 20)).toBe(5)
    expect(rowsThatFit(30, [50], 20)).toBe(1)
    expect(rowsThatFit(3000, [50], 20)).toBe(20)
    expect(rowsThatFit(300, [], 20)).toBe(20)
  })
})
