/** The keys of the console, for those who press them and for the page that explains them. */

/** `g` and then one of these. */
export const PLACES: Record<string, string> = { h: 'portal', a: 'alarms', i: 'inbox', m: 'map', w: 'warnings', e: 'incidents', l: 'ledgers', s: 'messages' }

export interface Beginning {
  title: string
  to: string
  /** The right that it takes. */
  opens: string
}
/** What is begun from anywhere with one key: a telephone does not wait for menus. */
export const BEGINNINGS: Record<string, Beginning> = {
  c: { title: 'call.title', to: '/incidents/call', opens: 'incident' },
  w: { title: 'warning.new', to: '/warnings/new', opens: 'warning' },
}

export const ANYWHERE = [['Ctrl+K', 'palette'], ['/', 'palette'], ['?', 'help'], ['E', 'actions'], ['U', 'attach'], ['Ctrl+↵', 'send'], ['Esc', 'close']] as const
export const LISTS = [['J', 'next'], ['K', 'previous'], [']', 'next_list'], ['[', 'previous_list'], ['↵', 'open'], ['X', 'act']] as const
