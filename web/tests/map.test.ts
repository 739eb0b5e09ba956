import { describe, expect, it } from 'vitest'
import { merge } from '@/map/plot/merge'
import { symbolOf, SYMBOLS } from '@/map/plot/symbols'
import { gravest } from '@/map/riskLayer'
import { scaleBar } from '@/map/exporting'
import { ordered, type Thing } from '@/map/selection'
import { settingFromQuery, settingToQuery } from '@/map/setting'
import { begin, canFinish, corners, radius, ring, step, type SketchAction } from '@/map/sketch/sketch'
import { beginnings, heldAt, nextChange, previousChange } from '@/map/tools/changes'
import { cumulative, nearItem, within } from '@/map/tools/surroundings'
import type { PlotElement, Span } from '@/api/types'
import zh from '@/locales/zh-CN.json'

describe('the address of a view', () => {
  it('says layers, filters, base and drawings, and comes back the same', () => {
    const setting = { shown: ['alarms', 'enterprise'], filters: { enterprise: ['risk_level:in:major,low', 'industry:eq:gas'] }, base: 'own', plots: ['p1', 'p2'] }
    const query = settingToQuery(setting)
    expect(query).toEqual({ l: 'alarms,enterprise', f: ['enterprise~risk_level:in:major,low', 'enterprise~industry:eq:gas'], b: 'own', p: 'p1,p2' })
    expect(settingFromQuery(query)).toEqual(setting)
    expect(settingFromQuery({ lon: '106.6', z: '9' })).toBeNull()
    expect(settingFromQuery({ l: '', f: 'nonsense' })).toEqual({ shown: [], filters: {}, base: 'offline', plots: [] })
  })
})

describe('drawing by points', () => {
  const draw = (shape: Parameters<typeof begin>[0], ...actions: SketchAction[]) => actions.reduce(step, begin(shape))
  const add = (lon: number, lat: number): SketchAction => ({ type: 'add', at: [lon, lat] })
  it('ends by itself where a shape is complete, and not before it is possible', () => {
    expect(draw('circle', add(106, 38), add(106.1, 38))).toMatchObject({ done: true })
    expect(draw('point', add(106, 38)).done).toBe(true)
    expect(draw('area', add(106, 38), add(107, 38), { type: 'finish' }).done).toBe(false)
    expect(draw('area', add(106, 38), add(107, 38), add(107, 39), { type: 'finish' }).done).toBe(true)
    expect(canFinish(draw('line', add(106, 38)))).toBe(false)
  })
  it('takes back, ignores the second click of a double click, and shows the corner to come', () => {
    expect(draw('line', add(106, 38), add(106, 38)).points).toHaveLength(1)
    expect(draw('line', add(106, 38), add(107, 38), { type: 'undo' }).points).toHaveLength(1)
    const moving = draw('line', add(106, 38), { type: 'move', at: [106.5, 38] })
    expect(corners(moving)).toHaveLength(2)
    expect(ring(draw('rectangle', add(106, 38), { type: 'move', at: [107, 39] }))).toHaveLength(5)
    expect(radius(draw('circle', add(106, 38), add(106, 39)))).toBeCloseTo(111_195, -1)
    expect(step(draw('point', add(106, 38)), add(1, 1)).points).toHaveLength(1)
  })
})

describe('what held when', () => {
  const span = (id: string, from: number, to: number | null) => ({ id, what: 'alarm', from: new Date(from).toISOString(), to: to === null ? null : new Date(to).toISOString() }) as unknown as Span
  const spans = [span('a', 1000, 5000), span('b', 3000, null), span('c', 9000, 9500)]
  it('knows what held at a time, and where the next change is', () => {
    expect(heldAt(spans, 4000).map((one) => one.id)).toEqual(['a', 'b'])
    expect(heldAt(spans, 5000).map((one) => one.id)).toEqual(['b'])
    expect(nextChange(spans, 3000)).toBe(5000)
    expect(previousChange(spans, 3000)).toBe(1000)
    expect(nextChange(spans, 9500)).toBeNull()
    expect(beginnings(spans, 0, 10_000, 5)).toEqual([1, 1, 0, 0, 1])
  })
})

describe('what is near', () => {
  it('counts up to each ring and lists the nearest first', () => {
    expect(cumulative([1, 2, 0, 4])).toEqual([1, 3, 3, 7])
    const thing: Thing = { type: 'record', kind: 'depot', id: '1', name: 'x' }
    const item = (lon: number) => nearItem({ lon: 106, lat: 38 }, { lon, lat: 38 }, 'depot', 'x', '', thing)
    expect(within([item(106.05), item(106.01), item(106.5)], 5000).map((one) => Math.round(one.distance))).toEqual([876, 4381])
    expect(item(106.1).wind).toBe('e')
  })
  it('puts the most urgent first and each thing once', () => {
    const record: Thing = { type: 'record', kind: 'depot', id: '1', name: 'x' }
    const alarm: Thing = { type: 'alarm', id: '1', title: 'x', priority: 'high' }
    expect(ordered([record, alarm, record])).toEqual([alarm, record])
  })
})

describe('several people on one drawing', () => {
  const element = (id: string, label: string | null = null) => ({ id, label, shape: 'point', symbol: 'fire', color: 'red', points: [{ lon: 106, lat: 38 }], radius_m: null }) as PlotElement
  const ids = (list: PlotElement[]) => list.map((one) => `${one.id}${one.label ?? ''}`)
  it('keeps what each of them changed', () => {
    const base = [element('a'), element('b'), element('c')]
    expect(ids(merge(base, [...base, element('mine')], [...base, element('theirs')]))).toEqual(['a', 'b', 'c', 'theirs', 'mine'])
    expect(ids(merge(base, [element('a', '1'), element('b'), element('c')], [element('a'), element('b', '2'), element('c')]))).toEqual(['a1', 'b2', 'c'])
    expect(ids(merge(base, [element('a'), element('c')], base))).toEqual(['a', 'c'])
    expect(ids(merge(base, base, [element('a')]))).toEqual(['a'])
    expect(ids(merge(base, [element('a'), element('c')], [element('a'), element('b', 'x'), element('c')]))).toEqual(['a', 'bx', 'c'])
    expect(ids(merge(base, [element('a', 'me'), element('b'), element('c')], [element('b'), element('c')]))).toEqual(['b', 'c', 'ame'])
  })
  it('has a name and a sign for every symbol', () => {
    const names: Record<string, string> = zh.map.symbol
    expect(SYMBOLS.filter((symbol) => !names[symbol.name])).toEqual([])
    expect(new Set(SYMBOLS.map((symbol) => symbol.name)).size).toBe(SYMBOLS.length)
    expect(symbolOf('nothing')).toBeUndefined()
  })
})

describe('maps on paper', () => {
  it('has a scale of a round length that fits', () => {
    expect(scaleBar(10, 130)).toEqual({ metres: 1000, pixels: 100 })
    expect(scaleBar(0.7, 130)).toMatchObject({ metres: 50 })
  })
  it('colours an area by its gravest enterprise', () => {
    expect(gravest({ low: 4, relatively_large: 1 })).toBe('relatively_large')
    expect(gravest({ low: 0 })).toBeNull()
  })
})
