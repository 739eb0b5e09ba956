import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Matter, TimelineEntry } from '@/api/types'
import { isFresh, isKept } from '@/offline/lastSeen'
import { hashed, kindOf, outdated, unanswered, type Files } from '@/offline/worker/rules'
import { fateOf } from '@/phone/outbox'
import { keys } from '@/queryKeys'

const HERE = 'https://fengsui.example'
const files: Files = { version: 'v3', entry: '/assets/index-a.js', shell: ['/', '/favicon.svg', '/assets/index-a.js'], rest: [] }
const kind = (path: string, mode = 'cors', method = 'GET') => kindOf({ method, mode, url: new URL(path, HERE).href }, HERE, files)

describe('the service worker', () => {
  it('answers pages and files of the console, never the server’s own doors', () => {
    expect(['/', '/m', '/alarms/1', '/apiary'].map((path) => kind(path, 'navigate'))).toEqual(['page', 'page', 'page', 'page'])
    expect(['/api/v1/attachments/1', '/cap/feed.atom', '/healthz', '/metrics', '/sw.js'].map((path) => kind(path, 'navigate'))).toEqual(Array(5).fill('other'))
    expect(['/assets/Map-x.js', '/favicon.svg'].map((path) => kind(path))).toEqual(['file', 'file'])
    expect(['/api/v1/inbox', '/index.html', 'https://tiles.example/assets/1.png'].map((path) => kind(path))).toEqual(Array(3).fill('other'))
    expect(kind('/assets/x.js', 'cors', 'POST')).toBe('other')
    expect(hashed('/favicon.svg')).toBe(false)
  })
  it('keeps its own version and the one before, which may still be open', () => {
    expect(outdated(['fengsui-v1', 'fengsui-v2', 'fengsui-v3', 'tiles'], 'v3')).toEqual(['fengsui-v1'])
    expect(outdated(['fengsui-v3'], 'v3')).toEqual([])
  })
  it('takes a gateway without its server for a lost line', () => {
    expect([200, 404, 500, 502, 503, 504].map(unanswered)).toEqual([false, false, false, true, true, true])
  })
})

describe('what was seen last', () => {
  it('is of the portal and the phone, and nothing else', () => {
    expect([keys.inbox, [...keys.inbox, 'phone'], [...keys.alarms, 'open'], keys.clocks].every(isKept)).toBe(true)
    expect([keys.users, keys.trace, keys.matter('1'), keys.records('person'), [...keys.messages, 'all']].some(isKept)).toBe(false)
  })
  it('is not shown after a long shift, nor when the clock was turned back', () => {
    const at = Date.parse('2026-11-22T00:00:00Z')
    const after = (hours: number) => isFresh({ at }, at + hours * 3_600_000)
    expect([0, 11, 13, -1].map(after)).toEqual([true, true, false, false])
  })
})

describe('an action that waited for the line', () => {
  const matter = (...names: string[]) => ({ available_actions: names.map((name) => ({ name, allowed: true })) }) as Matter
  const entry = { kind: 'action', name: 'confirm', actor_name: 'A' } as TimelineEntry
  it('is sent again while it can be taken', () => expect(fateOf({ by: 'A', action: 'confirm', attempts: 2 }, matter('confirm'), [entry])).toBe('again'))
  it('is done when it was on its way before and stands in the timeline', () => expect(fateOf({ by: 'A', action: 'confirm', attempts: 2 }, matter('depart'), [entry])).toBe('done'))
  it('is told to the person when somebody else was faster', () => {
    expect(fateOf({ by: 'A', action: 'confirm', attempts: 1 }, matter('depart'), [entry])).toBe('overtaken')
    expect(fateOf({ by: 'A', action: 'confirm', attempts: 3 }, matter(), [])).toBe('overtaken')
    expect(fateOf({ by: 'B', action: 'confirm', attempts: 3 }, matter(), [entry])).toBe('overtaken')
  })
})

describe('the manifest', () => {
  const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
  const manifest = JSON.parse(read('public/manifest.webmanifest')) as { background_color: string; icons: { src: string; sizes: string }[] }
  const page = read('index.html')
  const ground = [...read('src/styles/tokens.css').matchAll(/--bg: (#\w+)/g)].map((match) => match[1])
  it('has the colours of day and night from the tokens', () => {
    expect(manifest.background_color).toBe(ground[0])
    expect([...page.matchAll(/name="theme-color" content="(#\w+)"/g)].map((match) => match[1])).toEqual(ground.slice(0, 2))
  })
  let sizes: string[]
  beforeEach(() => {
    sizes = manifest.icons.map(({ src }) => {
      const bytes = readFileSync(new URL(`../public${src}`, import.meta.url))
      return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`
    })
  })
  it('names pictures of the size that they have', () => expect(sizes).toEqual(manifest.icons.map((icon) => icon.sizes)))
})
