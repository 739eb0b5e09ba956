/** From JSON Schema to the fields of a form; pure, tested. */
import type { JsonSchema } from '@/api/types'

export type Widget =
  | 'text' | 'textarea' | 'number' | 'boolean' | 'enum' | 'datetime' | 'date' | 'list' | 'group' | 'rows'
  | 'division' | 'divisions' | 'location' | 'record' | 'post' | 'polygon' | 'event_type'

export interface FormField {
  name: string
  widget: Widget
  required: boolean
  title: string | null
  description: string | null
  options: { value: string | number; title: string | null }[]
  integer: boolean
  minimum: number | undefined
  maximum: number | undefined
  maxLength: number | undefined
  /** Kind of the record that is picked. */
  kind: string | null
  fields: FormField[]
  initial: unknown
}

const RECORD_FIELDS: Record<string, string> = {
  team: 'rescue_team', plan: 'plan', enterprise: 'enterprise', installation: 'installation', shelter: 'shelter', depot: 'depot',
  organisation: 'organisation', issuer: 'organisation', person: 'person', device: 'device', expert: 'expert',
}
const LONG_TEXT = new Set(['description', 'instruction', 'summary', 'result', 'reason', 'order', 'text', 'note', 'measures', 'casualties_text', 'content', 'situation', 'scene_status', 'brief_course', 'measures_taken', 'cause_preliminary', 'requests', 'other', 'unit_profile'])

/** Follows `$ref`, one-part `allOf` and "this or null". */
export function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1) ?? ''
    const target = root.$defs?.[name]
    return target ? { ...resolve(target, root), ...withoutRef(schema) } : schema
  }
  const only = schema.allOf?.length === 1 ? schema.allOf[0] : undefined
  if (only) return { ...resolve(only, root), ...withoutRef({ ...schema, allOf: undefined }) }
  const choices = (schema.anyOf ?? schema.oneOf)?.filter((one) => one.type !== 'null')
  if (choices?.length === 1 && choices[0]) return { ...resolve(choices[0], root), ...withoutRef({ ...schema, anyOf: undefined, oneOf: undefined }) }
  return schema
}

function withoutRef(schema: JsonSchema): JsonSchema {
  const kept: JsonSchema = {}
  for (const [name, value] of Object.entries(schema)) if (name !== '$ref' && value !== undefined) kept[name] = value
  return kept
}

function baseType(schema: JsonSchema): string | undefined {
  return Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type
}

function optionsOf(schema: JsonSchema): FormField['options'] {
  if (schema.enum) return schema.enum.filter((one) => one !== null).map((one) => ({ value: one as string | number, title: null }))
  const consts = schema.oneOf?.filter((one) => one.const !== undefined) ?? []
  return consts.map((one) => ({ value: one.const as string | number, title: one.title ?? null }))
}

function widgetOf(name: string, schema: JsonSchema, type: string | undefined, options: unknown[]): Widget {
  if (options.length > 0) return 'enum'
  if (type === 'boolean') return 'boolean'
  if (type === 'number' || type === 'integer') return 'number'
  if (schema.format === 'date-time' || name.endsWith('_at')) return 'datetime'
  if (schema.format === 'date' || name.endsWith('_on')) return 'date'
  if (name === 'location' || (schema.properties?.lon && schema.properties.lat)) return 'location'
  if (name === 'polygon') return 'polygon'
  if (name === 'event_type') return 'event_type'
  if (name === 'division') return 'division'
  if (name === 'divisions') return 'divisions'
  if (name === 'post') return 'post'
  if (typeof schema['x-kind'] === 'string' || (RECORD_FIELDS[name] && type === 'string')) return 'record'
  if (type === 'array') return 'list'
  if (type === 'object' || schema.properties) return 'group'
  return LONG_TEXT.has(name) || (schema.maxLength ?? 0) > 200 ? 'textarea' : 'text'
}

function arrayWidget(name: string, type: string | undefined, item: JsonSchema | null): Widget | null {
  if (type !== 'array' || name === 'divisions') return null
  return item?.properties ? 'rows' : 'list'
}

export function formFields(schema: JsonSchema | null | undefined, root: JsonSchema = schema ?? {}): FormField[] {
  if (!schema) return []
  const resolved = resolve(schema, root)
  const required = new Set(resolved.required ?? [])
  return Object.entries(resolved.properties ?? {})
    .filter(([name, property]) => !(name === 'action' && (resolve(property, root).const !== undefined || (resolve(property, root).enum?.length ?? 0) === 1)))
    .map(([name, property]) => {
      const field = resolve(property, root)
      const item = field.items ? resolve(field.items, root) : null
      const options = optionsOf(item ?? field)
      const type = baseType(field)
      const widget = arrayWidget(name, type, item) ?? widgetOf(name, field, type, options)
      return {
        name,
        widget,
        required: required.has(name),
        title: field.title ?? null,
        description: field.description ?? null,
        options,
        integer: type === 'integer',
        minimum: field.minimum,
        maximum: field.maximum,
        maxLength: field.maxLength,
        kind: typeof field['x-kind'] === 'string' ? field['x-kind'] : (RECORD_FIELDS[name] ?? null),
        fields: widget === 'group' ? formFields(field, root) : widget === 'rows' && item ? formFields(item, root) : [],
        initial: field.default,
      }
    })
}

/** What is sent: empty texts and untouched optional fields are left out. */
export function cleaned(value: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [name, one] of Object.entries(value)) {
    if (one === undefined || one === null || (typeof one === 'string' && one.trim() === '')) continue
    if (typeof one === 'object' && !Array.isArray(one)) {
      const inner = cleaned(one as Record<string, unknown>)
      if (Object.keys(inner).length > 0) out[name] = inner
    } else if (Array.isArray(one)) {
      // Lists of text are typed one per line: blank lines say nothing.
      const kept = one.filter((part) => typeof part !== 'string' || part.trim() !== '')
      if (kept.length > 0) out[name] = kept
    } else out[name] = typeof one === 'string' ? one.trim() : one
  }
  return out
}

export function missing(fields: FormField[], value: Record<string, unknown>): string[] {
  const present = cleaned(value)
  return fields.filter((field) => field.required && field.widget !== 'group' && field.widget !== 'boolean' && present[field.name] === undefined).map((field) => field.name)
}
