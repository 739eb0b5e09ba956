/** Pages and actions that the palette knows without asking the server. */
import { useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { setLocale } from '@/i18n'
import { mute, sound, unmute } from '@/live/sound'
import { useSession } from '@/session/store'
import { density, setDensity, setTheme, theme } from '@/ui/theme'
import { readableNav } from '../nav'
import { openShortcuts } from '../overlays'
import type { Named } from './matching'

export interface Command extends Named {
  id: string
  icon: string
  to?: string
  run?: () => void
}
const DO = 'M13 3 5 14h6l-1 7 8-11h-6Z'

export function useCommands() {
  const { t, locale } = useI18n()
  const router = useRouter()
  const session = useSession()
  const client = useQueryClient()

  const pages = computed<Command[]>(() => [
    ...readableNav(session.can).flatMap((group) => group.items).map((item) => ({ id: `page-${item.name}`, title: t(item.title), words: item.name, pinyin: item.pinyin, icon: item.icon, to: item.to })),
    { id: 'page-account', title: t('nav.account'), pinyin: 'wo de zhang hao', words: 'account', icon: 'M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21a8 8 0 0 1 16 0', to: '/account' },
    { id: 'page-phone', title: t('nav.phone'), pinyin: 'yi dong duan', words: 'phone mobile', icon: 'M8 2h8v20H8ZM11 19h2', to: '/m' },
    { id: 'page-design', title: t('nav.design'), pinyin: 'she ji yu yan', words: 'design', icon: 'M4 4h16v16H4ZM4 10h16M10 10v10', to: '/design' },
  ])
  async function leave(): Promise<void> {
    await session.signOut()
    client.clear()
    await router.push('/sign-in')
  }
  const actions = computed<Command[]>(() => {
    const list: (Command | false)[] = [
      session.can('open', 'incident') && { id: 'do-call', title: t('call.title'), pinyin: 'dian hua jie bao', words: 'call phone log', icon: DO, to: '/incidents/call' },
      session.can('open', 'incident') && { id: 'do-incident', title: t('incident.new'), pinyin: 'shang bao tu fa shi jian', words: 'new report', icon: DO, to: '/incidents/new' },
      session.can('open', 'warning') && { id: 'do-warning', title: t('warning.new'), pinyin: 'qi cao yu jing', words: 'new draft', icon: DO, to: '/warnings/new' },
      sound.muted ? { id: 'do-unmute', title: t('sound.unmute'), pinyin: 'hui fu sheng yin', words: 'sound', icon: DO, run: unmute } : { id: 'do-mute', title: t('palette.mute'), pinyin: 'jing yin', words: 'sound silence', icon: DO, run: () => mute(15) },
      { id: 'do-theme', title: theme.value === 'night' ? t('shell.day') : t('shell.night'), pinyin: theme.value === 'night' ? 'qie huan dao ri jian' : 'qie huan dao ye jian', words: 'theme dark light', icon: DO, run: () => setTheme(theme.value === 'night' ? 'day' : 'night') },
      { id: 'do-density', title: density.value === 'compact' ? t('palette.comfortable') : t('palette.compact'), pinyin: 'mi du jin cou shu shi', words: 'density rows', icon: DO, run: () => setDensity(density.value === 'compact' ? 'comfortable' : 'compact') },
      { id: 'do-language', title: t('shell.other_language'), words: 'language', pinyin: 'yu yan', icon: DO, run: () => void setLocale(locale.value === 'en' ? 'zh-CN' : 'en') },
      { id: 'do-keys', title: t('shortcuts.title'), pinyin: 'kuai jie jian', words: 'keys help', icon: DO, run: openShortcuts },
      { id: 'do-leave', title: t('shell.sign_out'), pinyin: 'tui chu deng lu', words: 'log out', icon: DO, run: () => void leave() },
    ]
    return list.filter((one): one is Command => one !== false)
  })
  return { pages, actions }
}
