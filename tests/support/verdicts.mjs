// Tables of hostile input: every row is tried, all that went wrong is told at once.

import assert from 'node:assert/strict'

/** Runs a check for every row and fails with the list of rows that did not hold. */
export async function everyRow(rows, check) {
  const wrong = []
  for (const row of rows) {
    try {
      await check(...row)
    } catch (error) {
      wrong.push(`${row[0]}: ${error.message.slice(0, 700)}`)
    }
  }
  assert.equal(wrong.length, 0, `${wrong.length} of ${rows.length} rows:\n  ${wrong.join('\n  ')}`)
}

/** The answer refuses as a problem document: a 4xx, a code, a text for people, and the field when one is at fault. */
export function isProblem(answer, { status, field, code } = {}) {
  const said = `${answer.status} ${JSON.stringify(answer.body)?.slice(0, 500)}`
  const allowed = [status ?? [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 431]].flat()
  assert.ok(allowed.includes(answer.status), `expected ${allowed}: ${said}`)
  assert.ok(answer.type.startsWith('application/problem+json'), `a problem document: ${answer.type} ${said}`)
  assert.equal(answer.body.status, answer.status, said)
  assert.ok(answer.body.detail?.length > 2 && answer.body.code, `a text and a code: ${said}`)
  assert.ok(!/\{\w+\}/.test(answer.body.detail), `no open place in the text: ${said}`)
  const fields = answer.body.errors ?? []
  for (const { code: key, message } of fields) assert.ok(message && message !== key && !/[：:]\s*$/.test(message), `a whole text for ${key}: ${said}`)
  assert.ok(!/[：:]\s*$/.test(answer.body.detail), `a whole text: ${said}`)
  if (field) assert.ok(fields.some((error) => error.field === field || error.field.endsWith(`.${field}`)), `names ${field}: ${said}`)
  if (code) assert.ok([answer.body.code, ...fields.map((error) => error.code)].includes(code), `says ${code}: ${said}`)
}

/** Text that breaks what is not careful: SQL, markup, control characters, other scripts, formulas. */
export const HOSTILE = [
  "'; DROP TABLE records; --", "' OR '1'='1", '" OR ""="', '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '{{7*7}}', '${7*7}',
  '%_\\', '../../etc/passwd', "=cmd|' /C calc'!A0", '\u202egnp.exe', '👩‍🚒🧯', 'ﷺ', 'İstanbul', '𠮷野家', "NULL", 'undefined', "a'b\"c`d",
]

/** Text that no ledger can hold; refused, never stored half. */
export const IMPOSSIBLE = ['a\u0000b', '\u0000', '\u0007bell', 'x'.repeat(100_000)]
