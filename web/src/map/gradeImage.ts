/** Grades drawn on a canvas, for the map and for paper, with the colours of the badges. */
import { SCALES, SHAPES, type Scale } from '@/ui/scales'
import { CANVAS_FONT } from './badge'
import { fill, paint } from './pen'

interface GradeColors {
  shape: string
  line: string
  sign: string
  rim: string
}

/** The colours as the style sheet has them in the theme that is on. */
function gradeColors(scale: Scale, value: string): GradeColors {
  const probe = document.createElement('span')
  probe.className = `grade-colors ${scale} rank-${SCALES[scale][value]?.rank ?? 4}`
  document.body.append(probe)
  const css = getComputedStyle(probe)
  const [shape = '', line = '', sign = '', rim = ''] = ['--shape', '--shape-line', '--sign', '--surface'].map((name) => css.getPropertyValue(name).trim())
  probe.remove()
  return { shape, line, sign, rim }
}

/** Draws the sign of a grade in a box of 24 units. */
export function drawGrade(pen: CanvasRenderingContext2D, scale: Scale, value: string, stem = ''): void {
  const colors = gradeColors(scale, value)
  const look = SCALES[scale][value]
  pen.lineJoin = 'round'
  const outlines = [...(stem ? [stem] : []), SHAPES[scale]].map((d) => new Path2D(d))
  pen.fillStyle = colors.shape
  for (const [color, width] of [[colors.rim, 5.2], [colors.line, 1.9]] as const) {
    pen.strokeStyle = color
    pen.lineWidth = width
    for (const outline of outlines) paint(pen, outline)
  }
  pen.fillStyle = colors.sign
  if (look?.sign) return fill(pen, new Path2D(look.sign))
  pen.font = `700 12.5px ${CANVAS_FONT}`
  pen.textAlign = 'center'
  pen.textBaseline = 'alphabetic'
  pen.fillText(look?.glyph ?? '?', 12, scale === 'warning_color' ? 18.4 : 16.4)
}

/** The sign as a picture for the map, twice as fine as the screen. */
export function gradeImage(scale: Scale, value: string, size = 30): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size * 2
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) return new ImageData(1, 1)
  const unit = (size * 2) / 30
  pen.scale(unit, unit)
  pen.translate(3, 3)
  drawGrade(pen, scale, value)
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}
