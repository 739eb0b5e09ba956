/** Orders to devices in words: what was ordered, and what the device said. */
import { useI18n } from 'vue-i18n'
import type { DeviceOrder, DeviceOrderState, GivenOrder } from '@/api/deviceOrders'
import { formatCoordinate, formatTime } from '@/ui/time'

/** The look of a state; its words stand beside it, never the colour alone. */
export function toneOf(state: DeviceOrderState): string {
  if (state === 'answered') return 'good'
  if (state === 'refused' || state === 'unanswered') return 'bad'
  return state === 'queued' || state === 'sent' || state === 'accepted' ? 'wait' : ''
}

export function isOpen(state: DeviceOrderState): boolean {
  return state === 'queued' || state === 'sent' || state === 'accepted'
}

export function useOrderWords() {
  const { t, te } = useI18n()

  /** What was ordered beside its name: the text, the span, the minutes. */
  function details(order: DeviceOrder): string {
    switch (order.kind) {
      case 'driver_text':
        return t('device_orders.quoted', { text: order.text })
      case 'set_realtime_interval':
        return t('device_orders.seconds', { n: order.seconds })
      case 'ask_history':
        return t('device_orders.span', { data: t(`device_orders.data_${order.data}`), begin: formatTime(order.begin), end: formatTime(order.end) })
      case 'duty_check':
        return t('device_orders.within', { n: order.minutes })
      case 'set_circle':
        return t('device_orders.circle', { number: order.area.number, name: order.area.name, radius: order.area.radius_m })
      case 'remove_circles':
        return t('device_orders.numbers', { numbers: order.numbers.join('、') })
      default:
        return ''
    }
  }

  function refusal(result: string): string {
    const key = `device_orders.result_${result.replaceAll('.', '_')}`
    return te(key) ? t(key) : t('device_orders.result_other', { code: result })
  }

  /** What came back, in one line. */
  function answer(order: GivenOrder): string {
    const said = (order.answer ?? {}) as Record<string, unknown>
    const parts: string[] = []
    if (order.state === 'refused') parts.push(refusal(String(said.result ?? '')))
    if (typeof said.frames === 'number') parts.push(t('device_orders.frames', { n: said.frames }))
    if (typeof said.interval_seconds === 'number') parts.push(t('device_orders.interval', { n: said.interval_seconds }))
    if (typeof said.clock === 'string') parts.push(t('device_orders.clock', { time: formatTime(said.clock) }))
    if (typeof said.lon === 'number' && typeof said.lat === 'number') parts.push(t('device_orders.position', { place: formatCoordinate(said.lon, said.lat), speed: Number(said.speed_kmh ?? 0) }))
    if (Array.isArray(said.state)) parts.push(said.state.length ? said.state.map((flag) => t(`device_orders.flag_${String(flag)}`)).join('、') : t('device_orders.flag_none'))
    if (order.order.kind === 'duty_check' && order.state === 'answered') parts.push(t('device_orders.duty_answered', { n: Number(said.seconds ?? 0) }))
    else if (order.order.kind === 'duty_check' && order.state === 'unanswered') parts.push(t('device_orders.duty_missed'))
    else if (order.state === 'answered') parts.push(t('device_orders.answered_in', { n: Number(said.seconds ?? 0) }))
    else if (order.state === 'unanswered') parts.push(t('device_orders.unanswered_note', { n: order.sent_times }))
    else if (order.state === 'expired') parts.push(t('device_orders.expired_note'))
    else if (order.state === 'cancelled') parts.push(t('device_orders.cancelled_by', { name: order.cancelled_by ?? '—' }))
    return parts.join(' · ')
  }

  return { details, answer }
}
