import { ref } from 'vue'

export type Theme = 'day' | 'night'
const KEY = 'fengsui.theme'
export const theme = ref<Theme>('day')

function apply(value: Theme): void {
  theme.value = value
  document.documentElement.classList.toggle('dark', value === 'night')
}

export function setTheme(value: Theme): void {
  localStorage.setItem(KEY, value)
  apply(value)
}

export function startTheme(): void {
  const stored = localStorage.getItem(KEY)
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  apply(stored === 'day' || stored === 'night' ? stored : dark.matches ? 'night' : 'day')
  dark.addEventListener('change', () => {
    if (!localStorage.getItem(KEY)) apply(dark.matches ? 'night' : 'day')
  })
}
