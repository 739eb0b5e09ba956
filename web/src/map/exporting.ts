/** Pictures of the map to keep, send and print, with all that a map on paper must say. */
import { SCALES, SHAPES } from '@/ui/scales'
import type { MapLibre } from './engine'
import type { Pin } from './liveLayers'
import { fill, paint } from './pen'

export interface Sheet {
  title: string
  time: string
  source: string
  scaleNote: string
  /** Drill or demonstration, in words. */
  marks: string[]
  pins: Pin[]
}

const FONT_FAMILY = `'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','WenQuanYi Micro Hei',sans-serif`
const HEAD = 46
const FOOT = 40

/** The picture of the map, taken in the frame in which it was drawn. */
function snapshot(map: MapLibre): Promise<HTMLCanvasElement> {
  return new Promise((resolve) => {
    map.once('render', () => {
      const source = map.getCanvas()
      const copy = document.createElement('canvas')
      copy.width = source.width
      copy.height = source.height
      copy.getContext('2d')?.drawImage(source, 0, 0)
      resolve(copy)
    })
    map.triggerRepaint()
  })
}

/** A round length that is at most so many pixels wide. */
export function scaleBar(metresPerPixel: number, most: number): { metres: number; pixels: number } {
  const widest = metresPerPixel * most
  const power = 10 ** Math.floor(Math.log10(widest))
  const metres = ([5, 2, 1].find((factor) => factor * power <= widest) ?? 1) * power
  return { metres, pixels: metres / metresPerPixel }
}

function pinColors(pin: Pin): { fill: string; edge: string; glyph: string } {
  const css = getComputedStyle(document.documentElement)
  const value = (name: string) => css.getPropertyValue(name).trim()
  const rank = SCALES[pin.scale][pin.value]?.rank ?? 4
  if (pin.scale === 'event_level') return { fill: value('--event'), edge: value('--surface'), glyph: value('--surface') }
  const own = value(`--alarm-${rank}`)
  return rank <= 2 ? { fill: own, edge: '#fff', glyph: '#fff' } : { fill: value('--surface'), edge: own, glyph: own }
}

function drawPin(pen: CanvasRenderingContext2D, map: MapLibre, pin: Pin): void {
  const at = map.project([pin.lon, pin.lat])
  const colors = pinColors(pin)
  pen.save()
  pen.translate(at.x - 13, at.y - 13 - pin.lift)
  pen.scale(26 / 24, 26 / 24)
  const path = new Path2D(SHAPES[pin.scale])
  pen.fillStyle = colors.fill
  pen.strokeStyle = colors.edge
  pen.lineWidth = 1.8
  paint(pen, path)
  pen.fillStyle = colors.glyph
  pen.font = `700 12.5px ${FONT_FAMILY}`
  pen.textAlign = 'center'
  const look = SCALES[pin.scale][pin.value]
  if (look?.sign) fill(pen, new Path2D(look.sign))
  else pen.fillText(look?.glyph ?? '?', 12, 16.4)
  pen.restore()
}

function drawNorth(pen: CanvasRenderingContext2D, x: number, y: number): void {
  pen.save()
  pen.translate(x, y)
  pen.fillStyle = 'rgb(255 255 255 / 90%)'
  pen.beginPath()
  pen.arc(0, 0, 22, 0, Math.PI * 2)
  pen.fill()
  pen.fillStyle = '#17201e'
  pen.lineWidth = 0.5
  pen.strokeStyle = '#17201e'
  paint(pen, new Path2D('M0-15 7 9 0 4-7 9Z'))
  pen.font = `700 11px ${FONT_FAMILY}`
  pen.textAlign = 'center'
  pen.fillText('N', 0, 19)
  pen.restore()
}

export async function sheet(map: MapLibre, options: Sheet): Promise<HTMLCanvasElement> {
  const picture = await snapshot(map)
  const { clientWidth: width, clientHeight: height } = map.getContainer()
  const ratio = picture.width / width
  const canvas = document.createElement('canvas')
  canvas.width = picture.width
  canvas.height = Math.round((height + HEAD + FOOT) * ratio)
  const pen = canvas.getContext('2d')!
  pen.fillStyle = '#ffffff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(picture, 0, HEAD * ratio)
  pen.scale(ratio, ratio)
  pen.save()
  pen.translate(0, HEAD)
  pen.beginPath()
  pen.rect(0, 0, width, height)
  pen.clip()
  for (const pin of options.pins) drawPin(pen, map, pin)
  drawNorth(pen, width - 34, 36)
  pen.restore()
  pen.fillStyle = '#17201e'
  pen.textBaseline = 'middle'
  pen.font = `650 18px ${FONT_FAMILY}`
  pen.fillText(options.title, 16, HEAD / 2, width * 0.6)
  pen.font = `600 14px ${FONT_FAMILY}`
  let right = width - 16
  for (const mark of options.marks) {
    const wide = pen.measureText(mark).width + 18
    pen.fillStyle = '#b0122b'
    pen.fillRect(right - wide, 10, wide, HEAD - 20)
    pen.fillStyle = '#ffffff'
    pen.fillText(mark, right - wide + 9, HEAD / 2)
    right -= wide + 8
  }
  foot(pen, map, options, width, HEAD + height)
  return canvas
}

function foot(pen: CanvasRenderingContext2D, map: MapLibre, options: Sheet, width: number, top: number): void {
  const middle = top + FOOT / 2
  const center = map.getCenter()
  const metresPerPixel = (78271.517 * Math.cos((center.lat * Math.PI) / 180)) / 2 ** map.getZoom()
  const bar = scaleBar(metresPerPixel, 130)
  pen.strokeStyle = pen.fillStyle = '#17201e'
  pen.lineWidth = 2
  pen.beginPath()
  pen.moveTo(16, middle - 1)
  pen.lineTo(16, middle + 5)
  pen.lineTo(16 + bar.pixels, middle + 5)
  pen.lineTo(16 + bar.pixels, middle - 1)
  pen.stroke()
  pen.font = `500 12px ${FONT_FAMILY}`
  pen.textAlign = 'left'
  pen.fillText(bar.metres >= 1000 ? `${bar.metres / 1000} km` : `${bar.metres} m`, 20, middle - 5)
  pen.fillText(options.time, 170, middle)
  pen.font = `400 11px ${FONT_FAMILY}`
  pen.fillStyle = '#4b5753'
  pen.textAlign = 'right'
  pen.fillText(`${options.source}  ${options.scaleNote}`, width - 16, middle, width - 420)
  pen.textAlign = 'left'
}

export function download(name: string, content: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

export const blobOf = (canvas: HTMLCanvasElement) => new Promise<Blob>((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'))
