/** Whether the server has another version of the console than this page: said, never forced upon an open form. */
import { ref, watch } from 'vue'
import { generation } from '@/live/stream'
import { router } from '@/router'

export const newer = ref(false)
const EVERY_MS = 3_600_000

/** The script that only one version's first page names. */
export function entryOf(page: string): string | null {
  return /<script[^>]+src="(\/assets\/[\w.-]+\.js)"/.exec(page)?.[1] ?? null
}

async function check(): Promise<void> {
  const mine = entryOf(document.head.innerHTML + document.body.innerHTML)
  try {
    const answer = await fetch('/index.html', { cache: 'no-cache' })
    const theirs = answer.ok ? entryOf(await answer.text()) : null
    if (!mine || !theirs || mine === theirs) return
  } catch {
    return
  }
  newer.value = true
  void navigator.serviceWorker?.getRegistration().then((registration) => registration?.update().catch(() => undefined))
  // Nobody stands at a wall, and nobody types there.
  if (router.currentRoute.value.name === 'wall') window.location.reload()
}

/** A server that comes back may be a new one; a part of the page that is not there any more was replaced. */
export function watchVersion(): void {
  if (!import.meta.env.PROD) return
  watch(generation, () => void check())
  window.setInterval(() => void check(), EVERY_MS)
  window.addEventListener('vite:preloadError', () => void check())
}
