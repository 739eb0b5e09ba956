/** Sub-forms from the part of a kind's schema that describes nested values; pure. */
import type { Bilingual, FieldSpec, Kind } from '@/api/types'

interface Schema {
  type?: string | string[]
  anyOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  format?: string
  minimum?: number
  maximum?: number
  maxLength?: number
  'x-title'?: [string, string]
  'x-options'?: { value: string; zh: string; en: string }[]
  'x-reference'?: string
  'x-unit'?: string
  'x-picker'?: string
}

/** One field of a form: the kind's own description, with what only the schema says. */
export interface FormSpec extends FieldSpec {
  /** Fields of an object, or of each row of a list. */
  parts: FormSpec[]
  rows: boolean
  picker: string | null
  minimum: number | undefined
  maximum: number | undefined
  long: boolean
}

/** Looks through "this or null". */
function substance(schema: Schema): Schema {
  const other = schema.anyOf?.find((one) => one.type !== 'null')
  return other ? { ...schema, ...other } : schema
}
function typeOf(schema: Schema): string {
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type
  if (schema['x-options']?.length) return 'enum'
  if (schema['x-reference']) return 'reference'
  if (type === 'array') return 'list'
  if (type === 'string') return schema.format === 'date' ? 'date' : 'text'
  return type ?? 'text'
}
function titleOf(name: string, schema: Schema): Bilingual {
  const [zh, en] = schema['x-title'] ?? ['', '']
  return { zh: zh || name, en: en || name }
}
function extras(schema: Schema): Omit<FormSpec, keyof FieldSpec> {
  const item = schema.items ? substance(schema.items) : null
  return {
    parts: partsOf(schema.properties ? schema : item),
    rows: Boolean(item?.properties),
    picker: schema['x-picker'] ?? null,
    minimum: schema.minimum,
    maximum: schema.maximum,
    long: (schema.maxLength ?? 0) > 200,
  }
}
function partsOf(schema: Schema | null): FormSpec[] {
  return Object.entries(schema?.properties ?? {}).map(([name, raw]) => {
    const own = substance(raw)
    const item = own.items ? substance(own.items) : null
    return {
      name, title: titleOf(name, own), type: typeOf(own) as FieldSpec['type'], options: own['x-options'] ?? item?.['x-options'] ?? [], reference: own['x-reference'] ?? null,
      unit: own['x-unit'] ?? null, required: schema?.required?.includes(name) ?? false, filterable: false, listed: false, personal: false, ...extras(own),
    }
  })
}

export function formSpecs(kind: Kind): FormSpec[] {
  const properties = (kind.schema as Schema).properties ?? {}
  return kind.fields.map((field) => ({ ...field, ...extras(substance(properties[field.name] ?? {})) }))
}
