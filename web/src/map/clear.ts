/** How much of the map lies under what covers it. */
const EDGE = 12

export interface Clearance {
  top: number
  right: number
  bottom: number
  left: number
}

/** The margins within which everything on the map can be seen: beside the panel on a desk, above it on a phone. */
export function clear(map: HTMLElement): Clearance {
  const stage = map.getBoundingClientRect()
  const free = { top: EDGE + 24, right: EDGE + 42, bottom: EDGE + 24, left: EDGE }
  for (const cover of map.closest('.stage')?.querySelectorAll<HTMLElement>('[data-covers]') ?? []) {
    const box = cover.getBoundingClientRect()
    const wide = box.width > stage.width * 0.8
    if (box.width === 0 || (!wide && box.height < stage.height * 0.3)) continue
    if (wide) {
      if (box.top - stage.top > stage.height * 0.2) free.bottom = Math.max(free.bottom, stage.bottom - box.top + EDGE)
      else free.top = Math.max(free.top, box.bottom - stage.top + EDGE)
    } else if (box.left - stage.left < stage.width * 0.4) free.left = Math.max(free.left, box.right - stage.left + EDGE)
    else free.right = Math.max(free.right, stage.right - box.left + EDGE)
  }
  return bounded(free, stage)
}

/** Margins that leave nothing would move the map anywhere. */
function bounded(free: Clearance, { width, height }: DOMRect): Clearance {
  const most = Math.max(0, height - free.top - 80)
  return { ...free, bottom: Math.min(free.bottom, most), left: Math.min(free.left, width * 0.6), right: Math.min(free.right, width * 0.4) }
}
