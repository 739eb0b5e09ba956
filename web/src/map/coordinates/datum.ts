/**
 * Offsets of Chinese consumer maps. Inside the platform everything is CGCS2000 (WGS-84 within metres); GCJ-02 and BD-09
 * exist only here, at the edge, where people paste what they copied from somewhere.
 * Published vectors of eviltransform and coordtransform are in the tests.
 */
export interface LonLat {
  lon: number
  lat: number
}
export type Datum = 'cgcs2000' | 'gcj02' | 'bd09'

const SEMI_MAJOR = 6378245
const ECCENTRICITY_SQUARED = 0.006693421622965943
const BAIDU = (Math.PI * 3000) / 180

/** GCJ-02 is defined by its box, which reaches beyond the country. */
function isShifted({ lon, lat }: LonLat): boolean {
  return lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271
}

const wave = (value: number, ...parts: [factor: number, divisor: number][]) =>
  parts.reduce((sum, [factor, divisor]) => sum + factor * Math.sin((value / divisor) * Math.PI), 0) * (2 / 3)

/** How far GCJ-02 lies from the truth, in degrees. */
function shift({ lon, lat }: LonLat): LonLat {
  const x = lon - 105
  const y = lat - 35
  const ripple = wave(x, [20, 1 / 6], [20, 1 / 2])
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + ripple + wave(y, [20, 1], [40, 3]) + wave(y, [160, 12], [320, 30])
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + ripple + wave(x, [20, 1], [40, 3]) + wave(x, [150, 12], [300, 30])
  const radians = (lat * Math.PI) / 180
  const magic = 1 - ECCENTRICITY_SQUARED * Math.sin(radians) ** 2
  return {
    lat: (north * 180) / (((SEMI_MAJOR * (1 - ECCENTRICITY_SQUARED)) / (magic * Math.sqrt(magic))) * Math.PI),
    lon: (east * 180) / ((SEMI_MAJOR / Math.sqrt(magic)) * Math.cos(radians) * Math.PI),
  }
}

export function toGcj02(point: LonLat): LonLat {
  if (!isShifted(point)) return point
  const by = shift(point)
  return { lon: point.lon + by.lon, lat: point.lat + by.lat }
}

/** The offset has no inverse: the point whose image this is, found to a millimetre. */
export function fromGcj02(point: LonLat): LonLat {
  if (!isShifted(point)) return point
  let guess = point
  for (let round = 0; round < 12; round += 1) {
    const image = toGcj02(guess)
    const [lon, lat] = [point.lon - image.lon, point.lat - image.lat]
    guess = { lon: guess.lon + lon, lat: guess.lat + lat }
    if (Math.abs(lon) + Math.abs(lat) < 1e-10) break
  }
  return guess
}

export function gcj02ToBd09({ lon, lat }: LonLat): LonLat {
  const radius = Math.hypot(lon, lat) + 0.00002 * Math.sin(lat * BAIDU)
  const angle = Math.atan2(lat, lon) + 0.000003 * Math.cos(lon * BAIDU)
  return { lon: radius * Math.cos(angle) + 0.0065, lat: radius * Math.sin(angle) + 0.006 }
}

export function bd09ToGcj02(point: LonLat): LonLat {
  const [lon, lat] = [point.lon - 0.0065, point.lat - 0.006]
  const radius = Math.hypot(lon, lat) - 0.00002 * Math.sin(lat * BAIDU)
  const angle = Math.atan2(lat, lon) - 0.000003 * Math.cos(lon * BAIDU)
  return { lon: radius * Math.cos(angle), lat: radius * Math.sin(angle) }
}

/** What somebody gave in a system, in ours. */
export function fromDatum(datum: Datum, point: LonLat): LonLat {
  if (datum === 'gcj02') return fromGcj02(point)
  return datum === 'bd09' ? fromGcj02(bd09ToGcj02(point)) : point
}

/** A point of ours, as another system writes it. */
export function toDatum(datum: Datum, point: LonLat): LonLat {
  if (datum === 'gcj02') return toGcj02(point)
  return datum === 'bd09' ? gcj02ToBd09(toGcj02(point)) : point
}
