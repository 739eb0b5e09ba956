/** What rings, the gravest first; pure, tested. */
import type { Alarm, Delivery } from '@/api/types'
import type { Tone } from '@/live/tones'

export type RingingAlarm = Pick<Alarm, 'priority' | 'acknowledged' | 'closed'>
export type RingingMessage = Pick<Delivery, 'tone' | 'confirmed_at'> & { facts?: unknown }

/** The tone of one message; null for those that only wait to be read. */
export function toneOf(message: RingingMessage): Tone | null {
  if (message.confirmed_at || message.tone === 'notice') return null
  const color = (message.facts as { color?: unknown } | null | undefined)?.color
  if (message.tone === 'urgent') return color === 'red' ? 'warning_red' : 'message_urgent'
  return 'order'
}

export function ringingTone(alarms: RingingAlarm[], messages: RingingMessage[] = []): Tone | null {
  const waiting = alarms.filter((alarm) => !alarm.acknowledged && !alarm.closed)
  const tones = new Set(messages.map(toneOf))
  if (waiting.some((alarm) => alarm.priority === 'urgent')) return 'alarm_urgent'
  for (const tone of ['warning_red', 'message_urgent', 'order'] as const) if (tones.has(tone)) return tone
  return waiting.some((alarm) => alarm.priority === 'high') ? 'alarm_high' : null
}
