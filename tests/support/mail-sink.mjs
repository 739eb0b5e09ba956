// A mail server that keeps what it is given.

import { createServer } from 'node:net'

/** Starts one on a free port. `failures`: how many deliveries it turns away before it takes any; `deaf`: all, naming the address as mail servers do. */
export async function startMailSink({ failures = 0, deaf = false } = {}) {
  const sink = { messages: [], refusals: 0, failures, deaf }
  const server = createServer((socket) => converse(socket, sink))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  sink.port = server.address().port
  sink.close = () => new Promise((resolve) => server.close(resolve))
  return sink
}

function converse(socket, sink) {
  let buffer = ''
  let letter = null
  let mail = { to: [] }
  const say = (line) => socket.write(`${line}\r\n`)
  const command = (line) => {
    const verb = line.slice(0, 4).toUpperCase()
    if (verb === 'EHLO') return say('250-sink\r\n250 8BITMIME')
    if (verb === 'MAIL') {
      if (sink.failures > 0) {
        sink.failures -= 1
        sink.refusals += 1
        return say('451 try again later')
      }
      mail = { from: address(line), to: [] }
      return say('250 ok')
    }
    if (verb === 'RCPT' && sink.deaf) {
      sink.refusals += 1
      return say(`451 4.2.0 <${address(line)}> mailbox busy, try again later`)
    }
    if (verb === 'RCPT') mail.to.push(address(line))
    if (verb === 'DATA') {
      letter = []
      return say('354 go on')
    }
    if (verb === 'QUIT') {
      say('221 bye')
      return socket.end()
    }
    return say('250 ok')
  }
  const take = (line) => {
    if (!letter) return command(line)
    if (line !== '.') return letter.push(line.startsWith('..') ? line.slice(1) : line)
    sink.messages.push({ ...mail, ...parse(letter.join('\r\n')) })
    letter = null
    return say('250 kept')
  }
  socket.setEncoding('utf8')
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    buffer += chunk
    for (let end; (end = buffer.indexOf('\r\n')) >= 0; ) {
      const line = buffer.slice(0, end)
      buffer = buffer.slice(end + 2)
      take(line)
    }
  })
  say('220 sink')
}

const address = (line) => /<([^>]*)>/.exec(line)?.[1] ?? line

/** Headers, subject and text of a letter, decoded. */
export function parse(raw) {
  const split = raw.indexOf('\r\n\r\n')
  const head = split < 0 ? raw : raw.slice(0, split)
  const headers = {}
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':')
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  const body = split < 0 ? '' : raw.slice(split + 4)
  return { raw, headers, subject: words(headers.subject ?? ''), text: text(headers, body) }
}

function text(headers, body) {
  const boundary = /boundary="?([^";]+)/.exec(headers['content-type'] ?? '')?.[1]
  if (boundary) {
    const parts = body.split(`--${boundary}`).slice(1, -1)
    return parts.map((part) => parse(part.replace(/^\r\n/, '')).text).join('\n')
  }
  const encoding = (headers['content-transfer-encoding'] ?? '').toLowerCase()
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  return encoding === 'quoted-printable' ? quoted(body) : body
}

/** RFC 2047 words; the blank between two of them does not count. */
function words(header) {
  const joined = header.replace(/\?=\s+=\?/g, '?==?')
  return joined.replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how, what) =>
    how.toLowerCase() === 'b' ? Buffer.from(what, 'base64').toString('utf8') : quoted(what.replace(/_/g, ' ')))
}

function quoted(what) {
  const bytes = what.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
