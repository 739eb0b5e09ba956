import { describe, expect, it } from 'vitest'
import { best, score } from '@/shell/palette/matching'

const DESK = { title: '\u544a\u8b66\u53f0', pinyin: 'gao jing tai', words: 'alarms' }
const INBOX = { title: '\u5f85\u529e', pinyin: 'dai ban', words: 'inbox' }
const NIGHT = { title: '\u5207\u6362\u5230\u591c\u95f4', pinyin: 'qie huan dao ye jian' }

describe('the palette', () => {
  it('finds by name, pinyin, initials and the other language', () => {
    for (const typed of ['\u544a\u8b66', 'gaojing', 'gao jing', 'gjt', 'gj', 'alar']) expect(score(typed, DESK), typed).toBeGreaterThan(0)
    expect(score('jingtai', DESK)).toBeGreaterThan(0)
    expect(score('dai', DESK)).toBe(0)
  })
  it('does not find two letters in the middle of a syllable', () => {
    expect(score('nd', NIGHT)).toBe(0)
    expect(score('yj', NIGHT)).toBeGreaterThan(0)
  })
  it('puts the closest answer first', () => {
    expect(best('d', [NIGHT, INBOX], 5)).toEqual([INBOX, NIGHT])
    expect(best('', [NIGHT, INBOX], 1)).toEqual([NIGHT])
  })
})
