import { describe, expect, it } from 'vitest'
import { once } from '@/api/repeated'

describe('a request that may be sent again', () => {
  const lost = (problem: unknown): boolean => problem === 'lost'
  it('keeps its key until an answer came', async () => {
    const keys: string[] = []
    const send = (ends: 'lost' | 'refused' | 'done') => async (key: string): Promise<string> => {
      keys.push(key)
      if (ends !== 'done') throw ends
      return ends
    }
    await expect(once({ a: 1 }, send('lost'), lost)).rejects.toBe('lost')
    await once({ a: 1 }, send('done'), lost)
    await once({ a: 1 }, send('done'), lost)
    await expect(once({ a: 1 }, send('refused'), lost)).rejects.toBe('refused')
    await once({ a: 1 }, send('done'), lost)
    await once({ a: 2 }, send('done'), lost)
    expect(keys[0]).toBe(keys[1])
    expect(new Set(keys).size).toBe(5)
    expect(keys.every((key) => /^[0-9a-f]{32}$/.test(key))).toBe(true)
  })
})
