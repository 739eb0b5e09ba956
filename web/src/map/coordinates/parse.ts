/** Reads the coordinates that people paste, in any common notation, and says how they were read. */
import { fromDatum, type Datum, type LonLat } from './datum'

export type Notation = 'decimal' | 'minutes' | 'seconds'
export interface Reading extends LonLat {
  datum: Datum
  /** The system was named by whoever wrote it, not assumed by us. */
  named: boolean
  notation: Notation
  /** Latitude stood first where longitude is expected. */
  swapped: boolean
  /** Before conversion, in the order longitude, latitude. */
  given: LonLat
}

const SYSTEMS: [Datum, RegExp][] = [
  ['bd09', /bd-?\s*09(ll|mc)?|baidu|\u767e\u5ea6/i],
  ['gcj02', /gcj-?\s*02|amap|gaode|\u9ad8\u5fb7|\u817e\u8baf|\u706b\u661f(\u5750\u6807)?/i],
  ['cgcs2000', /cgcs-?\s*2000|wgs-?\s*84|epsg:\s*(4490|4326)|\u56fd\u5bb6\s*2000|2000\s*\u5750\u6807\u7cfb|gps/i],
]
/** East, longitude; the other one likewise. */
const EAST = /\u4e1c\u7ecf|\u7ecf\u5ea6|longitude|long?|lng|[eE]/g
const NORTH = /\u5317\u7eac|\u7eac\u5ea6|latitude|lat|[nN]/g
const LABEL = /\u5750\u6807|\u4f4d\u7f6e|coordinates?|[xX]\s*[:=]|[yY]\s*[:=]/g

const isLon = (value: number) => value >= 72 && value <= 136.5
const isLat = (value: number) => value >= 3 && value <= 54.5
const fits = (lon: number, lat: number) => isLon(lon) && isLat(lat)

interface Angle {
  degrees: number
  notation: Notation
  axis: 'E' | 'N' | null
}

function angle(axis: Angle['axis'], degrees: string, minutes?: string, seconds?: string): Angle | null {
  const [m, s] = [Number(minutes ?? 0), Number(seconds ?? 0)]
  if (m >= 60 || s >= 60) return null
  return { degrees: Number(degrees) + m / 60 + s / 3600, notation: seconds ? 'seconds' : minutes ? 'minutes' : 'decimal', axis }
}

const N = String.raw`(\d+(?:\.\d+)?)`
/** `E106°37'12.5"`, `106\u00b037\u203212.5\u2033E`: marks of degrees decide. */
const MARKED = new RegExp(String.raw`([EN])?\s*${N}\s*[d\u00b0\u5ea6\u00ba]\s*(?:${N}\s*['\u2032\u2019m\u5206]\s*)?(?:${N}\s*(?:["\u2033\u201ds\u79d2]|'')\s*)?([EN])?`, 'g')
/** `E 106 37 12`, `106.62 E`: spaces and letters decide. */
const LETTERED = new RegExp(String.raw`([EN])\s*[:=]?\s*${N}(?:[\s:-]+${N})?(?:[\s:-]+${N})?(?=\s*(?:[,;]|$|[EN]))`, 'g')
const TRAILED = new RegExp(String.raw`${N}(?:[\s:-]+${N})?(?:[\s:-]+${N})?\s*([EN])`, 'g')

function angles(text: string): Angle[] | null {
  const found: (Angle | null)[] = []
  const collect = (pattern: RegExp, make: (match: RegExpMatchArray) => Angle | null) => {
    for (const match of text.matchAll(pattern)) found.push(make(match))
  }
  const axisOf = (...letters: (string | undefined)[]) => (letters.find(Boolean) ?? null) as Angle['axis']
  if (/[d\u00b0\u5ea6\u00ba]/.test(text)) {
    // A letter between the two angles belongs to the side on which the first one stands.
    const leading = /^\s*[EN]/.test(text)
    collect(MARKED, ([, before, d = '', m, s, after]) => angle(axisOf(leading ? before : after, leading ? after : before), d, m, s))
  } else if (/[EN]/.test(text)) {
    if (/^\s*[EN]/.test(text)) collect(LETTERED, ([, axis, d = '', m, s]) => angle(axisOf(axis), d, m, s))
    else collect(TRAILED, ([, d = '', m, s, axis]) => angle(axisOf(axis), d, m, s))
  } else {
    const numbers = text.match(/-?\d+(?:\.\d+)?/g) ?? []
    if (numbers.some((one) => one.startsWith('-'))) return null
    const [a, b, c, d, e, f] = numbers
    if (numbers.length === 2) found.push(angle(null, a!), angle(null, b!))
    else if (numbers.length === 4) found.push(angle(null, a!, b), angle(null, c!, d))
    else if (numbers.length === 6) found.push(angle(null, a!, b, c), angle(null, d!, e, f))
  }
  return found.length === 2 && found.every((one) => one !== null) ? (found as Angle[]) : null
}

function order(first: Angle, second: Angle): { given: LonLat; swapped: boolean } | null {
  const straight = fits(first.degrees, second.degrees) && first.axis !== 'N' && second.axis !== 'E'
  if (straight) return { given: { lon: first.degrees, lat: second.degrees }, swapped: false }
  // Longitude and latitude of China never overlap: the other order is certain, not a guess.
  if (!fits(second.degrees, first.degrees) || first.axis === 'E' || second.axis === 'N') return null
  const said = first.axis === 'N' || second.axis === 'E'
  return { given: { lon: second.degrees, lat: first.degrees }, swapped: !said }
}

/** All ways to read a text, the likeliest first; none if it holds no coordinates of China. */
export function readCoordinates(text: string): Reading[] {
  let rest = text.trim().replace(/[\uff0c\u3001]/g, ',').replace(/\uff1a/g, ':').replace(/[\uff08\uff09()[\]]/g, ' ')
  const named = SYSTEMS.find(([, pattern]) => pattern.test(rest))
  for (const [, pattern] of SYSTEMS) rest = rest.replace(pattern, ' ')
  rest = rest.replace(LABEL, ' ').replace(EAST, 'E').replace(NORTH, 'N').replace(/\s+/g, ' ').replace(/^[\s:,;]+|[\s:,;]+$/g, '')
  if (/[^\d\s.,;:=\-'"\u00b0\u00ba\u2032\u2033\u2019\u201d\u5ea6\u5206\u79d2ENdms]/.test(rest)) return []
  const pair = angles(rest)
  const [first, second] = pair ?? []
  const ordered = first && second && order(first, second)
  if (!ordered) return []
  const notation = first.notation === 'decimal' ? second.notation : first.notation
  const systems: Datum[] = named ? [named[0]] : ['cgcs2000', 'gcj02', 'bd09']
  return systems.map((datum) => ({ ...fromDatum(datum, ordered.given), datum, named: Boolean(named), notation, swapped: ordered.swapped, given: ordered.given }))
}
