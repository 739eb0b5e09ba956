import { describe, expect, it } from 'vitest'
import { bd09ToGcj02, fromDatum, fromGcj02, gcj02ToBd09, toDatum, toGcj02 } from '@/map/coordinates/datum'
import { readCoordinates } from '@/map/coordinates/parse'

const close = (point: { lon: number; lat: number }, lon: number, lat: number, digits: number) => {
  expect(point.lon).toBeCloseTo(lon, digits)
  expect(point.lat).toBeCloseTo(lat, digits)
}

describe('systems of coordinates', () => {
  it('agrees with the published vectors of eviltransform', () => {
    for (const [lat, lon, gcjLat, gcjLon] of [
      [31.1774276, 121.5272106, 31.17530398364597, 121.531541859215],
      [22.543847, 113.912316, 22.540796131694766, 113.9171764808363],
      [39.911954, 116.377817, 39.91334545536069, 116.38404722455657],
    ] as const) {
      close(toGcj02({ lon, lat }), gcjLon, gcjLat, 6)
      close(fromGcj02({ lon: gcjLon, lat: gcjLat }), lon, lat, 6)
    }
  })

  it('agrees with the published vectors of coordtransform', () => {
    const place = { lon: 116.404, lat: 39.915 }
    close(toGcj02(place), 116.41024449916938, 39.91640428150164, 10)
    close(gcj02ToBd09(place), 116.41036949371029, 39.92133699351021, 10)
    close(bd09ToGcj02(place), 116.39762729119315, 39.90865673957631, 10)
  })

  it('comes back to where it was', () => {
    for (const place of [{ lon: 106.62, lat: 38.17 }, { lon: 87.6, lat: 43.8 }, { lon: 121.5, lat: 31.2 }, { lon: 109.5, lat: 18.2 }]) {
      close(fromDatum('gcj02', toDatum('gcj02', place)), place.lon, place.lat, 9)
      // BD-09 has no exact inverse: published functions agree with themselves to a metre or so.
      close(fromDatum('bd09', toDatum('bd09', place)), place.lon, place.lat, 4)
    }
    expect(toGcj02({ lon: 2.35, lat: 48.85 })).toEqual({ lon: 2.35, lat: 48.85 })
  })
})

describe('what people paste', () => {
  const first = (text: string) => readCoordinates(text)[0]
  it('reads decimal degrees and offers all systems until one is named', () => {
    expect(readCoordinates('106.62, 38.17').map(({ datum }) => datum)).toEqual(['cgcs2000', 'gcj02', 'bd09'])
    expect(first('106.62 38.17')).toMatchObject({ lon: 106.62, lat: 38.17, notation: 'decimal', swapped: false, named: false })
    const [only, ...none] = readCoordinates('高德 106.62,38.17')
    expect(none).toEqual([])
    expect(only).toMatchObject({ datum: 'gcj02', named: true, given: { lon: 106.62, lat: 38.17 } })
    expect(only!.lon).not.toBeCloseTo(106.62, 4)
    expect(readCoordinates('BD-09：106.62，38.17')).toHaveLength(1)
    expect(first('CGCS2000 106.62,38.17')).toMatchObject({ datum: 'cgcs2000', named: true, lon: 106.62 })
  })

  it('recognises latitude before longitude, and does not call it swapped where letters say so', () => {
    expect(first('38.17, 106.62')).toMatchObject({ lon: 106.62, lat: 38.17, swapped: true })
    expect(first('38.17N 106.62E')).toMatchObject({ lon: 106.62, lat: 38.17, swapped: false })
    expect(first('N38.17, E106.62')).toMatchObject({ lon: 106.62, lat: 38.17, swapped: false })
    expect(first('北纬38.17度，东经106.62度')).toMatchObject({ lon: 106.62, lat: 38.17, swapped: false })
    expect(first('lat=38.17 lng=106.62')).toMatchObject({ lon: 106.62, lat: 38.17, swapped: false })
  })

  it('reads degrees, minutes and seconds', () => {
    const wanted = { lon: 106 + 37 / 60 + 12 / 3600, lat: 38 + 10 / 60 + 12 / 3600 }
    for (const text of [`106°37'12" 38°10'12"`, '106°37′12″E, 38°10′12″N', '东经106度37分12秒 北纬38度10分12秒', 'E106 37 12 N38 10 12', '106 37 12, 38 10 12', `N38°10'12.0" E106°37'12.0"`, '38°10′12″N 106°37′12″E']) {
      const read = first(text)
      expect(read, text).toBeDefined()
      close(read!, wanted.lon, wanted.lat, 9)
      expect(read!.notation, text).toBe('seconds')
    }
    expect(first(`106°37.2′ 38°10.2′`)).toMatchObject({ notation: 'minutes' })
    close(first('106 37.2 38 10.2')!, 106.62, 38.17, 9)
  })

  it('does not take names, numbers or places abroad for coordinates', () => {
    for (const text of ['宁东镇示例路12号', '38.17', '2.35, 48.85', '-106.62, 38.17', '106.62, 138.17', '13800000000', '1 2 3', '106°61′ 38°10′', '示例化工 106.62,38.17', 'E106 E38', '', '640181000000 38']) {
      expect(readCoordinates(text), text).toEqual([])
    }
  })
})
