import { describe, expect, it } from 'vitest'
import { blankCall, guessType, isReady, openingOf, titleOf, type Call } from '../src/incidents/call'
import zh from '../src/locales/zh-CN.json'

const wordsOf = (type: string) => (zh.call.words as Record<string, string>)[type] ?? ''
const call = (parts: Partial<Call>): Call => ({ ...blankCall(), ...parts })
const plant = { name: '示例化工', division: '640181000000', division_name: '灵武市', location: { lon: 106.6, lat: 38.1 }, enterprise: 'e1' }

describe('a report by telephone', () => {
  it('tells the type by its words, the graver first', () => {
    expect(guessType('反应釜泄漏，气味刺鼻', wordsOf)).toBe('12D')
    expect(guessType('两车追尾，有人被困', wordsOf)).toBe('12H')
    expect(guessType('厂房着火，浓烟很大', wordsOf)).toBe('12G')
    expect(guessType('储罐泄漏后着火', wordsOf)).toBe('12D')
    expect(guessType('有人打架', wordsOf)).toBeNull()
  })
  it('is named by its place and the first thing said', () => {
    expect(titleOf(call({ place: plant, where: 'x', what: '反应釜泄漏，一人受伤。' }))).toBe('示例化工 反应釜泄漏')
    expect(titleOf(call({ where: ' 沟里 ', what: '车祸\n两车' }))).toBe('沟里 车祸')
  })
  it('needs a place and what happened, no more', () => {
    expect(isReady(call({ what: '着火' }))).toBe(false)
    expect(isReady(call({ where: '沟里', what: '着火' }))).toBe(true)
  })
  it('keeps a place that nobody knows in the words, and counts only who was counted', () => {
    const facts = { now: '2026-01-01T00:00:00Z', division: '640181000000', type: '12H', placeLine: (where: string) => `地点：${where}` }
    const told = openingOf(call({ where: '沟里', what: '车祸', casualties: { deaths: 0, trapped: 2, missing: null } }), facts)
    expect(told).toMatchObject({ description: '地点：沟里\n车祸', division: '640181000000', location: null, received_at: facts.now, casualties: { trapped: 2 } })
    expect(openingOf(call({ place: plant, where: 'x', what: '着火', received_at: '2025-12-31T23:59:00Z' }), facts)).toMatchObject({ description: '着火', enterprise: 'e1', occurred_at: '2025-12-31T23:59:00Z' })
  })
})
