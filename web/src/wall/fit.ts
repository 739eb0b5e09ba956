/** How many rows of a list a wall panel holds: nobody scrolls a wall, and half a row is read wrongly. */
import { onBeforeUnmount, ref, watch, type Ref } from 'vue'

const IN_A_HAND = 6

/** Rows of the tallest row's height that fit into a height, at least one and at most `most`. */
export function rowsThatFit(height: number, rows: number[], most: number): number {
  const tallest = Math.max(0, ...rows)
  return tallest > 0 ? Math.min(most, Math.max(1, Math.floor(height / tallest))) : most
}
function pitch(row: Element): number {
  const { marginTop, marginBottom } = getComputedStyle(row)
  return row.getBoundingClientRect().height + Number.parseFloat(marginTop) + Number.parseFloat(marginBottom)
}

function roomIn(panel: Element, list: Element): number {
  return panel.getBoundingClientRect().bottom - Number.parseFloat(getComputedStyle(panel).paddingBottom) - list.getBoundingClientRect().top
}

/** The size of a page of the list: what its panel has room for, measured again when the panel changes. */
export function useFitting(list: Readonly<Ref<HTMLElement | null>>, most: number): Ref<number> {
  const size = ref(most)
  const observer = new ResizeObserver(measure)
  function measure(): void {
    const panel = list.value?.closest('.panel')
    // Held in a hand, panels are as high as what is in them.
    if (matchMedia('(max-width: 900px)').matches) size.value = Math.min(most, IN_A_HAND)
    else if (!list.value || !panel || list.value.children.length === 0) return
    else size.value = rowsThatFit(roomIn(panel, list.value), [...list.value.children].map(pitch), most)
  }
  watch(list, (now) => {
    observer.disconnect()
    const panel = now?.closest('.panel')
    if (now) observer.observe(now)
    if (panel) observer.observe(panel)
  }, { flush: 'post', immediate: true })
  onBeforeUnmount(() => observer.disconnect())
  return size
}
