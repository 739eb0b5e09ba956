/** The badge of a kind: a square with one sign, and the sign of a risk in its corner where its colour means one. */
import { fill } from './pen'

export const BADGE = 22
export const CANVAS_FONT = `'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','WenQuanYi Micro Hei',sans-serif`

/** Draws a badge whose upper left corner is where the pen is. */
export function drawBadge(pen: CanvasRenderingContext2D, sign: string, color: string, ink = '#ffffff'): void {
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillStyle = color
  pen.strokeStyle = '#ffffff'
  pen.lineWidth = 1.6
  pen.beginPath()
  pen.roundRect(1.5, 1.5, BADGE - 3, BADGE - 3, 5)
  pen.fill()
  pen.stroke()
  pen.fillStyle = ink
  pen.font = `600 12px ${CANVAS_FONT}`
  pen.fillText(sign, BADGE / 2, BADGE / 2 + 0.5)
}

function drawCorner(pen: CanvasRenderingContext2D, side: number, corner: string): void {
  pen.beginPath()
  pen.roundRect(side - 15, 1, 14, 14, 4)
  pen.fillStyle = '#17201e'
  pen.fill()
  pen.stroke()
  pen.translate(side - 17, -1)
  pen.scale(18 / 24, 18 / 24)
  pen.fillStyle = '#ffffff'
  fill(pen, new Path2D(corner))
}

/** The badge as a picture for the map, twice as fine as the screen. */
export function badge(sign: string, color: string, corner = '', ink = '#ffffff'): ImageData {
  const ratio = 2
  const side = corner ? BADGE + 7 : BADGE
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = side * ratio
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) return new ImageData(1, 1)
  pen.scale(ratio, ratio)
  pen.save()
  pen.translate(0, side - BADGE)
  drawBadge(pen, sign, color, ink)
  pen.restore()
  pen.strokeStyle = '#ffffff'
  pen.lineWidth = 1.6
  if (corner) drawCorner(pen, side, corner)
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}
