/** Which rows are chosen: some by hand, or all that the filter shows. */
import { computed, ref, type Ref } from 'vue'
import type { FsRecord } from '@/api/types'

export interface Chosen {
  id: string
  version: number
  code: string
  name: string
}

export function useSelection(rows: Ref<FsRecord[]>) {
  const chosen = ref(new Map<string, Chosen>())
  const all = ref(false)
  let last: string | null = null

  const count = computed(() => chosen.value.size)
  const pageState = computed<'none' | 'some' | 'all'>(() => {
    const on = rows.value.filter((row) => isOn(row.id)).length
    return on === 0 ? 'none' : on === rows.value.length ? 'all' : 'some'
  })
  function isOn(id: string): boolean {
    return all.value || chosen.value.has(id)
  }
  function put(row: FsRecord, on: boolean): void {
    if (on) chosen.value.set(row.id, { id: row.id, version: row.version, code: row.code, name: row.name })
    else chosen.value.delete(row.id)
  }
  /** With shift everything between this row and the one before gets the same mark. */
  function toggle(row: FsRecord, range = false): void {
    if (all.value) {
      all.value = false
      chosen.value = new Map()
      for (const one of rows.value) put(one, true)
    }
    const on = !chosen.value.has(row.id)
    const [from, to] = [rows.value.findIndex((one) => one.id === last), rows.value.findIndex((one) => one.id === row.id)]
    const between = range && from >= 0 ? rows.value.slice(Math.min(from, to), Math.max(from, to) + 1) : [row]
    for (const one of between) put(one, on)
    last = row.id
  }
  function togglePage(): void {
    const on = pageState.value !== 'all'
    all.value = false
    for (const row of rows.value) put(row, on)
  }
  function clear(): void {
    all.value = false
    chosen.value = new Map()
  }
  return { chosen, all, count, pageState, isOn, toggle, togglePage, clear }
}
export type Selection = ReturnType<typeof useSelection>
