// One-time codes as an authenticator program shows them (RFC 6238: SHA-1, 6 digits, 30 seconds).

import { createHmac } from 'node:crypto'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function base32(text) {
  const bits = [...text.replace(/=+$/, '').toUpperCase()].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))
}

/** The code of a secret at a time; `steps` later or earlier. */
export function code(secret, { at = Date.now(), steps = 0 } = {}) {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000) + steps))
  const digest = createHmac('sha1', base32(secret)).update(counter).digest()
  const from = digest.at(-1) & 0xf
  return String((digest.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
