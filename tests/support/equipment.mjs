// Field equipment on a line: `fengsui encode` writes what it sends, `fengsui decode` reads what it hears, asked or unasked.

import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect as open } from 'node:net'
import { BINARY } from './platform.mjs'
import { before, until } from './waiting.mjs'

/** Objects in, frame out; frame in, objects out. */
function fengsui(args, input) {
  const done = spawnSync(BINARY, args, { input })
  if (done.status !== 0) throw new Error(done.stderr.toString())
  return done.stdout
}
export const encode = (protocol, description) => fengsui(['encode', protocol, '-'], JSON.stringify(description))
export const decode = (protocol, bytes) => fengsui(['decode', protocol, '-'], bytes).toString().trim().split('\n').filter(Boolean).map((line) => JSON.parse(line))

/** A device on a line of its own. */
export class Equipment {
  #heard = Buffer.alloc(0)
  #read = { length: 0, frames: [] }

  constructor(platform, protocol) {
    this.protocol = protocol
    const { host, port } = platform[protocol]
    this.socket = open(port, host).on('data', (bytes) => (this.#heard = Buffer.concat([this.#heard, bytes]))).on('error', () => {})
  }

  /** Everything heard so far. */
  frames() {
    if (this.#heard.length !== this.#read.length) this.#read = { length: this.#heard.length, frames: decode(this.protocol, this.#heard) }
    return this.#read.frames.filter((frame) => !frame.error)
  }

  says(description) {
    this.socket.write(encode(this.protocol, description))
  }

  writes(bytes) {
    this.socket.write(bytes)
  }

  /** The first frame heard that is meant. */
  hears(meant, what) {
    return until(() => this.frames().find(meant), { what: `${what} on the line of ${this.protocol}`, within: 15_000, every: 100 })
  }

  async hangsUp() {
    this.socket.end()
    await before(5_000, once(this.socket, 'close'), 'the line to end')
  }
}
