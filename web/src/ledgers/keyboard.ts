/** Keys of a list: they work while nothing is being typed and nothing lies over the list. */
import { onBeforeUnmount, onMounted } from 'vue'
import { inChord } from '@/shell/chord'

export function useKeys(actions: Record<string, () => void>): void {
  function press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || inChord()) return
    const target = event.target as HTMLElement
    if (target.closest('input:not([type=checkbox]), textarea, select, [contenteditable], [role=separator], [role=application], [role=combobox]')) return
    if (document.querySelector('.el-overlay:not([style*="display: none"]) .el-dialog, .el-overlay:not([style*="display: none"]) .el-drawer')) return
    // A button under the keyboard does what buttons do.
    if (event.key === 'Enter' && target.closest('a, button')) return
    const action = actions[event.key]
    if (!action) return
    event.preventDefault()
    event.stopPropagation()
    action()
  }
  onMounted(() => document.addEventListener('keydown', press, true))
  onBeforeUnmount(() => document.removeEventListener('keydown', press, true))
}
