// A person's session or a script's token: sends requests as they do, and remembers what went wrong inside.

import { until } from './waiting.mjs'

/** Every answer of 500 or above that any client got; suites end by asserting that there was none. */
export const serverErrors = []

/** An answer that was not the one asked for. */
export class Unexpected extends Error {
  constructor(method, path, answer) {
    super(`${method} ${path} → ${answer.status} ${JSON.stringify(answer.body)?.slice(0, 1200)}`)
    this.answer = answer
  }
}

/** One caller of the interface. */
export class Client {
  constructor(url, { language = 'zh-CN', token } = {}) {
    this.url = url
    this.language = language
    this.token = token
    this.cookie = undefined
    this.session = undefined
    this.post = undefined
  }

  /** Signs in as an account of the platform. */
  static async signIn(platform, user, options = {}) {
    const client = new Client(platform.url, options)
    client.user = user
    await client.signIn(user, options.password ?? platform.passwords.get(user))
    return client
  }

  async signIn(user, password, totp) {
    const json = { user, password, ...(totp && { totp }) }
    // Attempts per address are limited; suites sign in more people at once than any office.
    const answer = await until(async () => {
      const tried = await this.send('POST', '/session', { json })
      return tried.status !== 429 && tried
    }, { within: 60_000, every: 250, what: `the sign-in of ${user}` })
    if (answer.status >= 300) throw new Unexpected('POST', '/session', answer)
    this.session = answer.body
    return answer.body
  }

  /** Any request, any answer. Paths that begin with one slash are below /api/v1, with two: as they stand. */
  async send(method, path, { json, body, headers = {}, why, language = this.language, csrf = true, signal } = {}) {
    const all = { 'accept-language': language, ...headers }
    if (json !== undefined) {
      all['content-type'] ??= 'application/json'
      body = JSON.stringify(json)
    }
    if (this.token) all.authorization = `Bearer ${this.token}`
    if (this.cookie) all.cookie = this.cookie
    if (csrf && this.session?.csrf_token && method !== 'GET') all['x-csrf-token'] = this.session.csrf_token
    if (this.post) all['x-acting-post'] = this.post
    if (why) all['x-why'] = encodeURIComponent(why)
    const address = path.startsWith('//') ? this.url + path.slice(1) : `${this.url}/api/v1${path}`
    const response = await fetch(address, { method, headers: all, body, signal, redirect: 'manual' })
    const answer = await read(response)
    this.#keepCookie(response)
    // 503 is an honest answer while the platform starts or stops; everything else is a fault of ours.
    if (answer.status >= 500 && answer.status !== 503) serverErrors.push({ method, path, status: answer.status, body: answer.body })
    return answer
  }

  #keepCookie(response) {
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(';')
      if (!pair.startsWith('fengsui_session=')) continue
      this.setCookie = line
      this.cookie = pair.endsWith('=') ? undefined : pair
    }
  }

  /** A request that must succeed; gives the body. */
  async call(method, path, json, options = {}) {
    const answer = await this.send(method, path, { json, ...options })
    if (answer.status < 200 || answer.status >= 300) throw new Unexpected(method, path, answer)
    return answer.body
  }

  get(path, options) {
    return this.call('GET', path, undefined, options)
  }

  /** A request that must be refused with this status (and code); gives the problem document. */
  async refused(method, path, json, status, code, options = {}) {
    const answer = await this.send(method, path, { json, ...options })
    const codes = [answer.body?.code, ...(answer.body?.errors ?? []).map((error) => error.code)]
    if (answer.status !== status || (code && !codes.includes(code))) {
      throw new Error(`expected ${status} ${code ?? ''}: ${new Unexpected(method, path, answer).message}`)
    }
    return answer.body
  }

  /** Uploads a file as a browser does. */
  async upload(path, name, type, bytes, options = {}) {
    const form = new FormData()
    form.append('file', new Blob([bytes], { type }), name)
    return this.send('POST', path, { body: form, ...options })
  }

  /** Every item of a list, page by page. */
  async all(path, most = 100_000) {
    const items = []
    for (let cursor; ; ) {
      const join = path.includes('?') ? '&' : '?'
      const page = await this.get(`${path}${join}limit=500${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)
      items.push(...page.items)
      cursor = page.next
      if (!cursor || items.length >= most) return items
    }
  }

  /** The record of a kind with this code. */
  async record(kind, code) {
    const page = await this.get(`/records/${kind}?q=${encodeURIComponent(code)}&limit=50`)
    const found = page.items.find((record) => record.code === code)
    if (!found) throw new Error(`there is no ${kind} ${code} among ${page.items.map((record) => record.code)}`)
    return found
  }
}

async function read(response) {
  const type = response.headers.get('content-type') ?? ''
  const bytes = Buffer.from(await response.arrayBuffer())
  let body = bytes
  if (/json/.test(type) && !/jsonl|ndjson/.test(type)) body = bytes.length ? JSON.parse(bytes.toString('utf8')) : null
  else if (/^text\/|xml|jsonl|ndjson/.test(type)) body = bytes.toString('utf8')
  return { status: response.status, headers: response.headers, type, bytes, body }
}
