// Another system's web hook: keeps what is posted to it.

import { createServer } from 'node:http'

/** Starts one on a free port. `failures`: how many posts it answers with 503 before it takes any. */
export async function startWebhookSink({ failures = 0 } = {}) {
  const sink = { posts: [], refusals: 0, failures }
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    if (sink.failures > 0) {
      sink.failures -= 1
      sink.refusals += 1
      return response.writeHead(503).end()
    }
    const body = Buffer.concat(chunks).toString('utf8')
    sink.posts.push({ path: request.url, headers: request.headers, body, json: tryJson(body) })
    return response.writeHead(204).end()
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  sink.url = `http://127.0.0.1:${server.address().port}/hook`
  sink.close = () => new Promise((resolve) => server.close(resolve).closeAllConnections())
  return sink
}

function tryJson(body) {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
