/** What is shown on the map: remembered in the browser, written into the address, kept in saved views. */
export const LIVE_LAYERS = ['alarms', 'warnings', 'incidents', 'vehicles', 'risk'] as const
export type LiveLayer = (typeof LIVE_LAYERS)[number]
export const OFFLINE = 'offline'

export interface MapSetting {
  /** Kinds of records and live layers that are on. */
  shown: string[]
  /** Conditions `field:op:value` by kind. */
  filters: Record<string, string[]>
  /** The base map, by id. */
  base: string
  /** The drawings that are shown, by record id. */
  plots: string[]
}

export const DEFAULT_SETTING: MapSetting = { shown: ['alarms', 'warnings', 'incidents', 'vehicles', 'enterprise', 'rescue_team', 'shelter', 'depot'], filters: {}, base: OFFLINE, plots: [] }

type Query = Record<string, unknown>
const list = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '')
const split = (value: unknown) => list(value).flatMap((one) => one.split(',')).filter(Boolean)

/** `kind~field:op:value`, as the address writes it. */
function filtersFrom(value: unknown): Record<string, string[]> {
  const filters: Record<string, string[]> = {}
  for (const one of list(value)) {
    const [kind, condition] = one.split('~')
    if (kind && condition && condition.split(':').length >= 3) (filters[kind] ??= []).push(condition)
  }
  return filters
}

/** What an address says about the map; `null` if it says nothing. */
export function settingFromQuery(query: Query): MapSetting | null {
  if (!('l' in query) && !('f' in query) && !('b' in query) && !('p' in query)) return null
  return { shown: split(query.l), filters: filtersFrom(query.f), base: list(query.b)[0] ?? OFFLINE, plots: split(query.p) }
}

/** The same for the address; what is as usual is left out. */
export function settingToQuery(setting: MapSetting): Record<string, string | string[] | undefined> {
  const filters = Object.entries(setting.filters).flatMap(([kind, conditions]) => conditions.map((condition) => `${kind}~${condition}`))
  return {
    l: setting.shown.join(','),
    f: filters.length ? filters : undefined,
    b: setting.base === OFFLINE ? undefined : setting.base,
    p: setting.plots.length ? setting.plots.join(',') : undefined,
  }
}

const KEY = 'fengsui.map'

export function storedSetting(): MapSetting {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Partial<MapSetting> | null
    return { ...structuredClone(DEFAULT_SETTING), ...stored }
  } catch {
    return structuredClone(DEFAULT_SETTING)
  }
}

export function storeSetting(setting: MapSetting): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(setting))
  } catch {
    // A full store must not stop the person's work.
  }
}
