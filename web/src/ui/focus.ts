/** Where the keyboard is, and where it goes when what it was on disappears. */
import { nextTick, onBeforeUnmount, onMounted, onUpdated, watch, type Ref, type WatchSource } from 'vue'

const REACHABLE = ['a[href]', 'button', 'input', 'textarea', 'select', '[tabindex="0"]'].map((one) => `${one}:not(:disabled, [tabindex="-1"], [aria-disabled="true"])`).join(', ')

export function isShown(element: Element): boolean {
  return element.getClientRects().length > 0
}
export function reachableIn(root: ParentNode): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(REACHABLE)].filter(isShown)
}
/** The way forward if there is one, else the first thing that can be done. */
export function focusAction(root: ParentNode): boolean {
  const all = reachableIn(root)
  const target = all.find((one) => one.matches('.el-button--primary, [data-primary]')) ?? all[0]
  target?.focus()
  return target !== undefined
}

/** A dialog opens where one starts to type; without a field, on the button that it is about. */
export function focusFirstField(): void {
  requestAnimationFrame(focusNewestDialog)
}
function focusNewestDialog(): void {
  const dialog = [...document.querySelectorAll('.el-dialog')].filter(isShown).at(-1)
  const form = dialog?.querySelector('form') ?? dialog?.querySelector('.el-dialog__body')
  if (!form || form.contains(document.activeElement)) return
  const field = reachableIn(form).find((one) => /^(INPUT|TEXTAREA|SELECT)$/.test(one.tagName) && !(one instanceof HTMLInputElement && one.type === 'radio' && !one.checked))
  if (field) field.focus()
  else focusAction(form)
}

/** A button that is done with disappears: the keyboard goes on from beside it, not from the top of the page. */
export function useKeptFocus(root: Readonly<Ref<HTMLElement | null>>): { regain: () => void } {
  let held = false
  function moved(event: Event): void {
    held = event.type === 'focusin' && root.value !== null && root.value.contains(event.target as Node)
  }
  onMounted(() => {
    document.addEventListener('focusin', moved)
    document.addEventListener('pointerdown', moved)
  })
  onBeforeUnmount(() => {
    document.removeEventListener('focusin', moved)
    document.removeEventListener('pointerdown', moved)
  })
  function rescue(): void {
    const now = document.activeElement
    if (root.value && (now === null || now === document.body)) focusAction(root.value)
  }
  onUpdated(() => {
    if (held) rescue()
  })
  /** After a dialog that was opened from here. */
  return { regain: () => requestAnimationFrame(rescue) }
}

/** A row that moves because its list is sorted anew is taken out and put in again: it keeps the keyboard all the same. */
export function useFocusAcrossMoves(rows: WatchSource): void {
  // Before the list is drawn anew, while the keyboard is still where it was.
  watch(rows, () => {
    const held = document.activeElement
    if (!(held instanceof HTMLElement) || held === document.body) return
    void nextTick(() => {
      if (held.isConnected && document.activeElement === document.body) held.focus({ preventScroll: true })
    })
  }, { flush: 'pre' })
}

/** To the first field of the form that has to be filled in and is empty; says whether there is one. */
export function focusFirstEmpty(within: Element | null): boolean {
  const form = within?.closest('form, .el-dialog')
  if (!form) return false
  const fields = reachableIn(form).filter((one): one is HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement => /^(INPUT|TEXTAREA|SELECT)$/.test(one.tagName))
  const marked = fields.filter((one) => one.required || one.getAttribute('aria-required') === 'true' || isMarked(form, one))
  // A select of Element Plus shows what is chosen beside its input.
  const empty = marked.find((one) => one.value === '' && !one.closest('.el-select')?.querySelector('.el-select__selected-item:not(.is-transparent, .el-select__input-wrapper)'))
  empty?.focus()
  return empty !== undefined
}
/** Forms mark what they need with a star in the label. */
function isMarked(form: Element, field: HTMLElement): boolean {
  return field.id !== '' && form.querySelector(`label[for="${CSS.escape(field.id)}"]`)?.textContent?.includes('*') === true
}
