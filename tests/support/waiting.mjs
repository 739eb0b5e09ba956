// Waiting for something to become true, with a deadline instead of a guess.

import { setTimeout as pause } from 'node:timers/promises'

/** Asks again and again until the answer is truthy; says what was waited for when it never is. */
export async function until(question, { within = 10_000, every = 25, what = 'the condition' } = {}) {
  const deadline = Date.now() + within
  let last
  for (;;) {
    try {
      const answer = await question()
      if (answer) return answer
      last = undefined
    } catch (error) {
      last = error
    }
    if (Date.now() >= deadline) {
      throw new Error(`waited ${within} ms in vain for ${what}${last ? `: ${last.message}` : ''}`, { cause: last })
    }
    await pause(every)
  }
}

/** A promise that fails after a time. */
export function before(milliseconds, promise, what) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${milliseconds} ms in vain for ${what}`)), milliseconds)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
