// Services of base maps as bureaus run them: XYZ, WMTS, Tianditu with its key, one PMTiles archive. Each answers in a colour of its own.

import { createServer } from 'node:http'
import { PNG } from 'pngjs'

/** What each service paints. */
export const COLORS = { xyz: [196, 64, 64], wmts: [64, 160, 64], vec: [64, 64, 196], cva: [0, 0, 0, 0], pmtiles: [196, 160, 32] }
export const KEYS = { xyz: 'geheim-1', vec: 'geheim-tk' }
/** The zoom to which the archive goes. */
const DEEPEST = 14

/** A tile of one colour, as PNG. */
function square([red, green, blue, alpha = 255]) {
  const png = new PNG({ width: 256, height: 256 })
  for (let at = 0; at < png.data.length; at += 4) png.data.set([red, green, blue, alpha], at)
  return PNG.sync.write(png)
}

function varint(value) {
  const bytes = []
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80)
  return Buffer.from([...bytes, value])
}

/** An archive after version 3 of the PMTiles specification: the same tile for every place, not compressed. */
export function archive(tile) {
  const tiles = Array.from({ length: DEEPEST + 1 }, (_, zoom) => 4 ** zoom).reduce((sum, count) => sum + count, 0)
  const directory = Buffer.concat([varint(1), varint(0), varint(tiles), varint(tile.length), varint(1)])
  const metadata = Buffer.from('{}')
  const header = Buffer.alloc(127)
  header.write('PMTiles')
  header.writeUInt8(3, 7)
  const afterHeader = [127, directory.length, 127 + directory.length, metadata.length, 0, 0, 127 + directory.length + metadata.length, tile.length, tiles, 1, 1]
  afterHeader.forEach((number, index) => header.writeBigUInt64LE(BigInt(number), 8 + index * 8))
  // Clustered, neither directory nor tiles compressed, PNG, and the zooms.
  header.set([1, 1, 1, 2, 0, DEEPEST], 96)
  ;[-180, -85, 180, 85].forEach((degrees, index) => header.writeInt32LE(degrees * 1e7, 102 + index * 4))
  return Buffer.concat([header, directory, metadata, tile])
}

/** What is wrong with a question to a WMTS, as key-value pairs; nothing if it is right. */
function wrong(query, expected) {
  const common = { SERVICE: 'WMTS', REQUEST: 'GetTile', VERSION: '1.0.0', STYLE: 'default' }
  const missing = Object.entries({ ...common, ...expected }).filter(([name, value]) => query.get(name) !== value).map(([name]) => name)
  return [...missing, ...['TILEMATRIX', 'TILEROW', 'TILECOL'].filter((name) => !/^\d+$/.test(query.get(name) ?? ''))]
}

/** The services, on one port. `asked` counts by service, `refused` says why; `off` holds those that are switched off. */
export class BaseService {
  static async start() {
    const service = new BaseService()
    service.server = createServer((request, response) => service.answer(request, response))
    await new Promise((resolve) => service.server.listen(0, '127.0.0.1', resolve))
    service.url = `http://127.0.0.1:${service.server.address().port}`
    service.asked = {}
    service.refused = []
    service.off = new Set()
    service.archive = archive(square(COLORS.pmtiles))
    return service
  }

  /** The service that an address belongs to, and what is wrong with the question. */
  route({ pathname, searchParams: query }) {
    if (/^\/xyz\/\d+\/\d+\/\d+\.png$/.test(pathname)) return ['xyz', query.get('k') === KEYS.xyz ? [] : ['k']]
    if (pathname === '/wmts') return ['wmts', wrong(query, { LAYER: 'province', TILEMATRIXSET: 'GoogleMapsCompatible', FORMAT: 'image/png' })]
    const layer = /^\/(vec|cva)_w\/wmts$/.exec(pathname)?.[1]
    // A WMTS of a bureau asks for pictures by their type, Tianditu itself says "tiles".
    if (layer) return [layer, wrong(query, { LAYER: layer, TILEMATRIXSET: 'w', tk: KEYS.vec, FORMAT: query.get('FORMAT') === 'tiles' ? 'tiles' : 'image/png' })]
    if (pathname === '/archive.pmtiles') return ['pmtiles', []]
    return [null, ['address']]
  }

  answer(request, response) {
    const { status, headers, body } = this.reply(new URL(request.url, this.url), request.headers.range)
    response.writeHead(status, { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'etag, content-range', ...headers }).end(body)
  }

  reply(address, range) {
    const [name, problems] = this.route(address)
    this.asked[name] = (this.asked[name] ?? 0) + 1
    if (problems.length) this.refused.push(`${address.pathname}${address.search}: ${problems}`)
    if (name === null) return { status: 404 }
    if (problems.length) return { status: 403 }
    if (this.off.has(name)) return { status: 503 }
    if (name === 'pmtiles') return this.part(range)
    return { status: 200, headers: { 'content-type': 'image/png' }, body: square(COLORS[name]) }
  }

  part(range) {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? []
    if (from === undefined) return { status: 416 }
    const body = this.archive.subarray(Number(from), Number(to) + 1)
    return { status: 206, headers: { etag: '"1"', 'content-range': `bytes ${from}-${Number(from) + body.length - 1}/${this.archive.length}` }, body }
  }

  close() {
    this.server.closeAllConnections()
    this.server.close()
  }
}
