/** What the worker does with a request; pure. */

/** What the build wrote down about this version of the console. */
export interface Files {
  /** Of all that is in it: other files, other version. */
  version: string
  /** The script that only this version's first page names. */
  entry: string
  /** Without these there is no page: kept before the worker counts as installed. */
  shell: string[]
  /** Pages that are opened later: kept while nobody waits. */
  rest: string[]
}

export interface Asked {
  method: string
  mode: string
  url: string
}

const PREFIX = 'fengsui-'
/** Addresses of the server that are no page of the console. */
const DOORS = /^\/(?:api|cap|healthz|readyz|metrics)(?:\/|$)/

export function storeOf(version: string): string {
  return PREFIX + version
}

/** A page and the files of the console may come from here; an answer of the server never does. */
export function kindOf({ method, mode, url }: Asked, origin: string, files: Files): 'page' | 'file' | 'other' {
  const address = new URL(url)
  if (method !== 'GET' || address.origin !== origin || DOORS.test(address.pathname)) return 'other'
  if (mode === 'navigate') return address.pathname.includes('.') ? 'other' : 'page'
  return hashed(address.pathname) || files.shell.includes(address.pathname) ? 'file' : 'other'
}

/** The content of these never changes under their name. */
export function hashed(path: string): boolean {
  return path.startsWith('/assets/')
}

/** Stores of older versions, oldest first in; the one before ours stays for pages that are still open. */
export function outdated(stores: string[], version: string): string[] {
  return stores.filter((name) => name.startsWith(PREFIX) && name !== storeOf(version)).slice(0, -1)
}

/** A gateway without its server answers these: for the person that is a lost line. */
export function unanswered(status: number): boolean {
  return status >= 502 && status <= 504
}
