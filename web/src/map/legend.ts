/** What the signs on a sheet of paper mean, and how many of each are on it. */
import { BADGE, CANVAS_FONT, drawBadge } from './badge'
import { drawGrade } from './gradeImage'
import { kindLook } from './kinds'
import { SCALES, type Scale } from '@/ui/scales'

export interface LegendEntry {
  text: string
  draw: (pen: CanvasRenderingContext2D) => void
}
const LINE = 26
const GAP = 20
const SIGN = 20
const EDGE = 16

export function kindEntry(kind: string, sign: string, text: string): LegendEntry {
  return { text, draw: (pen) => {
    pen.scale(SIGN / BADGE, SIGN / BADGE)
    drawBadge(pen, sign, kindLook(kind).color)
  } }
}

/** One entry for each grade that is there, the gravest first. */
export function gradeEntries(scale: Scale, values: string[], words: (value: string, count: number) => string): LegendEntry[] {
  return Object.keys(SCALES[scale]).flatMap((value) => {
    const count = values.filter((one) => one === value).length
    return count === 0 ? [] : [{ text: words(value, count), draw: (pen: CanvasRenderingContext2D) => {
      pen.scale(SIGN / 24, SIGN / 24)
      drawGrade(pen, scale, value)
    } }]
  })
}

/** Where each entry stands; lines as many as are needed. */
function placed(pen: CanvasRenderingContext2D, entries: LegendEntry[], width: number): { entry: LegendEntry; x: number; line: number }[] {
  pen.font = `500 13px ${CANVAS_FONT}`
  let [x, line] = [EDGE, 0]
  return entries.map((entry) => {
    const wide = SIGN + 6 + pen.measureText(entry.text).width
    if (x + wide > width - EDGE && x > EDGE) [x, line] = [EDGE, line + 1]
    const own = { entry, x, line }
    x += wide + GAP
    return own
  })
}

export function legendHeight(pen: CanvasRenderingContext2D, entries: LegendEntry[], width: number): number {
  const last = placed(pen, entries, width).at(-1)
  return last ? (last.line + 1) * LINE + 10 : 0
}

export function drawLegend(pen: CanvasRenderingContext2D, entries: LegendEntry[], width: number, top: number): void {
  for (const { entry, x, line } of placed(pen, entries, width)) {
    const y = top + 8 + line * LINE
    pen.save()
    pen.translate(x, y)
    entry.draw(pen)
    pen.restore()
    pen.fillStyle = '#17201e'
    pen.font = `500 13px ${CANVAS_FONT}`
    pen.textAlign = 'left'
    pen.textBaseline = 'middle'
    pen.fillText(entry.text, x + SIGN + 6, y + SIGN / 2 + 0.5)
  }
}
