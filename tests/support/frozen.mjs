// The same page on every run: what the server says is moved to one hour, and what happened at once gets one order.

/** Steps of time: whatever a slow machine takes to set the stage stays within one of them. */
const STEP = 300_000
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/
const LIVE = /\/api\/v1\/(?:stream|attachments|divisions)|\.(?:geojson|mvt|pbf)/

/** Answers of the interface as if everything since `began` had happened at `now`. */
export async function freeze(context, { began, now }) {
  await context.route(/\/api\/v1\//, async (route) => {
    const request = route.request()
    if (request.method() !== 'GET' || LIVE.test(request.url())) return route.fallback()
    // The page may be gone before its last answer comes: then nobody waits for it.
    return answer(route, { began, now }).catch(() => route.abort().catch(() => {}))
  })
}

async function answer(route, { began, now }) {
  const response = await route.fetch()
  if (!/json/.test(response.headers()['content-type'] ?? '')) return route.fulfill({ response })
  const { pathname } = new URL(route.request().url())
  return route.fulfill({ response, json: settled(still(await response.json(), began, now), pathname, now) })
}

function still(value, began, now) {
  if (Array.isArray(value)) return ordered(value.map((one) => still(one, began, now)))
  if (typeof value === 'string') return TIME.test(value) ? moved(value, began, now) : value
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, still(one, began, now)]))
  if (fields.due_at && ['running', 'overdue'].includes(fields.state)) fields.state = Date.parse(fields.due_at) < now ? 'overdue' : 'running'
  return fields
}

function moved(text, began, now) {
  return new Date(now + Math.floor((Date.parse(text) - began) / STEP) * STEP).toISOString()
}

/** What has a title and came in the same moment comes in the order of the alphabet. */
function ordered(list) {
  if (!list.every((one) => typeof one?.title === 'string' && typeof one.id === 'string')) return list
  const when = (one) => Date.parse(one.raised_at ?? one.opened_at ?? one.created_at ?? 0)
  return list.sort((a, b) => when(b) - when(a) || (a.title < b.title ? -1 : 1))
}

/** What goes on by itself: devices fall silent, clocks run out, reminders come. */
function settled(answer, path, now) {
  if (path.endsWith('/overview')) return { ...answer, devices: { ...answer.devices, online: 2, silent: 0 }, clocks: { ...answer.clocks, overdue: 1, running: 18 } }
  if (path.endsWith('/messages/mine')) return { ...answer, items: answer.items.filter((one) => Date.parse(one.created_at) <= now && one.tone !== 'urgent') }
  return answer
}
