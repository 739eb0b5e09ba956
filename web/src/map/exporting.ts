/** Pictures of the map to keep, send and print, with all that a map on paper must say. */
import type { MapLibre } from './engine'
import { CANVAS_FONT } from './badge'
import { drawGrade } from './gradeImage'
import { drawLegend, legendHeight, type LegendEntry } from './legend'
import { paint } from './pen'
import { PIN_SIZE, rankOf, stemOf, type Pin } from './pins'

export interface Sheet {
  title: string
  time: string
  source: string
  scaleNote: string
  /** Drill or demonstration, in words. */
  marks: string[]
  pins: Pin[]
  legend: LegendEntry[]
}

const HEAD = 46
const REDRAW_MS = 8_000
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

/** The map after its theme changed: styled anew, with all that lies on it. */
export async function redrawn(map: MapLibre): Promise<void> {
  const drawn = map.once('style.load').then(() => map.once('idle'))
  // A base map that does not answer must not keep the sheet from being printed.
  await Promise.race([drawn, new Promise((resolve) => window.setTimeout(resolve, REDRAW_MS))])
}

/** A round length that is at most so many pixels wide. */
export function scaleBar(metresPerPixel: number, most: number): { metres: number; pixels: number } {
  const widest = metresPerPixel * most
  const power = 10 ** Math.floor(Math.log10(widest))
  const metres = ([5, 2, 1].find((factor) => factor * power <= widest) ?? 1) * power
  return { metres, pixels: metres / metresPerPixel }
}

function drawPin(pen: CanvasRenderingContext2D, map: MapLibre, pin: Pin): void {
  const at = map.project([pin.lon, pin.lat])
  pen.save()
  pen.translate(at.x - PIN_SIZE / 2, at.y - PIN_SIZE / 2 - pin.lift)
  pen.scale(PIN_SIZE / 24, PIN_SIZE / 24)
  drawGrade(pen, pin.scale, pin.value, pin.lift ? stemOf(pin) : '')
  pen.restore()
}
/** As the pins lie on the screen: incidents above alarms, the gravest of each on top. */
const upwards = (one: Pin, other: Pin) => Number(one.scale === 'event_level') - Number(other.scale === 'event_level') || rankOf(other) - rankOf(one)

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
  pen.font = `700 11px ${CANVAS_FONT}`
  pen.textAlign = 'center'
  pen.fillText('N', 0, 19)
  pen.restore()
}

export async function sheet(map: MapLibre, options: Sheet): Promise<HTMLCanvasElement> {
  const picture = await snapshot(map)
  const { clientWidth: width, clientHeight: height } = map.getContainer()
  const ratio = picture.width / width
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d')!
  const legend = legendHeight(pen, options.legend, width)
  canvas.width = picture.width
  canvas.height = Math.round((height + HEAD + legend + FOOT) * ratio)
  pen.fillStyle = '#ffffff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(picture, 0, HEAD * ratio)
  pen.scale(ratio, ratio)
  pen.save()
  pen.translate(0, HEAD)
  pen.beginPath()
  pen.rect(0, 0, width, height)
  pen.clip()
  for (const pin of [...options.pins].sort(upwards)) drawPin(pen, map, pin)
  drawNorth(pen, width - 34, 36)
  pen.restore()
  head(pen, options, width)
  drawLegend(pen, options.legend, width, HEAD + height)
  foot(pen, map, options, width, HEAD + height + legend)
  return canvas
}

function head(pen: CanvasRenderingContext2D, options: Sheet, width: number): void {
  pen.fillStyle = '#17201e'
  pen.textBaseline = 'middle'
  pen.textAlign = 'left'
  pen.font = `650 18px ${CANVAS_FONT}`
  pen.fillText(options.title, 16, HEAD / 2, width * 0.6)
  pen.font = `600 14px ${CANVAS_FONT}`
  let right = width - 16
  for (const mark of options.marks) {
    const wide = pen.measureText(mark).width + 18
    pen.fillStyle = '#b0122b'
    pen.fillRect(right - wide, 10, wide, HEAD - 20)
    pen.fillStyle = '#ffffff'
    pen.fillText(mark, right - wide + 9, HEAD / 2)
    right -= wide + 8
  }
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
  pen.font = `500 12px ${CANVAS_FONT}`
  pen.textAlign = 'left'
  pen.fillText(bar.metres >= 1000 ? `${bar.metres / 1000} km` : `${bar.metres} m`, 20, middle - 5)
  pen.fillText(options.time, 170, middle)
  pen.font = `400 11px ${CANVAS_FONT}`
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
