/** A request whose answer was lost is sent again under the same key, so that nothing is opened twice. */

const open = new Map<string, string>()

function key(): string {
  // Not `randomUUID`: that one is missing where the platform is reached over plain HTTP.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Sends what is asked for under a key that stays the same until an answer came, whatever it said. */
export async function once<T>(asked: unknown, send: (request: string) => Promise<T>, isLost: (problem: unknown) => boolean): Promise<T> {
  const text = JSON.stringify(asked)
  const request = open.get(text) ?? key()
  open.set(text, request)
  try {
    const answer = await send(request)
    open.delete(text)
    return answer
  } catch (problem) {
    if (!isLost(problem)) open.delete(text)
    throw problem
  }
}
