/** What lies over the page: the palette, the overview of keys. One at a time. */
import { ref } from 'vue'

export const overlay = ref<'palette' | 'shortcuts' | null>(null)

export function openPalette(): void {
  overlay.value = 'palette'
}
export function openShortcuts(): void {
  overlay.value = 'shortcuts'
}
export function closeOverlay(): void {
  overlay.value = null
}
