/** Keys of the whole console. None of them works while somebody types, and none takes a key of the browser. */
import { onBeforeUnmount, onMounted } from 'vue'
import { useRouter } from 'vue-router'
import { useSession } from '@/session/store'
import { readableNav } from './nav'
import { openPalette, openShortcuts, overlay } from './overlays'

/** `g` and then one of these. */
export const PLACES: Record<string, string> = { h: 'portal', a: 'alarms', i: 'inbox', m: 'map', w: 'warnings', e: 'incidents', l: 'ledgers', s: 'messages' }
const CHORD_MS = 1200

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/** Lists mark what is walked with `data-row`. */
function step(by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')]
  if (rows.length === 0) return
  const at = rows.findIndex((row) => row.contains(document.activeElement))
  rows[Math.min(rows.length - 1, Math.max(0, at === -1 ? 0 : at + by))]?.focus()
}

/** The one action of the row in focus. */
function act(): void {
  const row = document.activeElement?.closest('li, tr')
  row?.querySelector<HTMLElement>('[data-row-action]')?.click()
}

export function useShortcuts(): void {
  const router = useRouter()
  const session = useSession()
  let chordUntil = 0

  function onKey(event: KeyboardEvent): void {
    if (event.isComposing) return
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      openPalette()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || overlay.value || typing(event.target) || document.querySelector('dialog[open], .el-overlay-dialog')) return
    const key = event.key.toLowerCase()
    if (Date.now() < chordUntil) {
      chordUntil = 0
      const place = readableNav(session.can).flatMap((group) => group.items).find((item) => item.name === PLACES[key])
      if (place) void router.push(place.to)
      return
    }
    const keys: Record<string, () => void> = { '/': openPalette, '?': openShortcuts, j: () => step(1), k: () => step(-1), x: act, g: () => (chordUntil = Date.now() + CHORD_MS) }
    const run = keys[key]
    if (!run) return
    event.preventDefault()
    run()
  }
  onMounted(() => window.addEventListener('keydown', onKey))
  onBeforeUnmount(() => window.removeEventListener('keydown', onKey))
}
