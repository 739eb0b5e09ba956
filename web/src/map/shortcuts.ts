import { inChord } from '@/shell/chord'

/** Single letters act on the map, unless somebody is writing or a dialogue is open. */
export function anchorKeys(actions: Record<string, (event: KeyboardEvent) => void>): (event: KeyboardEvent) => void {
  return (event) => {
    const target = event.target as HTMLElement | null
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing || inChord()) return
    const writing = target?.closest('input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable=true], [role=combobox]')
    // Dialogues that were closed stay in the document.
    const dialogue = [...document.querySelectorAll('[aria-modal=true]')].some((one) => one.getClientRects().length > 0)
    if (dialogue || (writing && event.key !== 'Escape')) return
    // A button takes these keys for itself.
    if ((event.key === 'Enter' || event.key === ' ') && target?.closest('button, a, label, input')) return
    actions[event.key.length === 1 ? event.key.toLowerCase() : event.key]?.(event)
  }
}
