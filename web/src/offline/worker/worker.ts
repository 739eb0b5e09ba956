/**
 * The service worker: the console opens without the line. It keeps files of the build and nothing else —
 * no answer of the server, nothing about anybody. The network comes first wherever there is one, so that
 * loading a page again always brings the server's own version.
 */
import { hashed, kindOf, outdated, storeOf, unanswered, type Files } from './rules'

declare const self: ServiceWorkerGlobalScope
/** Written in by the build. */
declare const CONSOLE_FILES: Files

const FILES = CONSOLE_FILES
const STORE = storeOf(FILES.version)
/** How long a weak line may think about the first page before the kept one is shown. */
const PATIENCE_MS = 4_000

async function keep(store: Cache, path: string): Promise<void> {
  if (await store.match(path)) return
  const known = hashed(path) ? await caches.match(path) : undefined
  const answer = known ?? (await fetch(path, { cache: hashed(path) ? 'default' : 'no-cache' }))
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  // Another version may have been put in place since this worker was fetched.
  if (path === '/' && !(await answer.clone().text()).includes(FILES.entry)) throw new Error('the first page is of another version')
  await store.put(path, answer)
}

async function install(): Promise<void> {
  const store = await caches.open(STORE)
  await Promise.all(FILES.shell.map((path) => keep(store, path)))
  // Open pages go on with the files of their own version: those stay kept.
  await self.skipWaiting()
}

async function activate(): Promise<void> {
  await Promise.all(outdated(await caches.keys(), FILES.version).map((name) => caches.delete(name)))
  await self.clients.claim()
}

/** One after the other: people come before what might be opened some day. */
async function fill(): Promise<void> {
  const store = await caches.open(STORE)
  for (const path of FILES.rest) await keep(store, path).catch(() => undefined)
}

async function page(request: Request): Promise<Response> {
  const asked = fetch(request).catch(() => undefined)
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE_MS))
  const answer = await Promise.race([asked, late])
  if (answer && !unanswered(answer.status)) return answer
  const kept = await (await caches.open(STORE)).match('/')
  return kept ?? (await asked) ?? Response.error()
}

async function file(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  const kept = hashed(pathname) ? await caches.match(pathname) : await (await caches.open(STORE)).match(pathname)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok && hashed(pathname)) await (await caches.open(STORE)).put(pathname, answer.clone())
  return answer
}

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => event.waitUntil(activate()))
self.addEventListener('message', (event) => {
  if (event.data === 'fill') event.waitUntil(fill())
})
self.addEventListener('fetch', (event) => {
  const kind = kindOf(event.request, self.location.origin, FILES)
  if (kind === 'page') event.respondWith(page(event.request))
  else if (kind === 'file') event.respondWith(file(event.request))
})
