/** Keys of the whole console. Only Ctrl+K and Ctrl+Enter work while somebody types, and none takes a key of the browser. */
import { onBeforeUnmount, onMounted } from 'vue'
import { useRouter } from 'vue-router'
import { useSession } from '@/session/store'
import { beginChord, endChord } from './chord'
import { BEGINNINGS, PLACES } from './keys'
import { readableNav } from './nav'
import { openPalette, openShortcuts, overlay } from './overlays'
import { actOnRow, covered, goToActions, pressMarked, send, step, stepList } from './walking'

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/** Before the field has it: to a list, Ctrl+Enter is Enter. */
function withControl(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || event.isComposing) return
  if (event.key.toLowerCase() === 'k') openPalette()
  else if (event.key !== 'Enter' || !send(event.target)) return
  event.preventDefault()
  event.stopPropagation()
}

export function useShortcuts(): void {
  const router = useRouter()
  const session = useSession()

  function go(key: string): void {
    const place = readableNav(session.can).flatMap((group) => group.items).find((item) => item.name === PLACES[key])
    if (place) void router.push(place.to)
  }
  function start(key: string): void {
    const beginning = BEGINNINGS[key]
    if (beginning && session.can('open', beginning.opens)) void router.push(beginning.to)
  }
  const KEYS: Record<string, () => void> = {
    '/': openPalette, '?': openShortcuts, j: () => step(1), k: () => step(-1), ']': () => stepList(1), '[': () => stepList(-1),
    x: actOnRow, e: goToActions, u: () => pressMarked('u'), g: beginChord, ...Object.fromEntries(Object.keys(BEGINNINGS).map((key) => [key, () => start(key)])),
  }
  function onKey(event: KeyboardEvent): void {
    if (event.isComposing || event.defaultPrevented) return
    if (event.ctrlKey || event.metaKey || event.altKey || overlay.value || typing(event.target) || covered()) return
    const key = event.key.toLowerCase()
    if (endChord()) {
      event.preventDefault()
      go(key)
      return
    }
    const run = KEYS[key]
    if (!run) return
    event.preventDefault()
    run()
  }
  onMounted(() => {
    window.addEventListener('keydown', withControl, true)
    window.addEventListener('keydown', onKey)
  })
  onBeforeUnmount(() => {
    window.removeEventListener('keydown', withControl, true)
    window.removeEventListener('keydown', onKey)
  })
}
