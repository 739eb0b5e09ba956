// A Modbus TCP device: answers reads of holding registers out of a map, or refuses them.

import { createServer } from 'node:net'

export class ModbusSlave {
  /** Registers by address; what is not there is refused with exception 2. */
  constructor(registers) {
    this.registers = new Map(Object.entries(registers).map(([address, value]) => [Number(address), value]))
    this.sockets = new Set()
  }

  static async start(registers) {
    const slave = new ModbusSlave(registers)
    slave.server = createServer((socket) => slave.#serve(socket))
    await new Promise((resolve) => slave.server.listen(0, '127.0.0.1', resolve))
    slave.address = `127.0.0.1:${slave.server.address().port}`
    return slave
  }

  #serve(socket) {
    this.sockets.add(socket)
    let input = Buffer.alloc(0)
    socket.on('error', () => {}).on('close', () => this.sockets.delete(socket)).on('data', (bytes) => {
      input = Buffer.concat([input, bytes])
      while (input.length >= 12) {
        socket.write(this.#answer(input.subarray(0, 12)))
        input = input.subarray(12)
      }
    })
  }

  #answer(request) {
    const [start, count] = [request.readUInt16BE(8), request.readUInt16BE(10)]
    const values = Array.from({ length: count }, (_, more) => this.registers.get(start + more))
    const body = values.includes(undefined) ? Buffer.from([request[7] | 0x80, 2]) : Buffer.from([request[7], count * 2, ...values.flatMap((value) => [value >> 8, value & 255])])
    const head = Buffer.from(request.subarray(0, 7))
    head.writeUInt16BE(body.length + 1, 4)
    return Buffer.concat([head, body])
  }

  /** The line is cut. */
  cut() {
    for (const socket of this.sockets) socket.destroy()
  }

  stop() {
    this.cut()
    this.server.close()
  }
}
