// An MQTT 3.1.1 client as small as a gateway's: connect, publish with QoS 1, wait for the acknowledgement.

import { once } from 'node:events'
import { connect as open } from 'node:net'
import { before } from './waiting.mjs'

/** What the broker answers to CONNECT. */
export const REFUSALS = { 4: 'bad user name or password', 5: 'not authorised' }

/** Two bytes of length, then the text. */
export function text(value) {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value, 'utf8')
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** First byte, remaining length, content. */
export function packet(first, ...parts) {
  const content = Buffer.concat(parts)
  const length = []
  let rest = content.length
  do {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>= 7
  } while (rest > 0)
  return Buffer.concat([Buffer.from([first, ...length]), content])
}

/** A connection to the broker. */
export class Publisher {
  #socket
  #buffer = Buffer.alloc(0)
  #waiting = new Map()
  #next = 1
  #connected
  /** What it was told, as `{ topic, payload }`. */
  told = []

  constructor(socket) {
    this.#socket = socket
    this.closed = new Promise((resolve) => socket.once('close', resolve))
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('data', (bytes) => this.#read(bytes))
    this.closed.then(() => this.#fail(new Error('the broker closed the connection')))
  }

  /** Connects and signs in; fails with the broker's reason. */
  static async connect({ host, port }, { username, token, clientId = `e2e-${process.pid}-${Math.random().toString(36).slice(2)}`, keepAlive = 60 }) {
    const socket = open(port, host)
    await before(5_000, once(socket, 'connect'), 'the broker')
    const publisher = new Publisher(socket)
    const flags = 0x02 | (username === undefined ? 0 : 0x80) | (token === undefined ? 0 : 0x40)
    const parts = [text('MQTT'), Buffer.from([4, flags, keepAlive >> 8, keepAlive & 0xff]), text(clientId)]
    if (username !== undefined) parts.push(text(username))
    if (token !== undefined) parts.push(text(token))
    const answer = new Promise((resolve, reject) => (publisher.#connected = { resolve, reject }))
    publisher.raw(packet(0x10, ...parts))
    const code = await before(5_000, answer, 'CONNACK')
    if (code !== 0) throw Object.assign(new Error(`refused: ${REFUSALS[code] ?? code}`), { code })
    return publisher
  }

  /** Publishes with QoS 1; resolves when the broker has acknowledged. */
  publish(topic, payload) {
    const id = this.#next
    this.#next = id === 0xffff ? 1 : id + 1
    const body = Buffer.isBuffer(payload) ? payload : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload), 'utf8')
    const acknowledged = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    this.raw(packet(0x32, text(topic), Buffer.from([id >> 8, id & 0xff]), body))
    return acknowledged
  }

  /** Listens to a topic; resolves with the broker's answer: 0 to 2 is yes. */
  subscribe(topic) {
    const id = this.#next++
    const answered = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    this.raw(packet(0x82, Buffer.from([id >> 8, id & 0xff]), text(topic), Buffer.from([0])))
    return answered
  }

  /** Observations of a device, on the topic of the contract. */
  observe(device, observations) {
    return this.publish(`fengsui/v1/${device}/observations`, { observations })
  }

  /** Any bytes. */
  raw(bytes) {
    this.#socket.write(bytes)
  }

  /** Hangs up. */
  async close() {
    this.raw(packet(0xe0))
    this.#socket.end()
    await this.closed
  }

  /** Hangs up without a word, as when a line breaks. */
  break() {
    this.#socket.destroy()
  }

  #read(bytes) {
    this.#buffer = Buffer.concat([this.#buffer, bytes])
    for (let found; (found = first(this.#buffer)); ) {
      this.#buffer = this.#buffer.subarray(found.size)
      if (found.type === 2) this.#connected?.resolve(found.content[1])
      if (found.type === 3) {
        const end = 2 + found.content.readUInt16BE(0)
        this.told.push({ topic: found.content.toString('utf8', 2, end), payload: found.content.toString('utf8', end) })
      }
      if (found.type === 4 || found.type === 9) {
        const id = found.content.readUInt16BE(0)
        this.#waiting.get(id)?.resolve(found.content[2])
        this.#waiting.delete(id)
      }
    }
  }

  #fail(error) {
    this.#connected?.reject(error)
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

/** The first whole packet in a buffer, if there is one. */
export function first(buffer) {
  let length = 0
  for (let at = 1; at < 5 && at < buffer.length; at += 1) {
    length |= (buffer[at] & 0x7f) << (7 * (at - 1))
    if (buffer[at] & 0x80) continue
    const size = at + 1 + length
    return buffer.length < size ? undefined : { type: buffer[0] >> 4, size, content: buffer.subarray(at + 1, size) }
  }
  return undefined
}
