/** Where the person has been: the last things opened by name, for the empty palette. */
import { readonly, ref } from 'vue'

export interface Visit {
  to: string
  title: string
  kind: string
}
const KEY = 'fengsui.recent'
const KEPT = 8

function stored(): Visit[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]') as Visit[]
  } catch {
    return []
  }
}
const visits = ref<Visit[]>(stored())
export const recent = readonly(visits)

export function remember(visit: Visit): void {
  visits.value = [visit, ...visits.value.filter((one) => one.to !== visit.to)].slice(0, KEPT)
  try {
    localStorage.setItem(KEY, JSON.stringify(visits.value))
  } catch {
    // A full store costs only the list of recent things.
  }
}
export function forgetVisits(): void {
  visits.value = []
  localStorage.removeItem(KEY)
}
