import { describe, expect, it } from 'vitest'
import { FEWEST, GAP_MS, grouped, type GroupedAlarm } from '../src/alarms/grouping'
import { lengths } from '../src/ui/lengths'

function alarm(id: string, minute: number, more: Partial<GroupedAlarm> = {}): GroupedAlarm {
  return { id, priority: 'low', acknowledged: false, closed: false, raised_at: new Date(minute * 60_000).toISOString(), enterprise: 'e1', device: 'd1', ...more }
}

describe('alarms of one enterprise within minutes', () => {
  it('become one entry in the place of the most urgent, with the worst priority and what waits', () => {
    const alarms = [alarm('a', 9, { priority: 'urgent', enterprise: 'e2' }), alarm('b', 4, { priority: 'high' }), alarm('c', 0), alarm('d', 8, { acknowledged: true }), alarm('e', 12)]
    const [first, second, ...rest] = grouped(alarms)
    expect(first?.alarm?.id).toBe('a')
    expect(second?.group).toMatchObject({ key: 'c', priority: 'high', waiting: 3 })
    expect(second?.group?.alarms.map((one) => one.id)).toEqual(['b', 'c', 'd', 'e'])
    expect(rest).toEqual([])
  })

  it('lose no alarm and show none twice, whatever comes', () => {
    const alarms = Array.from({ length: 60 }, (_, n) => alarm(`x${n}`, (n * 37) % 90, { enterprise: n % 3 ? `e${n % 4}` : null, device: `d${n % 2}` }))
    const shown = grouped(alarms).flatMap((entry) => (entry.group ? entry.group.alarms : [entry.alarm])).map((one) => one.id)
    expect(shown.toSorted()).toEqual(alarms.map((one) => one.id).toSorted())
  })

  it('stay single when they are few or far apart', () => {
    expect(grouped(Array.from({ length: FEWEST - 1 }, (_, n) => alarm(`x${n}`, n))).every((entry) => entry.alarm)).toBe(true)
    expect(grouped(Array.from({ length: 8 }, (_, n) => alarm(`x${n}`, n * (GAP_MS / 60_000 + 1)))).every((entry) => entry.alarm)).toBe(true)
  })
})

describe('lengths offered', () => {
  it('end with the limit and offer nothing beyond it', () => {
    expect(lengths(480)).toEqual([15, 30, 60, 120, 240, 480])
    expect(lengths(10)).toEqual([10])
    expect(lengths(43_200).at(-1)).toBe(43_200)
  })
})
