import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { blocksOf, contrast, type Tokens } from '../scripts/tokens.mjs'

const css = readFileSync(new URL('../src/styles/tokens.css', import.meta.url), 'utf8')
const themes = blocksOf(css)

const SURFACES = ['--bg', '--surface', '--surface-2', '--raised']
const TEXT: [string, string[]][] = [
  ['--ink', [...SURFACES, '--surface-3', '--picked', '--accent-soft', '--danger-soft', '--amber-soft', '--info-soft']],
  ['--ink-2', [...SURFACES, '--surface-3', '--accent-soft', '--danger-soft', '--amber-soft']],
  ['--ink-3', [...SURFACES, '--surface-3']],
  ['--accent', [...SURFACES, '--accent-soft']],
  ['--danger-ink', [...SURFACES, '--danger-soft']],
  ['--amber-ink', [...SURFACES, '--amber-soft']],
  ['--info-ink', [...SURFACES, '--info-soft']],
  ['--accent-ink', ['--accent', '--accent-hover']],
  ['--danger-on', ['--danger-fill']],
  ['--on-deep', ['--alarm-1']],
  ['--on-bright', ['--orange', '--yellow']],
]
const MARKS: [string, string[]][] = [
  ...['--box-line', '--focus', '--accent', '--good-mark', '--wait-mark', '--red', '--orange-edge', '--yellow-edge', '--blue', '--alarm-1', '--alarm-2', '--alarm-3', '--alarm-4', '--response', '--event']
    .map((name): [string, string[]] => [name, ['--bg', '--surface', '--surface-2', '--raised']]),
  ['--on-deep', ['--red', '--blue', '--alarm-1', '--alarm-2']],
]

function faults(tokens: Tokens, pairs: [string, string[]][], least: number): string[] {
  return pairs.flatMap(([front, backs]) =>
    backs.map((back) => ({ back, ratio: contrast(tokens[front] ?? '', tokens[back] ?? '') }))
      .filter(({ ratio }) => !(ratio >= least))
      .map(({ back, ratio }) => `${front} on ${back}: ${ratio.toFixed(2)}`),
  )
}

describe.each(Object.entries(themes))('the tokens of %s', (_name, tokens) => {
  it('are all there', () => {
    expect(Object.keys(tokens).length).toBeGreaterThan(50)
  })
  it('give every text a contrast of 4.5', () => {
    expect(faults(tokens, TEXT, 4.5)).toEqual([])
  })
  it('give every mark and edge of a control a contrast of 3', () => {
    expect(faults(tokens, MARKS, 3)).toEqual([])
  })
})

it('knows day, night and the wall, with the same roles', () => {
  expect(Object.keys(themes)).toEqual(['day', 'night', 'wall'])
  const roles = (name: string) => Object.keys(themes[name] ?? {}).sort()
  expect(roles('night').filter((role) => !roles('day').includes(role))).toEqual([])
  expect(roles('day').filter((role) => !roles('wall').includes(role) && !role.startsWith('--scene'))).toEqual([])
})
