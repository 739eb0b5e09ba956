/** What a card on the phone shows of an order or a task; pure. */
import type { ActionOffer, LonLat, Matter } from '@/api/types'

/** The way forward, in this order; declining is never the big button. */
const FORWARD = ['confirm', 'accept', 'depart', 'arrive', 'complete']

export function primaryOf(matter: Matter): ActionOffer | null {
  for (const name of FORWARD) {
    const offer = matter.available_actions.find((action) => action.name === name && action.allowed)
    if (offer) return offer
  }
  return null
}

function inner(matter: Matter): Record<string, unknown> {
  return (matter.state.order ?? matter.state.task ?? matter.state) as Record<string, unknown>
}

export function bodyText(matter: Matter): string {
  const { order, object, incident_title: incident } = inner(matter) as Record<string, unknown>
  return [incident, order, object].filter((one): one is string => typeof one === 'string' && one !== matter.title).join('\n')
}

export function placeOf(matter: Matter): LonLat | null {
  const location = (inner(matter).location ?? matter.location) as LonLat | null | undefined
  return location && typeof location.lon === 'number' ? location : null
}
