import { createI18n } from 'vue-i18n'
import { context } from './api/request'
import zh from './locales/zh-CN.json'

export type LocaleName = 'zh-CN' | 'en'
const KEY = 'fengsui.locale'

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zh } as Record<string, typeof zh>,
})

export function storedLocale(): LocaleName {
  return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh-CN'
}

export async function setLocale(locale: LocaleName): Promise<void> {
  if (locale === 'en' && !i18n.global.availableLocales.includes('en')) {
    const catalogue = await import('./locales/en.json')
    i18n.global.setLocaleMessage('en', catalogue.default as typeof zh)
  }
  i18n.global.locale.value = locale
  context.locale = locale
  document.documentElement.lang = locale
  localStorage.setItem(KEY, locale)
}
