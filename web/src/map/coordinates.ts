/** Reads what people paste: `106.62, 38.17`, `38.17N 106.62E`, degrees-minutes-seconds. Longitude and latitude of China never overlap. */

const NUMBER = /(-?\d+(?:\.\d+)?)(?:\s*[°d\u5ea6]\s*(?:(\d+(?:\.\d+)?)\s*['′\u5206])?\s*(?:(\d+(?:\.\d+)?)\s*["″\u79d2])?)?/g

const isLon = (value: number) => value >= 72 && value <= 136
const isLat = (value: number) => value >= 3 && value <= 54.5

export function parseCoordinates(text: string): { lon: number; lat: number } | null {
  const values: number[] = []
  for (const match of text.matchAll(NUMBER)) {
    const [, degrees, minutes, seconds] = match
    values.push(Number(degrees) + Number(minutes ?? 0) / 60 + Number(seconds ?? 0) / 3600)
  }
  if (values.length !== 2 || /[a-df-mo-rt-vx-z]/i.test(text)) return null
  const [a = 0, b = 0] = values
  if (isLon(a) && isLat(b)) return { lon: a, lat: b }
  if (isLat(a) && isLon(b)) return { lon: b, lat: a }
  return null
}
