/** The five scales that are never mixed: each has its own shape, glyphs and colours. */

export type Scale = 'alarm_priority' | 'warning_color' | 'response_level' | 'event_level' | 'risk_level'

export interface GradeLook {
  /** Short sign inside the shape; the same in every language. */
  glyph: string
  rank: 1 | 2 | 3 | 4
  /** Drawn instead of the glyph: event levels fill a circle, risk levels stack bars. */
  sign?: string
}

/** Slices of the circle, largest first: the graver, the fuller. */
const FILLS = {
  full: 'M12 5.2a6.8 6.8 0 1 1 0 13.6 6.8 6.8 0 0 1 0-13.6Z',
  most: 'M12 12V5.2a6.8 6.8 0 1 1-6.8 6.8Z',
  half: 'M12 5.2a6.8 6.8 0 0 1 0 13.6Z',
  quarter: 'M12 12V5.2a6.8 6.8 0 0 1 6.8 6.8Z',
}
/** Bars, as many as the risk is high. */
const BAR = ['M6.2 17.8v-3h2.4v3Z', 'M9.4 17.8v-6h2.4v6Z', 'M12.6 17.8v-9h2.4v9Z', 'M15.8 17.8v-12h2.4v12Z']

export const SCALES: Record<Scale, Record<string, GradeLook>> = {
  alarm_priority: {
    urgent: { glyph: '!!', rank: 1 },
    high: { glyph: '!', rank: 2 },
    medium: { glyph: '–', rank: 3 },
    low: { glyph: '·', rank: 4 },
  },
  warning_color: {
    red: { glyph: '1', rank: 1 },
    orange: { glyph: '2', rank: 2 },
    yellow: { glyph: '3', rank: 3 },
    blue: { glyph: '4', rank: 4 },
  },
  response_level: {
    level_1: { glyph: 'Ⅰ', rank: 1 },
    level_2: { glyph: 'Ⅱ', rank: 2 },
    level_3: { glyph: 'Ⅲ', rank: 3 },
    level_4: { glyph: 'Ⅳ', rank: 4 },
  },
  event_level: {
    particularly_serious: { glyph: 'Ⅰ', rank: 1, sign: FILLS.full },
    serious: { glyph: 'Ⅱ', rank: 2, sign: FILLS.most },
    relatively_serious: { glyph: 'Ⅲ', rank: 3, sign: FILLS.half },
    ordinary: { glyph: 'Ⅳ', rank: 4, sign: FILLS.quarter },
  },
  risk_level: {
    major: { glyph: 'A', rank: 1, sign: BAR.slice(0, 4).join('') },
    relatively_large: { glyph: 'B', rank: 2, sign: BAR.slice(0, 3).join('') },
    general: { glyph: 'C', rank: 3, sign: BAR.slice(0, 2).join('') },
    low: { glyph: 'D', rank: 4, sign: BAR.slice(0, 1).join('') },
  },
}

/** Outlines in a 24 × 24 box, one per scale. */
export const SHAPES: Record<Scale, string> = {
  alarm_priority: 'M12 1.5 22.5 12 12 22.5 1.5 12Z',
  warning_color: 'M12 2.4 22.4 20.8H1.6Z',
  response_level: 'M6.7 2.8h10.6L22.6 12l-5.3 9.2H6.7L1.4 12Z',
  event_level: 'M12 1.5a10.5 10.5 0 1 1 0 21 10.5 10.5 0 0 1 0-21Z',
  risk_level: 'M3 3h18v18H3Z',
}

const ALIASES: Record<string, Scale> = {
  alarm: 'alarm_priority', priority: 'alarm_priority', alarm_priority: 'alarm_priority',
  color: 'warning_color', colour: 'warning_color', warning: 'warning_color', warning_color: 'warning_color', warning_level: 'warning_color',
  response: 'response_level', response_level: 'response_level',
  event: 'event_level', event_level: 'event_level', incident: 'event_level',
  risk: 'risk_level', risk_level: 'risk_level',
}

export function scaleOf(name: string): Scale | null {
  return ALIASES[name] ?? null
}

export function lookOf(scale: Scale, value: string): GradeLook | null {
  return SCALES[scale][value] ?? null
}
