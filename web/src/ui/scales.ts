/** The five scales that are never mixed: each has its own shape, glyphs and colours. */

export type Scale = 'alarm_priority' | 'warning_color' | 'response_level' | 'event_level' | 'risk_level'

export interface GradeLook {
  /** Short sign inside the shape; the same in every language. */
  glyph: string
  rank: 1 | 2 | 3 | 4
}

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
    particularly_serious: { glyph: 'Ⅰ', rank: 1 },
    serious: { glyph: 'Ⅱ', rank: 2 },
    relatively_serious: { glyph: 'Ⅲ', rank: 3 },
    ordinary: { glyph: 'Ⅳ', rank: 4 },
  },
  risk_level: {
    major: { glyph: 'A', rank: 1 },
    relatively_large: { glyph: 'B', rank: 2 },
    general: { glyph: 'C', rank: 3 },
    low: { glyph: 'D', rank: 4 },
  },
}

/** Outlines in a 24 × 24 box, one per scale. */
export const SHAPES: Record<Scale, string> = {
  alarm_priority: 'M12 1.5 22.5 12 12 22.5 1.5 12Z',
  warning_color: 'M12 2 22.8 21H1.2Z',
  response_level: 'M6.5 2.5h11L23 12l-5.5 9.5h-11L1 12Z',
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
