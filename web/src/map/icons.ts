/** 24 × 24 stroke paths of the tools. */
import type { Tool } from './context'

export const TOOL_ICONS: Record<Tool, string> = {
  layers: 'm12 3 9 5-9 5-9-5ZM3 13l9 5 9-5',
  near: 'M12 12v.01M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10ZM12 2.500a9.500 9.500 0 1 0 0 19 9.500 9.500 0 0 0 0-19Z',
  inside: 'M4 7 14 4l6 8-5 8H6ZM4 7h.01M14 4h.01M20 12h.01M15 20h.01M6 20h.01',
  list: 'M4 5h16v14H4ZM4 9.500h16M4 14h16M9 5v14',
  plot: 'M4 20l1-4L16 5l3 3L8 19ZM14 7l3 3M14 20h6',
  measure: 'M3 15 15 3l6 6L9 21ZM7 11l2 2M10 8l3 3M13 5l2 2',
  time: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3.500 2',
  views: 'M6 3h12v18l-6-4-6 4Z',
  bases: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  export: 'M12 3v11M8 10l4 4 4-4M4 17v4h16v-4',
}
