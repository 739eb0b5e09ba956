/** Every alarm says why, in both languages, and no sentence has a hole. */
import { describe, expect, test } from 'vitest'
import { circumstances, explain, figureOf, type Explanation } from '@/alarms/explain'
import { aboutText, conditionOf, spanText, unitOf } from '@/series/kinds'
import en from '@/locales/en.json'
import zh from '@/locales/zh-CN.json'

type Tree = { [key: string]: string | Tree }
const words = (catalogue: Tree) => (key: string, values: Record<string, unknown> = {}): string => {
  const text = key.split('.').reduce<string | Tree | undefined>((at, part) => (typeof at === 'object' ? at[part] : undefined), catalogue)
  if (typeof text !== 'string') throw new Error(`no words for ${key}`)
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (!(name in values)) throw new Error(`${key} needs ${name}`)
    return String(values[name])
  })
}
const chinese = words(zh as unknown as Tree)
const english = words(en as unknown as Tree)

const base: Explanation = { kind: 'high', rule: '示例', template: null, made_of: null, intensity: null, durations: [], schedule: null, limit: 10, deadband: 0, window_seconds: null, direction: null, on_delay_seconds: 0, unit: 'mm', figure: 12.3, first: null, last: null, heard_at: null, readings: null, method: null, training_readings: null, learned_at: null, baseline: null, sigma: null, whole_device: false }
const deviation: Explanation = { ...base, kind: 'deviation', unit: 'm', limit: 4, figure: -5.21, method: 'ewma', training_readings: 500, baseline: 3.01957, sigma: 0.0182371, last: { at: '2026-11-22T08:10:00Z', value: 2.9 } }
const rate: Explanation = { ...base, kind: 'rate', limit: 1, window_seconds: 600, direction: 'rise', figure: 1.23, first: { at: '2026-11-22T08:00:00Z', value: 3.2 }, last: { at: '2026-11-22T08:10:00Z', value: 15.5 } }

describe('explanations', () => {
  test('say the figures, the limit and the window', () => {
    expect(explain(base, chinese)).toBe('数值 12.3 mm，达到或高于限值 10 mm')
    expect(explain(rate, chinese)).toBe('10 分钟上升 12.3 mm（每分钟 1.23 mm），限值每分钟 1 mm')
    expect(explain(rate, english)).toBe('rise of 12.3 mm in 10 min (1.23 mm a minute), limit 1 mm a minute')
    expect(explain({ ...rate, figure: -1.23, first: rate.last, last: { at: '2026-11-22T08:20:00Z', value: 3.2 } }, chinese)).toContain('下降 12.3 mm')
    expect(explain({ ...base, kind: 'sum', window_seconds: 86_400, figure: 52.5, readings: 288, limit: 50 }, chinese)).toBe('24 小时累计 52.5 mm（288 个读数），限值 50 mm')
    expect(explain({ ...base, kind: 'flat', limit: null, window_seconds: 3600, deadband: 0.1, figure: 3661, readings: 60, last: { at: '2026-11-22T08:10:00Z', value: 3.2 } }, chinese)).toBe('61 分钟内 60 个读数变化不超过 0.1 mm（现为 3.2 mm），限定 1 小时')
    expect(explain(deviation, chinese)).toBe('比平时低 5.21 σ：平时 3.02 m，现为 2.9 m，限值 4 σ')
    expect(explain({ ...deviation, figure: 5 }, english)).toBe('5 σ above the usual: usually 3.02 m, now 2.9 m; limit 4 σ')
    expect(circumstances(deviation, chinese)).toEqual(['滑动平均，学习 500 个读数，平时波动 σ = 0.018 m'])
    expect(explain({ ...base, kind: 'absence', limit: null, window_seconds: 600, figure: 600 }, chinese)).toBe('规则启用后满 10 分钟，从未收到读数')
  })

  test('have no hole in either language, whatever the kind', () => {
    for (const t of [chinese, english])
      for (const kind of ['high', 'low', 'rate', 'sum', 'flat', 'absence', 'deviation'] as const)
        for (const one of [{ ...rate, kind }, { ...base, kind, figure: null, limit: null }, { ...rate, kind, heard_at: '2026-11-22T08:00:00Z', deadband: 1, on_delay_seconds: 90, whole_device: true }]) {
          const said = [explain(one, t), ...circumstances(one, t), conditionOf({ kind, limit: 1, window_seconds: 90, direction: 'fall', deadband: 1, method: 'cusum', training_readings: 300 }, 'm', t)].join('\n')
          expect(said).not.toMatch(/undefined|NaN|null/)
        }
  })

  test('a time is told as a time in lists', () => {
    const silent = { explanation: { ...base, kind: 'absence' as const, window_seconds: 600 }, value: '600', unit: 's', limit: 600 }
    expect(figureOf(silent, chinese)).toEqual({ value: '10 分钟', unit: '', note: '无读数' })
    expect(figureOf({ explanation: null, value: '12.40', unit: 'm', limit: 12 }, chinese)).toEqual({ value: '12.40', unit: 'm', note: '限值 12' })
  })
})

test('spans are told in the largest whole unit; a day of rain is 24 hours', () => {
  expect([90, 600, 7200, 86_400, 172_800, 5400].map(unitOf)).toEqual(['seconds', 'minutes', 'hours', 'hours', 'days', 'minutes'])
  expect([spanText(86_400, chinese), aboutText(3661, chinese), aboutText(0, chinese)]).toEqual(['24 小时', '61 分钟', '1 秒'])
})
