// The live stream as a browser reads it: Server-Sent Events with positions.

import { before } from './waiting.mjs'

/** An open stream of a signed-in client. */
export class LiveStream {
  #abort = new AbortController()
  #watchers = new Set()

  constructor() {
    this.events = []
    this.lastId = undefined
  }

  /** Opens the stream; resolves when the server has greeted. */
  static async open(client, { lastEventId } = {}) {
    const stream = new LiveStream()
    const headers = { accept: 'text/event-stream', ...(client.cookie ? { cookie: client.cookie } : { authorization: `Bearer ${client.token}` }) }
    if (lastEventId !== undefined) headers['last-event-id'] = String(lastEventId)
    const response = await fetch(`${client.url}/api/v1/stream`, { headers, signal: stream.#abort.signal })
    if (response.status !== 200) throw new Error(`GET /stream → ${response.status}`)
    stream.ended = stream.#pump(response.body).catch(() => {})
    await stream.next((event) => ['hello', 'reset'].includes(event.name), 5_000, 'the greeting of the stream')
    return stream
  }

  async #pump(body) {
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of body) {
      const at = performance.now()
      text += decoder.decode(chunk, { stream: true })
      for (let end; (end = text.indexOf('\n\n')) >= 0; ) {
        this.#take(parse(text.slice(0, end)), at)
        text = text.slice(end + 2)
      }
    }
  }

  #take(event, at) {
    if (!event) return
    if (event.id) this.lastId = event.id
    event.at = at
    this.events.push(event)
    for (const watch of this.#watchers) watch(event)
  }

  /** Calls for each event from now on. */
  watch(callback) {
    this.#watchers.add(callback)
    return () => this.#watchers.delete(callback)
  }

  /** The first event, past or to come, that fits. */
  next(fits, within = 5_000, what = 'an event') {
    const past = this.events.find(fits)
    if (past) return Promise.resolve(past)
    let forget
    const coming = new Promise((resolve) => (forget = this.watch((event) => fits(event) && resolve(event))))
    return before(within, coming, what).finally(forget)
  }

  /** Hangs up. */
  async close() {
    this.#abort.abort()
    await this.ended
  }
}

/** One block of the stream; comments are none. */
export function parse(block) {
  const event = { name: 'message', id: undefined, data: '' }
  let said = false
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    if (colon === 0) continue
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    said = true
    if (field === 'event') event.name = value
    if (field === 'id') event.id = value
    if (field === 'data') event.data += (event.data && '\n') + value
  }
  if (!said) return undefined
  try {
    event.json = JSON.parse(event.data)
  } catch {
    // Not every event carries JSON.
  }
  return event
}
