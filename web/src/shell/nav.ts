/** The side navigation: what people do, in the order in which they need it. */
export interface NavItem {
  name: string
  to: string
  title: string
  /** How the Chinese title is typed, by syllable. */
  pinyin?: string
  /** A 24 × 24 stroke path. */
  icon: string
  /** Shown only to whoever may read one of these kinds. */
  reads?: string[]
  count?: 'inbox' | 'alarms' | 'warnings' | 'incidents' | 'messages'
}
export interface NavGroup {
  title: string
  items: NavItem[]
}

const PROCESSES = ['incident', 'warning', 'response', 'task', 'order', 'drill']
const LEDGERS = ['organisation', 'post', 'group', 'person', 'enterprise', 'installation', 'device', 'fence', 'dam', 'settlement', 'earthquake', 'fire_hotspot', 'rescue_team', 'expert', 'depot', 'shelter', 'plan']

export const NAV: NavGroup[] = [
  {
    title: 'nav.group_watch',
    items: [
      { name: 'portal', pinyin: 'zhi ban shou ye', to: '/', title: 'nav.portal', icon: 'M4 11 12 4l8 7v9h-5v-6H9v6H4Z' },
      { name: 'alarms', pinyin: 'gao jing tai', to: '/alarms', title: 'nav.alarms', reads: ['alarm'], icon: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4ZM10 21h4', count: 'alarms' },
      { name: 'inbox', pinyin: 'dai ban', to: '/inbox', title: 'nav.inbox', icon: 'M4 13h4l1.5 3h5L16 13h4M4 13l3-8h10l3 8v6H4Z', count: 'inbox' },
      { name: 'map', pinyin: 'yi zhang tu', to: '/map', title: 'nav.map', reads: [...LEDGERS, 'alarm', 'incident', 'warning'], icon: 'M9 4 3 6.5v13L9 17l6 2.5 6-2.5v-13L15 6.5ZM9 4v13M15 6.5v13' },
      { name: 'boards', pinyin: 'hang ye jian ce', to: '/boards', title: 'nav.boards', reads: ['alarm'], icon: 'M4 20V10M10 20V4M16 20v-7M22 20H2' },
    ],
  },
  {
    title: 'nav.group_act',
    items: [
      { name: 'warnings', pinyin: 'yu jing', to: '/warnings', title: 'nav.warnings', reads: ['warning'], icon: 'M12 3 22 20H2ZM12 10v5M12 17v.500', count: 'warnings' },
      { name: 'incidents', pinyin: 'tu fa shi jian', to: '/incidents', title: 'nav.incidents', reads: ['incident'], icon: 'M5 21V4M5 4h13l-3 4 3 4H5', count: 'incidents' },
      { name: 'drills', pinyin: 'yan lian', to: '/drills', title: 'nav.drills', reads: ['drill'], icon: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18ZM12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 12h.010' },
      { name: 'matters', pinyin: 'quan bu shi xiang', to: '/matters', title: 'nav.matters', reads: PROCESSES, icon: 'M9 6h11M9 12h11M9 18h11M4 6h1M4 12h1M4 18h1' },
      { name: 'walls', pinyin: 'da ping', to: '/walls', title: 'nav.wall', reads: ['wall'], icon: 'M3 5h18v11H3ZM8 20h8M12 16v4' },
      { name: 'messages', pinyin: 'xiao xi', to: '/messages', title: 'nav.messages', icon: 'M3 6h18v12H3ZM3 7l9 7 9-7', count: 'messages' },
    ],
  },
  {
    title: 'nav.group_know',
    items: [
      { name: 'ledgers', pinyin: 'tai zhang', to: '/ledgers', title: 'nav.ledgers', reads: LEDGERS, icon: 'M5 3h12a2 2 0 0 1 2 2v16H7a2 2 0 0 1-2-2ZM9 8h6M9 12h6' },
      { name: 'online-rate', pinyin: 'zai xian lv', to: '/devices/online-rate', title: 'online.title', reads: ['series'], icon: 'M4 12a8 8 0 0 1 16 0M7.500 12a4.500 4.500 0 0 1 9 0M12 12h.010M4 20h16' },
      { name: 'vehicles', pinyin: 'xing che jian guan gui ji chao su pi lao', to: '/vehicles', title: 'driving.fleet_title', reads: ['series'], icon: 'M3 6h11v10H3ZM14 10h4l3 3v3h-7ZM7 16a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM17 16a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z' },
      { name: 'timeliness', pinyin: 'shi xiao', to: '/timeliness', title: 'nav.timeliness', reads: PROCESSES, icon: 'M12 5a8 8 0 1 1 0 16 8 8 0 0 1 0-16ZM12 9v4l3 2M9 2h6' },
      { name: 'processes', pinyin: 'liu cheng', to: '/processes', title: 'nav.processes', reads: PROCESSES, icon: 'M4 4h7v5H4ZM13 15h7v5h-7ZM7.500 9v8.500H13' },
    ],
  },
  {
    title: 'nav.group_admin',
    items: [
      { name: 'devices', pinyin: 'she bei yu dai ren ling shu ju', to: '/admin/devices', title: 'nav.devices', reads: ['device'], icon: 'M7 7h10v10H7ZM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4' },
      { name: 'rule-templates', pinyin: 'gui ze mo ban', to: '/admin/rule-templates', title: 'template.title', reads: ['rule'], icon: 'M4 5h16M4 5v4h16V5M4 13h7v6H4ZM14 13h6M14 16h6M14 19h4' },
      { name: 'sources', pinyin: 'shu ju lai yuan', to: '/admin/sources', title: 'nav.sources', reads: ['configuration'], icon: 'M12 3v10M8 9l4 4 4-4M4 14v5h16v-5' },
      { name: 'users', pinyin: 'yong hu yu gang wei', to: '/admin/users', title: 'nav.users', reads: ['user'], icon: 'M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM2 21a7 7 0 0 1 14 0M17 4a4 4 0 0 1 0 7M22 21a7 7 0 0 0-4-6.3' },
      { name: 'set-aside', pinyin: 'dai chu li shi jian', to: '/admin/set-aside', title: 'nav.set_aside', reads: ['set_aside'], icon: 'M12 3 22 20H2ZM12 10v4M12 16.5v.5' },
      { name: 'roles', pinyin: 'jue se yu quan xian', to: '/admin/roles', title: 'nav.roles', reads: ['role'], icon: 'M12 3 5 6v5c0 5 3 8 7 10 4-2 7-5 7-10V6ZM9 12l2 2 4-4' },
      { name: 'configuration', pinyin: 'xi tong pei zhi', to: '/admin/configuration', title: 'nav.configuration', reads: ['configuration'], icon: 'M4 7h10M18 7h2M4 17h2M10 17h10M14 4v6M10 14v6' },
      { name: 'trace', pinyin: 'zhui su', to: '/admin/trace', title: 'nav.trace', reads: ['trace'], icon: 'M9 15 15 9M10 6l2-2a5 5 0 0 1 8 8l-2 2M14 18l-2 2a5 5 0 0 1-8-8l2-2' },
    ],
  },
]

/** What the person may open: the server decides, this only leaves out what it would refuse. */
export function readableNav(can: (action: string, kind: string) => boolean): NavGroup[] {
  return NAV.map((group) => ({ ...group, items: group.items.filter((item) => !item.reads || item.reads.some((kind) => can('read', kind))) })).filter((group) => group.items.length > 0)
}
