/** Moving about a page by keys: rows of lists, lists, actions. What can be walked is marked in the page. */
import { focusAction, isShown, reachableIn } from '@/ui/focus'

/** What lies over the page and takes the keyboard for itself. */
export function covered(): boolean {
  return [...document.querySelectorAll('dialog[open], .el-overlay-dialog, .el-overlay-message-box')].some((one) => isShown(one) && !one.closest('.dialog-fade-leave-active'))
}
function drawer(): Element | undefined {
  return [...document.querySelectorAll('.el-drawer')].find(isShown)
}
function rows(): HTMLElement[] {
  return drawer() ? [] : [...document.querySelectorAll<HTMLElement>('main [data-row]')].filter(isShown)
}
function focus(row: HTMLElement | undefined): void {
  row?.focus()
  row?.scrollIntoView({ block: 'nearest' })
}

export function step(by: number): void {
  const all = rows()
  const here = document.activeElement
  // The row's own action belongs to the row.
  const at = all.findIndex((row) => row === here || row.closest('li, tr')?.contains(here))
  focus(all[Math.min(all.length - 1, Math.max(0, at === -1 ? 0 : at + by))])
}

/** The first row of the next list of the page, or of the one before. */
export function stepList(by: number): void {
  const lists = new Map<Element | null, HTMLElement>()
  for (const row of rows()) if (!lists.has(row.closest('ul, ol, tbody'))) lists.set(row.closest('ul, ol, tbody'), row)
  const all = [...lists]
  const at = all.findIndex(([list]) => list?.contains(document.activeElement))
  focus(all[at === -1 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]?.[1])
}

/** The one action of the row in focus. */
export function actOnRow(): void {
  document.activeElement?.closest('li, tr')?.querySelector<HTMLElement>('[data-row-action]')?.click()
}

/** What can be done here: the drawer's actions when it is open, else the page's. Pressed again: the next of them. */
export function goToActions(): void {
  const places = [...(drawer() ?? document).querySelectorAll('[data-actions]')].filter(isShown)
  const here = places.find((place) => place.contains(document.activeElement))
  const all = here ? reachableIn(here) : []
  if (all.length) all[(all.indexOf(document.activeElement as HTMLElement) + 1) % all.length]?.focus()
  else places.some((place) => focusAction(place))
}

export function pressMarked(key: string): void {
  const target = [...(drawer() ?? document).querySelectorAll<HTMLElement>(`main [data-key="${key}"]`)].find(isShown)
  target?.click()
}

/** Sends the form in which somebody types: its way forward, if it is ready to go. */
export function send(target: EventTarget | null): boolean {
  const form = target instanceof Element ? target.closest('form') ?? target.closest('.el-dialog') : null
  // The last one: maps and pickers inside the form have buttons of their own.
  const button = [...(form?.querySelectorAll<HTMLButtonElement>('button:is(.el-button--primary, .el-button--danger):not(.is-plain, .is-text)') ?? [])].at(-1)
  if (!button || button.disabled) return false
  button.click()
  return true
}
