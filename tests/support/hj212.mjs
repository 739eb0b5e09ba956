// Frames of HJ 212-2017 and a data logger that sends them.

import { once } from 'node:events'
import { connect as open } from 'node:net'
import { before } from './waiting.mjs'

/** The CRC of the standard: the register is shifted before the byte comes in (not CRC-16/MODBUS). */
export function crc(segment) {
  let register = 0xffff
  for (const byte of Buffer.from(segment, 'utf8')) {
    register = (register >> 8) ^ byte
    for (let bit = 0; bit < 8; bit += 1) register = register & 1 ? (register >> 1) ^ 0xa001 : register >> 1
  }
  return register.toString(16).toUpperCase().padStart(4, '0')
}

/** `##`, length, data segment, CRC, CR LF. */
export function frame(segment) {
  const length = Buffer.byteLength(segment, 'utf8')
  return `##${String(length).padStart(4, '0')}${segment}${crc(segment)}\r\n`
}

/** Field equipment writes the local time of China, without a zone. */
export function localTime(at, milliseconds = false) {
  const digits = new Date(at.getTime() + 8 * 3_600_000).toISOString().replace(/[-:T]/g, '')
  return milliseconds ? digits.slice(0, 14) + digits.slice(15, 18) : digits.slice(0, 14)
}

/** A real-time upload (CN 2011) of `{ factor: value }`; Flag 5 asks for an acknowledgement. */
export function segment({ mn, values, at = new Date(), sent = at }) {
  const factors = Object.entries(values).map(([code, value]) => `${code}-Rtd=${value},${code}-Flag=N`)
  const content = [`DataTime=${localTime(at)}`, ...factors].join(';')
  return `QN=${localTime(sent, true)};ST=31;CN=2011;PW=123456;MN=${mn};Flag=5;CP=&&${content}&&`
}

/** A connection to the platform's HJ 212 door. */
export class Logger {
  #socket
  #answers = []
  #waiting = []
  #text = ''

  static async connect({ host, port }) {
    const logger = new Logger()
    logger.#socket = open(port, host)
    await before(5_000, once(logger.#socket, 'connect'), 'the HJ 212 door')
    logger.closed = new Promise((resolve) => logger.#socket.once('close', resolve))
    logger.#socket.on('error', () => {})
    logger.#socket.setNoDelay(true)
    logger.#socket.setEncoding('utf8')
    logger.#socket.on('data', (chunk) => logger.#read(chunk))
    return logger
  }

  #read(chunk) {
    this.#text += chunk
    for (let end; (end = this.#text.indexOf('\r\n')) >= 0; ) {
      const line = this.#text.slice(0, end)
      this.#text = this.#text.slice(end + 2)
      const waiting = this.#waiting.shift()
      if (waiting) waiting(line)
      else this.#answers.push(line)
    }
  }

  /** Sends any bytes. */
  raw(bytes) {
    this.#socket.write(bytes)
  }

  /** The next answer. */
  answer(within = 5_000) {
    if (this.#answers.length) return Promise.resolve(this.#answers.shift())
    return before(within, new Promise((resolve) => this.#waiting.push(resolve)), 'an answer on the HJ 212 line')
  }

  /** Sends a data segment and waits for the answer. */
  send(data) {
    this.raw(frame(data))
    return this.answer()
  }

  close() {
    this.#socket.destroy()
  }
}
