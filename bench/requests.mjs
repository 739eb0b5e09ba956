// Requests measured as a browser waits for them: over a connection that stays open, until the last byte.

import { Agent, request } from 'node:http'

/** A caller with one connection. */
export function caller(url, token) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const headers = { authorization: `Bearer ${token}`, 'accept-encoding': 'gzip' }
  return (path) =>
    new Promise((resolve, reject) => {
      const began = performance.now()
      const asked = request(`${url}${path}`, { agent, headers }, (response) => {
        const chunks = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.once('end', () => resolve({ status: response.statusCode, milliseconds: performance.now() - began, body: Buffer.concat(chunks), encoding: response.headers['content-encoding'] }))
      })
      asked.once('error', reject)
      asked.end()
    })
}

/** Asks for each path in turn, `times` over, with some callers at once; gives the milliseconds. */
export async function measure(url, token, paths, { times = 1, callers = 1 } = {}) {
  const all = Array.from({ length: times }, () => paths).flat()
  const samples = []
  let next = 0
  const work = async () => {
    const ask = caller(url, token)
    while (next < all.length) {
      const path = all[next]
      next += 1
      const answer = await ask(path)
      if (answer.status !== 200) throw new Error(`${path} → ${answer.status} ${answer.body.toString('utf8', 0, 300)}`)
      samples.push(answer.milliseconds)
    }
  }
  await Promise.all(Array.from({ length: callers }, work))
  return samples
}
