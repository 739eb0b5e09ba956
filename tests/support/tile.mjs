// Reads a vector tile far enough to know its layers and how many features each has.

import { gunzipSync } from 'node:zlib'

/** `[{ name, features }]`. */
export function layers(bytes) {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
  return fields(plain).filter(({ number }) => number === 3).map(({ content }) => {
    const inner = fields(content)
    const name = inner.find(({ number }) => number === 1)?.content.toString('utf8')
    return { name, features: inner.filter(({ number }) => number === 2).length }
  })
}

function fields(bytes) {
  const found = []
  let at = 0
  const number = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at]
      at += 1
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  while (at < bytes.length) {
    const tag = number()
    const kind = tag & 7
    if (kind === 0) number()
    else if (kind === 2) {
      const length = number()
      found.push({ number: tag >> 3, content: bytes.subarray(at, at + length) })
      at += length
    } else at += kind === 1 ? 8 : 4
  }
  return found
}
