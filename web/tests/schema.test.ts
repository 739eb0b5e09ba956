import { describe, expect, it } from 'vitest'
import type { JsonSchema } from '@/api/types'
import { cleaned, formFields, missing } from '@/matters/schema'

const schema: JsonSchema = {
  type: 'object',
  required: ['action', 'level', 'team', 'summary'],
  properties: {
    action: { const: 'start_response' },
    level: { $ref: '#/$defs/Level' },
    team: { type: 'string' },
    plan: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    summary: { type: 'string', maxLength: 5000 },
    due_at: { type: ['string', 'null'], format: 'date-time' },
    measures: { type: 'array', items: { type: 'string' } },
    tasks: { type: 'array', items: { $ref: '#/$defs/Task' } },
    location: { anyOf: [{ $ref: '#/$defs/Point' }, { type: 'null' }] },
    casualties: { type: 'object', properties: { deaths: { type: 'integer', minimum: 0 } } },
  },
  $defs: {
    Level: { oneOf: [{ const: 'level_1', type: 'string' }, { const: 'level_2', type: 'string' }] },
    Task: { type: 'object', required: ['title'], properties: { title: { type: 'string' } } },
    Point: { type: 'object', properties: { lon: { type: 'number' }, lat: { type: 'number' } } },
  },
}
const fields = formFields(schema)
const widget = (name: string) => fields.find((field) => field.name === name)?.widget

describe('forms from schemas', () => {
  it('leave out the tag of the action', () => {
    expect(fields.some((field) => field.name === 'action')).toBe(false)
  })
  it('choose the widget by name and type', () => {
    expect(fields.map((field) => [field.name, field.widget])).toEqual([
      ['level', 'enum'], ['team', 'record'], ['plan', 'record'], ['summary', 'textarea'], ['due_at', 'datetime'],
      ['measures', 'list'], ['tasks', 'rows'], ['location', 'location'], ['casualties', 'group'],
    ])
    expect(widget('nothing')).toBeUndefined()
  })
  it('follow references for options and kinds', () => {
    expect(fields[0]?.options.map((option) => option.value)).toEqual(['level_1', 'level_2'])
    expect(fields.find((field) => field.name === 'team')?.kind).toBe('rescue_team')
    expect(fields.find((field) => field.name === 'tasks')?.fields[0]?.name).toBe('title')
  })
  it('send only what was filled in', () => {
    expect(cleaned({ a: ' x ', b: '', c: null, d: [], e: { f: '' }, g: 0, h: false, i: ['x', ' '] })).toEqual({ a: 'x', g: 0, h: false, i: ['x'] })
  })
  it('know what is missing', () => {
    expect(missing(fields, { level: 'level_1', team: ' ' })).toEqual(['team', 'summary'])
  })
})
