/** RFC 9457 problems as a typed error. */

export interface FieldProblem {
  field: string
  code: string
  message: string
  params?: Record<string, unknown>
}

export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly errors: FieldProblem[]
  readonly clause: string | null
  readonly current: unknown
  readonly submitted: unknown
  readonly retryAfterSeconds: number | null

  constructor(init: Partial<Problem> & { status: number; code: string }) {
    super(init.detail || init.title || init.code)
    this.name = 'Problem'
    this.status = init.status
    this.code = init.code
    this.title = init.title ?? ''
    this.detail = init.detail ?? ''
    this.errors = init.errors ?? []
    this.clause = init.clause ?? null
    this.current = init.current
    this.submitted = init.submitted
    this.retryAfterSeconds = init.retryAfterSeconds ?? null
  }

  /** The message for one field, if the server named it. */
  field(name: string): string | undefined {
    return this.errors.find((error) => error.field === name)?.message
  }

  /** Nobody answered: worth trying again unchanged. */
  get offline(): boolean {
    return this.status === 0
  }
}

export function isProblem(value: unknown): value is Problem {
  return value instanceof Problem
}

export const NO_CONNECTION = 'no_connection'
/** The same for what changes something: whether it took effect is not known. */
export const NO_ANSWER = 'no_answer'

export function connectionProblem(changing = false): Problem {
  return new Problem({ status: 0, code: changing ? NO_ANSWER : NO_CONNECTION })
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function fieldProblems(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return []
  return value
    .filter((entry): entry is Record<string, unknown> => typeof entry === 'object' && entry !== null)
    .map((entry) => ({
      field: text(entry.field),
      code: text(entry.code),
      message: text(entry.message) || text(entry.code),
      params: (entry.params as Record<string, unknown>) ?? {},
    }))
}

/** Reads an error answer; whatever came back, the caller gets a Problem. */
export function parseProblem(status: number, body: unknown, retryAfter: string | null = null): Problem {
  const seconds = retryAfter === null ? Number.NaN : Number(retryAfter)
  const retryAfterSeconds = Number.isFinite(seconds) ? seconds : null
  if (typeof body !== 'object' || body === null) {
    return new Problem({ status, code: `http_${status}`, detail: '', retryAfterSeconds })
  }
  const fields = body as Record<string, unknown>
  const type = text(fields.type)
  const code = text(fields.code) || type.replace(/^urn:fengsui:problem:/, '') || `http_${status}`
  return new Problem({
    status,
    code,
    title: text(fields.title),
    detail: text(fields.detail),
    errors: fieldProblems(fields.errors),
    clause: text(fields.clause) || null,
    current: fields.current,
    submitted: fields.submitted,
    retryAfterSeconds,
  })
}
