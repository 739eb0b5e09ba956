/** A state diagram as boxes in one column: usual steps run down the middle, what skips ahead bends to the right, what goes back to the left. Pure, tested. */

export interface Way {
  from: string
  to: string
  action: string
  title: string
  grave: boolean
  clause: string | null
  roles: string[]
}
export interface Box {
  name: string
  title: string
  closed: boolean
  x: number
  y: number
}
export interface Line {
  /** Number on the line and in the list. */
  number: number
  from: string
  to: string
  path: string
  /** Where the number stands. */
  x: number
  y: number
}
export interface Layout {
  width: number
  height: number
  boxes: Box[]
  lines: Line[]
}

export const BOX = { width: 132, height: 36, gap: 34 }
const LANE = 26
const EDGE = 14

/** Greedy lanes: what spans less lies nearer to the boxes. */
function lanes(spans: { key: string; top: number; bottom: number }[]): Map<string, number> {
  const taken: { top: number; bottom: number }[][] = []
  const lane = new Map<string, number>()
  for (const span of [...spans].sort((a, b) => a.bottom - a.top - (b.bottom - b.top) || a.top - b.top)) {
    let index = taken.findIndex((row) => row.every((other) => other.bottom < span.top || other.top > span.bottom))
    if (index < 0) index = taken.push([]) - 1
    taken[index]?.push(span)
    lane.set(span.key, index)
  }
  return lane
}

const most = (side: Map<string, number>): number => (side.size === 0 ? 0 : Math.max(...side.values()) + 1)

export function layout(phases: { name: string; title: string; closed: boolean }[], ways: { from: string; to: string }[], number: (from: string, to: string) => number): Layout {
  const row = new Map(phases.map((phase, index) => [phase.name, index]))
  const pairs = [...new Map(ways.filter((way) => way.from !== way.to && row.has(way.from) && row.has(way.to)).map((way) => [`${way.from}>${way.to}`, way])).entries()]
  const spans = pairs.map(([key, way]) => {
    const [a, b] = [row.get(way.from) ?? 0, row.get(way.to) ?? 0]
    return { key, way, a, b, top: Math.min(a, b), bottom: Math.max(a, b) }
  })
  const right = lanes(spans.filter((one) => one.b > one.a + 1))
  const left = lanes(spans.filter((one) => one.b < one.a))
  const x = EDGE + most(left) * LANE
  const width = x + BOX.width + most(right) * LANE + EDGE
  const top = (index: number): number => 8 + index * (BOX.height + BOX.gap)
  const lines = spans.map(({ key, way, a, b }): Line => {
    const base = { number: number(way.from, way.to), from: way.from, to: way.to }
    if (b === a + 1) {
      const middle = x + BOX.width / 2
      return { ...base, path: `M${middle} ${top(a) + BOX.height} V${top(b) - 5}`, x: middle, y: top(a) + BOX.height + BOX.gap / 2 - 3 }
    }
    const back = b < a
    const lane = (back ? left : right).get(key) ?? 0
    const side = back ? x : x + BOX.width
    const out = back ? side - (lane + 1) * LANE + 6 : side + (lane + 1) * LANE - 6
    // Leaving low and arriving high keeps the two ends of a box apart.
    const [start, end] = [top(a) + BOX.height / 2 + (back ? -7 : 7), top(b) + BOX.height / 2 + (back ? 7 : -7)]
    const bend = back ? 1 : -1
    const turn = end > start ? 1 : -1
    const path = `M${side} ${start} H${out + bend * 6} Q${out} ${start} ${out} ${start + turn * 6} V${end - turn * 6} Q${out} ${end} ${out + bend * 6} ${end} H${back ? side - 5 : side + 5}`
    return { ...base, path, x: out, y: (start + end) / 2 + (lane % 2 ? 10 : -10) }
  })
  const boxes = phases.map((phase, index) => ({ ...phase, x, y: top(index) }))
  return { width, height: top(phases.length) - BOX.gap + 8, boxes, lines }
}
