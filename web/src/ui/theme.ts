/** How the console looks on this screen: time of day, density. Kept per browser; /design shows what each does. */
import { ref } from 'vue'

/** What is drawn now; the wall is a night to whoever only knows two. */
export type Theme = 'day' | 'night'
/** What the person chose; `auto` follows the system. */
export type Look = Theme | 'wall' | 'auto'
export type Density = 'comfortable' | 'compact'

const KEY = 'fengsui.theme'
const DENSITY_KEY = 'fengsui.density'
const LOOKS: readonly string[] = ['day', 'night', 'wall']

export const theme = ref<Theme>('day')
export const look = ref<Look>('auto')
export const density = ref<Density>('comfortable')

function dark(): MediaQueryList {
  return window.matchMedia('(prefers-color-scheme: dark)')
}

function apply(): void {
  const drawn = look.value === 'auto' ? (dark().matches ? 'night' : 'day') : look.value
  theme.value = drawn === 'day' ? 'day' : 'night'
  const root = document.documentElement
  root.dataset.theme = drawn
  root.classList.toggle('dark', drawn !== 'day')
  // The frame of the browser on phones takes the colour of the page.
  const ground = getComputedStyle(root).getPropertyValue('--bg').trim()
  for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.setAttribute('content', ground)
}

export function setTheme(value: Look): void {
  if (value === 'auto') localStorage.removeItem(KEY)
  else localStorage.setItem(KEY, value)
  look.value = value
  apply()
}

/** Something drawn by day whatever the hour, such as a sheet of paper; nobody's choice is changed. */
export async function inDaylight<T>(work: () => Promise<T>): Promise<T> {
  const chosen = look.value
  look.value = 'day'
  apply()
  try {
    return await work()
  } finally {
    look.value = chosen
    apply()
  }
}

export function setDensity(value: Density): void {
  localStorage.setItem(DENSITY_KEY, value)
  density.value = value
  document.documentElement.dataset.density = value
}

export function startTheme(): void {
  const stored = localStorage.getItem(KEY) ?? 'auto'
  look.value = LOOKS.includes(stored) ? (stored as Look) : 'auto'
  apply()
  setDensity(localStorage.getItem(DENSITY_KEY) === 'compact' ? 'compact' : 'comfortable')
  dark().addEventListener('change', apply)
}

/** Draws this page as a wall whatever the person chose for the console; gives the way back. */
export function drawAs(value: 'wall'): () => void {
  const before = look.value
  look.value = value
  apply()
  return () => {
    look.value = before
    apply()
  }
}
