/** A state as sections of facts; pure, tested. What has no name for people is left to the API. */
import { formatCoordinate } from '@/ui/time'

export interface Row {
  name: string
  label: string
  text: string
}
export interface Section {
  name: string
  title: string
  rows: Row[]
}
export interface Words {
  label: (name: string) => string | null
  word: (name: string, value: string | number | boolean) => string
  time: (iso: string) => string
}

type Fields = Record<string, unknown>
const SKIP = new Set(['phase', 'area', 'polygon', 'by', 'post', 'type', 'relation'])
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/
const DIVISION = /^\d{12}$/
const TIME = /^\d{4}-\d\d-\d\dT/

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function plain(name: string, value: unknown, words: Words): string | null {
  if (value === null || value === undefined || value === '') return null
  if (Array.isArray(value)) {
    const texts = value.filter((one) => ['string', 'number'].includes(typeof one) && !UUID.test(String(one))).map((one) => words.word(name, one as string | number))
    return texts.length > 0 ? texts.join('\n') : null
  }
  if (typeof value === 'string') return UUID.test(value) ? null : TIME.test(value) ? words.time(value) : words.word(name, value)
  return typeof value === 'number' || typeof value === 'boolean' ? words.word(name, value) : null
}

/** Who signed when, and what they wrote. */
function signed(value: Fields, words: Words): string | null {
  if (typeof value.name !== 'string' || typeof value.at !== 'string') return null
  const text = [value.text, value.note, value.content, value.reason].find((one) => typeof one === 'string' && one !== '')
  return [text, `${value.name} ${words.time(value.at)}`].filter(Boolean).join('\n')
}

function place(value: Fields): string | null {
  return typeof value.lon === 'number' && typeof value.lat === 'number' ? formatCoordinate(value.lon, value.lat) : null
}

/** Divisions that a state names, by code. */
export function divisionsOf(value: unknown): string[] {
  if (typeof value === 'string') return DIVISION.test(value) ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return [...new Set(Object.values(value).flatMap(divisionsOf))].sort()
}

/** Groups of counts, such as casualties, fit on one line. */
function counts(value: Fields, words: Words): string | null {
  const entries = Object.entries(value)
  if (entries.length === 0 || !entries.every(([, one]) => typeof one === 'number' || one === null)) return null
  const told = entries.filter(([name, one]) => typeof one === 'number' && words.label(name))
  return told.map(([name, one]) => `${words.label(name)} ${one}`).join(' · ') || null
}

export function factsOf(state: Fields, words: Words): Section[] {
  const first: Section = { name: 'first', title: '', rows: [] }
  const others: Section[] = []
  const visit = (fields: Fields, into: Section, depth: number) => {
    for (const [name, value] of Object.entries(fields)) {
      if (SKIP.has(name)) continue
      const label = words.label(name)
      if (isFields(value)) {
        const line = place(value) ?? signed(value, words) ?? counts(value, words)
        if (line && label) into.rows.push({ name, label, text: line })
        else if (!line && depth < 3) {
          // The main part of a state needs no heading of its own.
          const main = ['file', 'task', 'order', 'content', 'dossier', 'elements'].includes(name) || !label
          if (main) visit(value, into, depth + 1)
          else {
            const section: Section = { name, title: label, rows: [] }
            others.push(section)
            visit(value, section, depth + 1)
          }
        }
        continue
      }
      const text = plain(name, value, words)
      if (label && text) into.rows.push({ name, label, text })
    }
  }
  visit(state, first, 0)
  return [first, ...others].filter((section) => section.rows.length > 0)
}
