import { describe, expect, it } from 'vitest'
import { connectionProblem, parseProblem } from '@/api/problem'
import { buildQuery } from '@/api/request'

describe('problems', () => {
  it('carry code, clause and fields', () => {
    const problem = parseProblem(422, {
      type: 'urn:fengsui:problem:invalid', title: 'Unprocessable', status: 422, detail: 'Correct the fields.', code: 'invalid',
      errors: [{ field: 'attributes.phone', code: 'format', message: 'Not a phone number.', params: {} }],
    })
    expect(problem.code).toBe('invalid')
    expect(problem.field('attributes.phone')).toBe('Not a phone number.')
    expect(problem.field('name')).toBeUndefined()
  })
  it('keep both versions of a stale write', () => {
    const problem = parseProblem(409, { code: 'stale', current: { version: 4 }, submitted: { version: 3 } })
    expect(problem.current).toEqual({ version: 4 })
    expect(problem.submitted).toEqual({ version: 3 })
  })
  it('take the code from the type when it stands only there', () => {
    expect(parseProblem(409, { type: 'urn:fengsui:problem:children_open', clause: 'x' }).code).toBe('children_open')
  })
  it('survive whatever a gateway answers', () => {
    expect(parseProblem(500, '<html>').code).toBe('http_500')
    expect(parseProblem(500, null).errors).toEqual([])
    expect(parseProblem(422, { errors: 'no list' }).errors).toEqual([])
    expect(parseProblem(429, {}, '30').retryAfterSeconds).toBe(30)
    expect(parseProblem(429, {}, 'soon').retryAfterSeconds).toBeNull()
  })
  it('know a lost line', () => {
    expect(connectionProblem().offline).toBe(true)
  })
})

describe('queries', () => {
  it('leave out what is empty and repeat lists', () => {
    expect(buildQuery({ q: '', division: null, limit: 50, filter: ['a:eq:1', 'b:like:x y'] })).toBe('?limit=50&filter=a%3Aeq%3A1&filter=b%3Alike%3Ax+y')
    expect(buildQuery({})).toBe('')
  })
})
