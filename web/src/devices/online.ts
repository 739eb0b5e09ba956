/** Where a line of the online rates leads on to; pure, tested. */
import type { OnlineLine, RateQuestion } from '@/api/devices'

/** The rate that the plans at hand ask of high-risk enterprises; below it a line is marked. */
export const ASKED = 0.8

/** A division above counties leads to the divisions below, a county and all below to enterprises, those to devices. */
export function deeper(by: RateQuestion['by'], key: string, asked: string | undefined): Record<string, string | undefined> {
  if (by === 'division') {
    const above = /0{8}$/.test(key.padEnd(12, '0'))
    return { division: key, by: above && key !== asked ? 'division' : 'enterprise' }
  }
  if (by === 'industry') return { industry: key, by: 'enterprise' }
  return { enterprise: key, by: 'device' }
}

export function labelOf(line: OnlineLine, locale: string): string {
  return locale.startsWith('zh') ? line.label.zh : line.label.en
}

/** A rate as people read it: never rounded up to all. */
export function formatRate(rate: number | null): string {
  if (rate === null) return '—'
  if (rate < 1 && rate > 0.9995) return '99.9 %'
  return `${Math.round(rate * 1000) / 10} %`
}
