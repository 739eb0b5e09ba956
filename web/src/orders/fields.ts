/** What a person fills in for an order, and the order that becomes of it. */
import type { DeviceOrder, OrderKind } from '@/api/deviceOrders'
import type { LonLat } from '@/api/types'

export interface OrderFieldValues {
  text: string
  seconds: number
  minutes: number
  data: 'minute' | 'hour' | 'day'
  begin: Date | null
  end: Date | null
  number: number
  areaName: string
  centre: LonLat | null
  radius: number
  speed: number | null
  numbers: string
}

/** The longest span of one question, in days, as the server has it. */
export const MOST_DAYS = { minute: 2, hour: 31, day: 366 } as const
/** What the standard holds of a text, in bytes of GBK. */
export const MOST_TEXT_BYTES = 1024

export function emptyFields(): OrderFieldValues {
  return { text: '', seconds: 60, minutes: 5, data: 'hour', begin: null, end: null, number: 1, areaName: '', centre: null, radius: 500, speed: null, numbers: '' }
}

/** As GBK counts it: one byte for ASCII, two for all else. */
export function gbkLength(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter.charCodeAt(0) < 0x80 ? 1 : 2), 0)
}

function numbersOf(text: string): number[] {
  return text.split(/[^0-9]+/).filter(Boolean).map(Number)
}

/** The fields that the order still needs. */
export function lacksOf(kind: OrderKind, fields: OrderFieldValues): string[] {
  const needs: Partial<Record<OrderKind, [string, boolean][]>> = {
    driver_text: [['text', fields.text.trim() !== '']],
    ask_history: [['begin', fields.begin !== null], ['end', fields.end !== null]],
    set_circle: [['area_name', fields.areaName.trim() !== ''], ['centre', fields.centre !== null]],
    remove_circles: [['numbers', numbersOf(fields.numbers).length > 0]],
  }
  return (needs[kind] ?? []).filter(([, present]) => !present).map(([name]) => name)
}

/** The order; nothing while something is missing. */
export function orderOf(kind: OrderKind, fields: OrderFieldValues): DeviceOrder | null {
  switch (kind) {
    case 'driver_text':
      return { kind, text: fields.text.trim() }
    case 'set_realtime_interval':
      return { kind, seconds: fields.seconds }
    case 'duty_check':
      return { kind, minutes: fields.minutes }
    case 'ask_history':
      return fields.begin && fields.end ? { kind, data: fields.data, begin: fields.begin.toISOString(), end: fields.end.toISOString() } : null
    case 'set_circle':
      return fields.centre ? { kind, area: { number: fields.number, name: fields.areaName.trim(), centre: fields.centre, radius_m: fields.radius, max_speed_kmh: fields.speed } } : null
    case 'remove_circles':
      return { kind, numbers: numbersOf(fields.numbers) }
    default:
      return { kind }
  }
}
