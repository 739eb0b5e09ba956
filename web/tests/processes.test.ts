import { describe, expect, test } from 'vitest'
import { layout } from '@/processes/layout'
import { startOf } from '@/timeliness/period'

const phases = ['draft', 'pending', 'published', 'cancelled'].map((name) => ({ name, title: name, closed: name === 'cancelled' }))
const ways = [
  { from: 'draft', to: 'pending' },
  { from: 'pending', to: 'draft' },
  { from: 'pending', to: 'published' },
  { from: 'draft', to: 'cancelled' },
  { from: 'published', to: 'published' },
]

describe('the state diagram', () => {
  const drawn = layout(phases, ways, (from, to) => ways.findIndex((way) => way.from === from && way.to === to) + 1)
  test('draws each way between two phases once, and none that stays', () => {
    expect(drawn.boxes.map((box) => box.name)).toEqual(['draft', 'pending', 'published', 'cancelled'])
    expect(drawn.lines.map((line) => line.number).sort()).toEqual([1, 2, 3, 4])
  })
  test('goes back on the left and skips ahead on the right', () => {
    const [box] = drawn.boxes
    const line = (number: number) => drawn.lines.find((one) => one.number === number)
    expect(line(2)?.x).toBeLessThan(box?.x ?? 0)
    expect(line(4)?.x).toBeGreaterThan((box?.x ?? 0) + 132)
    expect(drawn.width).toBeLessThan(340)
  })
})

test('periods begin at midnight', () => {
  const start = new Date(startOf(7, new Date(2026, 10, 22, 15, 30).getTime()))
  expect([start.getMonth(), start.getDate(), start.getHours()]).toEqual([10, 16, 0])
})
