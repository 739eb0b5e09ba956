import { i18n } from '@/i18n'
import type { Bilingual } from '@/api/types'

/** The server sends some titles in both languages, some already in the person's. */
export function textOf(value: string | Bilingual | null | undefined): string {
  if (!value) return ''
  if (typeof value === 'string') return value
  return i18n.global.locale.value === 'en' ? value.en || value.zh : value.zh || value.en
}
