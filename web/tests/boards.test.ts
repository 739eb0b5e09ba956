import { describe, expect, it } from 'vitest'
import { causeText, dotOf, objectPath, reasonText, toneOf } from '@/boards/reasons'

const t = (key: string, values?: Record<string, unknown>) => `${key}${values ? ` ${Object.values(values).join(' ')}` : ''}`
const age = (at: string) => `age:${at}`

describe('why an object stands where it stands', () => {
  it('tells how long an alarm waits, and when somebody knows of it', () => {
    const alarm = { kind: 'alarms', priority: 'urgent', count: 3, waiting: 3, since: 'x' } as const
    expect(reasonText(alarm, t, age)).toBe('board.why.waiting 3 3 board.priority.urgent age:x')
    expect(reasonText({ ...alarm, waiting: 1 }, t, age)).toContain('board.why.some_waiting')
    expect(reasonText({ ...alarm, waiting: 0, since: null }, t, age)).toContain('board.why.known')
    expect([toneOf(alarm), toneOf({ ...alarm, waiting: 0 })]).toEqual(['bad', 'wait'])
  })
  it('tells whole silence apart from some', () => {
    expect(reasonText({ kind: 'silent', count: 2, of: 2 }, t, age)).toBe('board.why.all_silent 2')
    expect(reasonText({ kind: 'silent', count: 2, of: 5 }, t, age)).toBe('board.why.silent 2 5')
    expect(reasonText({ kind: 'out_of_service', count: 1 }, t, age)).toBe('board.why.out_of_service 1')
  })
  it('tells what the risk index took points for', () => {
    const alarms = { kind: 'alarms', priority: 'urgent', count: 3, waiting: 3, minutes: 42 } as const
    expect(causeText(alarms, t)).toBe('board.cause.waiting 3 3 board.age.minutes 42 board.priority.urgent')
    expect(causeText({ ...alarms, minutes: 0 }, t)).toContain('board.age.now')
    expect(causeText({ ...alarms, waiting: 0 }, t)).toContain('board.cause.known')
    expect([causeText({ kind: 'grade', grade: 'grade_1' }, t), causeText({ kind: 'not_watched' }, t)]).toEqual(['board.cause.grade_1', 'board.cause.not_watched'])
  })
  it('leads to the page of a device or of a record', () => {
    expect([objectPath('device', '1'), objectPath('enterprise', '2')]).toEqual(['/devices/1', '/ledgers/enterprise/2'])
    const heard = { online: 1 }
    expect([dotOf({ worst: 'high', troubled: true, devices: heard }), dotOf({ worst: null, troubled: true, devices: heard }), dotOf({ worst: null, troubled: false, devices: heard }), dotOf({ worst: null, troubled: false, devices: { online: 0 } })]).toEqual(['high', 'troubled', 'well', 'unheard'])
  })
})
