// ZIP files, written and read: enough for workbooks and for bombs.

import { constants, crc32, deflateRawSync, inflateRawSync } from 'node:zlib'

const DEFLATED = 8

/** A ZIP file of `[name, content]` pairs; content is a Buffer, a string, or what `inflated` made. */
export function zip(entries) {
  const files = []
  const directory = []
  let offset = 0
  for (const [name, content] of entries) {
    const entry = content.deflated ? content : plain(content)
    const label = Buffer.from(name, 'utf8')
    const facts = Buffer.alloc(26)
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE(0x0800, 2)
    facts.writeUInt16LE(DEFLATED, 4)
    facts.writeUInt32LE(0x00210000, 6)
    facts.writeUInt32LE(entry.crc, 10)
    facts.writeUInt32LE(entry.deflated.length, 14)
    facts.writeUInt32LE(Math.min(entry.size, 0xfffffffe), 18)
    facts.writeUInt16LE(label.length, 22)
    files.push(Buffer.from('PK\x03\x04', 'latin1'), facts, label, entry.deflated)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), facts, tail, label)
    offset += 30 + label.length + entry.deflated.length
  }
  const listing = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(listing.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...files, listing, Buffer.from('PK\x05\x06', 'latin1'), end])
}

function plain(content) {
  const bytes = Buffer.from(content)
  return { deflated: deflateRawSync(bytes), crc: crc32(bytes), size: bytes.length }
}

/**
 * A stream that grows to head + block × times + tail when it is unpacked, made without unpacking it:
 * a block that was flushed fully can simply be repeated.
 */
export function inflated(head, block, times, tail) {
  const flushed = (content) => deflateRawSync(Buffer.from(content), { finishFlush: constants.Z_FULL_FLUSH, level: 9 })
  const repeated = flushed(block)
  const deflated = Buffer.concat([flushed(head), ...Array.from({ length: times }, () => repeated), deflateRawSync(Buffer.from(tail))])
  return { deflated, crc: 0, size: head.length + block.length * times + tail.length }
}

/** The files of a ZIP, by name. */
export function unzip(bytes) {
  const files = new Map()
  let at = bytes.readUInt32LE(bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1')) + 16)
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const method = bytes.readUInt16LE(at + 10)
    const packed = bytes.readUInt32LE(at + 20)
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field))
    const local = bytes.readUInt32LE(at + 42)
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const content = bytes.subarray(from, from + packed)
    files.set(bytes.toString('utf8', at + 46, at + 46 + name), method === DEFLATED ? inflateRawSync(content) : content)
    at += 46 + name + extra + comment
  }
  return files
}
