import { describe, expect, it } from 'vitest'
import type { ActionOffer } from '@/api/types'
import { byDue } from '@/matters/clocks'
import { titleKey, warns, wayOn } from '@/matters/ways'

const offer = (name: string, { allowed = true, grave = false } = {}): ActionOffer => ({ name, title: name, allowed, grave, reason: null, clause: null, schema: null }) as unknown as ActionOffer

describe('the ways of a matter', () => {
  const task = { process: 'task', phase: 'completed' }
  it('lets the one way on stand out, also when it is final, and never a way back', () => {
    const offers = [offer('return'), offer('verify_done', { grave: true }), offer('cancel', { grave: true })]
    expect(wayOn(task, offers)).toBe('verify_done')
    expect(warns(task, offers[1]!)).toBe(false)
    expect(warns(task, offers[2]!)).toBe(true)
  })
  it('leaves out what somebody may not do', () => {
    expect(wayOn(task, [offer('verify_done', { allowed: false }), offer('return')])).toBeUndefined()
  })
  it('takes lifting for the way on once the time of a warning is over', () => {
    expect(wayOn({ process: 'warning', phase: 'expired' }, [offer('cancel', { grave: true })])).toBe('cancel')
    expect(wayOn({ process: 'warning', phase: 'published' }, [offer('cancel', { grave: true })])).toBeUndefined()
    expect([titleKey({ process: 'warning', phase: 'draft' }, 'cancel'), titleKey({ process: 'warning', phase: 'published' }, 'cancel'), titleKey(task, 'cancel')]).toEqual(['act.withdraw', 'act.lift', null])
  })
})

describe('the order of matters', () => {
  const due = (minutes: number) => [{ name: 'x', title: 'x', state: 'running', started_at: null, due_at: new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString(), stopped_at: null }] as never
  it('is by what is due, what is real before what is drilled', () => {
    const rows = [
      { id: 'late', opened_at: '2026-01-01T00:00:00Z', mode: 'real' as const, clocks: due(30) },
      { id: 'drill', opened_at: '2026-01-01T00:00:00Z', mode: 'drill' as const, clocks: due(1) },
      { id: 'soon', opened_at: '2026-01-01T00:00:00Z', mode: 'real' as const, clocks: due(5) },
      { id: 'none', opened_at: '2026-01-01T00:00:00Z', mode: 'real' as const, clocks: [] },
    ]
    expect(rows.sort(byDue).map(({ id }) => id)).toEqual(['soon', 'late', 'none', 'drill'])
  })
})
