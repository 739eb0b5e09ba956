import { describe, expect, it } from 'vitest'
import { deeper, formatRate } from '@/devices/online'

describe('online rates', () => {
  it('are never rounded up to all', () => {
    expect(formatRate(1)).toBe('100 %')
    expect(formatRate(0.99996)).toBe('99.9 %')
    expect(formatRate(0.8)).toBe('80 %')
    expect(formatRate(null)).toBe('—')
  })

  it('lead from provinces down to counties, from there to enterprises and devices', () => {
    expect(deeper('division', '640100000000', undefined)).toEqual({ division: '640100000000', by: 'division' })
    expect(deeper('division', '640181000000', '640100000000')).toEqual({ division: '640181000000', by: 'enterprise' })
    expect(deeper('division', '640100000000', '640100000000')).toEqual({ division: '640100000000', by: 'enterprise' })
    expect(deeper('industry', 'gas', undefined)).toEqual({ industry: 'gas', by: 'enterprise' })
    expect(deeper('enterprise', 'e1', undefined)).toEqual({ enterprise: 'e1', by: 'device' })
  })
})
