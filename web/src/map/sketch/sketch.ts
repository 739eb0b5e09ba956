/** Drawing by points, as a pure function of what was drawn and what was done: mouse, finger and keyboard do the same. */
import { circle, closed, distance, rectangle, type Position } from '../geometry'

export type SketchShape = 'point' | 'line' | 'area' | 'rectangle' | 'circle'
export interface Sketch {
  shape: SketchShape
  points: Position[]
  /** Where the pointer is: the corner that would come next. */
  next: Position | null
  done: boolean
}
export type SketchAction = { type: 'add'; at: Position } | { type: 'move'; at: Position } | { type: 'undo' } | { type: 'finish' }

export const begin = (shape: SketchShape): Sketch => ({ shape, points: [], next: null, done: false })

/** How many points a shape has: at least, at most. */
const COUNTS: Record<SketchShape, [least: number, most: number]> = { point: [1, 1], line: [2, 200], area: [3, 200], rectangle: [2, 2], circle: [2, 2] }

export const canFinish = (sketch: Sketch) => sketch.points.length >= COUNTS[sketch.shape][0]

export function step(sketch: Sketch, action: SketchAction): Sketch {
  if (sketch.done) return sketch
  switch (action.type) {
    case 'move':
      return { ...sketch, next: action.at }
    case 'undo':
      return { ...sketch, points: sketch.points.slice(0, -1) }
    case 'finish':
      return canFinish(sketch) ? { ...sketch, next: null, done: true } : sketch
    case 'add': {
      const last = sketch.points.at(-1)
      // The second click of a double click adds nothing.
      if (last && last[0] === action.at[0] && last[1] === action.at[1]) return sketch
      const points = [...sketch.points, action.at]
      const done = points.length >= COUNTS[sketch.shape][1]
      return { ...sketch, points, done, next: done ? null : sketch.next }
    }
  }
}

/** The corners with the one under the pointer. */
export function corners(sketch: Sketch): Position[] {
  const last = sketch.points.at(-1)
  const resting = last && sketch.next && last[0] === sketch.next[0] && last[1] === sketch.next[1]
  return sketch.next && !sketch.done && !resting ? [...sketch.points, sketch.next] : sketch.points
}

/** The closed ring of an area; empty for lines and points. */
export function ring(sketch: Sketch): Position[] {
  const [first, second] = corners(sketch)
  if (sketch.shape === 'rectangle') return first && second ? rectangle(first, second) : []
  if (sketch.shape === 'circle') return first && second ? circle(first, distance(first, second)) : []
  return sketch.shape === 'area' && corners(sketch).length >= 3 ? closed(corners(sketch)) : []
}

/** Metres, of a circle. */
export function radius(sketch: Sketch): number | null {
  const [first, second] = corners(sketch)
  return sketch.shape === 'circle' && first && second ? distance(first, second) : null
}
