import { describe, expect, it } from 'vitest'
import { ageOf, formatDistance, formatSpan, readClock } from '@/ui/time'

const NOW = Date.parse('2026-11-22T03:00:00Z')
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString()

describe('spans', () => {
  it('grow from minutes to days', () => {
    expect(formatSpan(5_000, 'd')).toBe('00:05')
    expect(formatSpan(102 * 60_000 + 10_000, 'd')).toBe('01:42:10')
    expect(formatSpan(51 * 3_600_000 + 10 * 60_000, 'd')).toBe('2d 03:10')
  })
  it('are never negative', () => {
    expect(formatSpan(-65_000, 'd')).toBe('01:05')
  })
})

describe('clocks', () => {
  it('are calm, then soon, then overdue', () => {
    const clock = { started_at: at(-10), due_at: at(110), state: 'running' }
    expect(readClock(clock, NOW).tone).toBe('calm')
    expect(readClock(clock, NOW + 101 * 60_000).tone).toBe('soon')
    expect(readClock(clock, NOW + 111 * 60_000).tone).toBe('overdue')
    expect(readClock(clock, NOW + 111 * 60_000).used).toBe(1)
  })
  it('turn overdue without waiting for the server to say so', () => {
    expect(readClock({ due_at: at(-1), state: 'running' }, NOW).tone).toBe('overdue')
  })
  it('tell how much was spare or late once stopped', () => {
    expect(readClock({ started_at: at(-20), due_at: at(0), stopped_at: at(-5), state: 'met' }, NOW + 9e9)).toMatchObject({ tone: 'met', span: 300_000 })
    expect(readClock({ started_at: at(-20), due_at: at(0), stopped_at: at(5), state: 'late' }, NOW)).toMatchObject({ tone: 'late', span: -300_000 })
  })
})

describe('ages and distances', () => {
  it('use the unit that people would say', () => {
    expect(ageOf(at(-0.5), NOW).unit).toBe('now')
    expect(ageOf(at(-59), NOW)).toEqual({ unit: 'minutes', count: 59 })
    expect(ageOf(at(-150), NOW)).toEqual({ unit: 'hours', count: 2 })
    expect(ageOf(at(5), NOW).unit).toBe('now')
  })
  it('round what need not be exact', () => {
    expect(formatDistance(412.4)).toBe('412 m')
    expect(formatDistance(4_102)).toBe('4.1 km')
    expect(formatDistance(41_020)).toBe('41 km')
  })
})
