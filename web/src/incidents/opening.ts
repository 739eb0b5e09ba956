/** The opening of an incident, prefilled from an alarm, a record or a place on the map. */
import type { Alarm, FsRecord, LonLat } from '@/api/types'

export interface Opening extends Record<string, unknown> {
  title: string
  event_type: string
  event_level: string
  division: string
  location: LonLat | null
  enterprise: string | null
  occurred_at: string
  received_at: string
  description: string
  casualties: Record<string, number>
}

export function blankOpening(now: number, division: string): Opening {
  const at = new Date(now).toISOString()
  return { title: '', event_type: '', event_level: 'ordinary', division, location: null, enterprise: null, occurred_at: at, received_at: at, description: '', casualties: {} }
}

export function fromAlarm(opening: Opening, alarm: Alarm): Opening {
  const place = alarm.enterprise_name ?? alarm.division_name
  const figure = [alarm.series_name, alarm.value, alarm.unit].filter(Boolean).join(' ')
  return {
    ...opening, event_type: '12D', title: `${place} ${alarm.title}`, division: alarm.division, location: alarm.location, enterprise: alarm.enterprise,
    occurred_at: alarm.raised_at, received_at: alarm.received_at ?? alarm.raised_at, description: figure,
  }
}

export function fromRecord(opening: Opening, record: FsRecord): Opening {
  return { ...opening, division: record.division, location: record.location, enterprise: record.kind === 'enterprise' ? record.id : record.enterprise }
}
