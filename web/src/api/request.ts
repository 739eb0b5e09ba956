/** The one door to the server: headers, errors, sign-in again, the server's clock. */
import type { Paths } from './generated/paths.gen'
import { connectionProblem, parseProblem } from './problem'

export const BASE = '/api/v1'

interface Context {
  /** Null until the server has said who this is: nothing is changed before. */
  csrf: string | null
  post: string | null
  /** Login, to keep the drafts of people apart. */
  user: string | null
  locale: string
  /** Asks the person to sign in again over the open page; resolves to true when that worked. */
  reauthenticate: (() => Promise<boolean>) | null
  /** Milliseconds that the server's clock is ahead of ours. */
  clockOffset: number
}

export const context: Context = { csrf: null, post: null, user: null, locale: 'zh-CN', reauthenticate: null, clockOffset: 0 }

export type QueryValue = string | number | boolean | null | undefined
export type Query = { readonly [name: string]: QueryValue | QueryValue[] }

export type Method = keyof Paths
/** What the console reads besides the contract: the base map and the stream. */
type Extra = `/basemap/${string}` | '/stream'
export type ReadPath = Paths['GET'] | Extra

export interface RequestOptions {
  method?: Method
  query?: Query
  body?: unknown
  form?: FormData
  /** Reason of a change, kept in the version history. */
  why?: string
  /** Same key, same request: lets the phone outbox send again without doing it twice. */
  idempotencyKey?: string
  signal?: AbortSignal
  /** A 401 is an answer here, not an expired session. */
  anonymous?: boolean
}

export function buildQuery(query: Query | undefined): string {
  if (!query) return ''
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') params.append(name, String(one))
    }
  }
  const text = params.toString()
  return text ? `?${text}` : ''
}

function address(path: string, query?: Query): string {
  return `${BASE}${path}${buildQuery(query)}`
}

/** For links, pictures and tiles. */
export function url(path: ReadPath, query?: Query): string {
  return address(path, query)
}

function headersFor(options: RequestOptions, method: string): Headers {
  const headers = new Headers({ Accept: 'application/json', 'Accept-Language': context.locale })
  if (options.body !== undefined) headers.set('Content-Type', 'application/json')
  if (method !== 'GET' && context.csrf) headers.set('X-CSRF-Token', context.csrf)
  if (context.post) headers.set('X-Acting-Post', context.post)
  if (options.why) headers.set('X-Why', encodeURIComponent(options.why))
  if (options.idempotencyKey) headers.set('Idempotency-Key', options.idempotencyKey)
  return headers
}

function noteServerTime(answer: Response): void {
  const date = answer.headers.get('Date')
  if (!date) return
  const offset = Date.parse(date) - Date.now()
  // The header has whole seconds: smaller differences are noise.
  if (Number.isFinite(offset)) context.clockOffset = Math.abs(offset) > 2000 ? offset : 0
}

async function send(path: string, options: RequestOptions): Promise<Response> {
  const method = options.method ?? 'GET'
  try {
    return await fetch(address(path, options.query), {
      method,
      headers: headersFor(options, method),
      body: options.form ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
      credentials: 'same-origin',
      signal: options.signal,
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw connectionProblem(method !== 'GET' && !options.anonymous)
  }
}

async function readBody(answer: Response): Promise<unknown> {
  if (answer.status === 204) return undefined
  const type = answer.headers.get('Content-Type') ?? ''
  const text = await answer.text()
  if (!type.includes('json')) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** The address must be one that the contract has for the method. */
export function request<T>(path: Paths['GET'], options?: RequestOptions & { method?: 'GET' }): Promise<T>
export function request<T>(path: Paths['POST'], options: RequestOptions & { method: 'POST' }): Promise<T>
export function request<T>(path: Paths['PUT'], options: RequestOptions & { method: 'PUT' }): Promise<T>
export function request<T>(path: Paths['PATCH'], options: RequestOptions & { method: 'PATCH' }): Promise<T>
export function request<T>(path: Paths['DELETE'], options: RequestOptions & { method: 'DELETE' }): Promise<T>
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const changing = (options.method ?? 'GET') !== 'GET' && !options.anonymous
  if (changing && !context.csrf) throw connectionProblem()
  let answer = await send(path, options)
  if (answer.status === 401 && !options.anonymous && context.reauthenticate && (await context.reauthenticate())) {
    answer = await send(path, options)
  }
  noteServerTime(answer)
  const body = await readBody(answer)
  if (!answer.ok) {
    // A gateway without its server answers 502-504: for the person that is a lost line.
    if (answer.status >= 502 && answer.status <= 504) throw connectionProblem(changing)
    throw parseProblem(answer.status, body, answer.headers.get('Retry-After'))
  }
  return body as T
}

/** Now, as the server sees it; count-downs run on this. */
export function serverNow(): number {
  return Date.now() + context.clockOffset
}
