/** Which tiles are out of date. A first change is drawn soon; while changes pour in, tiles are asked for anew now and then. */
import { onUnmounted, ref, type Ref } from 'vue'
import { onLive } from '@/live/stream'

const SOON_MS = 400
const POURING_MS = 5_000

/** By kind: a number that grows when the tiles of the kind have to be asked for anew. */
export function useTileStamps(shown: () => string[]): Ref<Record<string, number>> {
  const stamps = ref<Record<string, number>>({})
  const dirty = new Set<string>()
  let timer = 0
  let last = 0
  const refresh = () => {
    timer = 0
    last = Date.now()
    stamps.value = { ...stamps.value, ...Object.fromEntries([...dirty].map((kind) => [kind, last])) }
    dirty.clear()
  }
  const off = onLive((name, data) => {
    if (name !== 'record_changed' || !shown().includes(String(data.kind))) return
    dirty.add(String(data.kind))
    timer ||= window.setTimeout(refresh, Math.max(SOON_MS, last + POURING_MS - Date.now()))
  })
  onUnmounted(() => {
    off()
    window.clearTimeout(timer)
  })
  return stamps
}
