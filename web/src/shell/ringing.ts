/** What rings, the gravest first; pure, tested. */
import type { Alarm, Delivery } from '@/api/types'

type Ringing = 'alarm_urgent' | 'message_urgent' | 'alarm_high'

export function ringingTone(alarms: Pick<Alarm, 'priority' | 'acknowledged' | 'closed'>[], messages: Pick<Delivery, 'tone' | 'confirmed_at'>[] = []): Ringing | null {
  const waiting = alarms.filter((alarm) => !alarm.acknowledged && !alarm.closed)
  if (waiting.some((alarm) => alarm.priority === 'urgent')) return 'alarm_urgent'
  if (messages.some((message) => message.tone === 'urgent' && !message.confirmed_at)) return 'message_urgent'
  return waiting.some((alarm) => alarm.priority === 'high') ? 'alarm_high' : null
}
