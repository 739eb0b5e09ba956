/** One drawing being worked on: kept at once, merged with what others drew meanwhile. */
import { computed, ref } from 'vue'
import { isProblem } from '@/api/problem'
import { recordsApi } from '@/api/records'
import type { PlotContent, PlotElement } from '@/api/types'
import { merge } from './merge'
import type { PlotRecord } from './usePlots'

/** What is watched cannot be cloned; a drawing is plain data. */
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed'
const WAIT_MS = 700
const ROUNDS = 4

export class PlotEditing {
  readonly name = ref('')
  readonly content = ref<PlotContent>({ incident: null, mode: 'real', note: null, elements: [] })
  readonly state = ref<SaveState>('saved')
  readonly problem = ref<unknown>(null)
  readonly id = ref<string | null>(null)
  readonly version = ref(0)
  readonly elements = computed(() => this.content.value.elements)
  private base: PlotElement[] = []
  private timer = 0
  private running: Promise<void> | null = null

  constructor(private division: string, private readonly saved: (record: PlotRecord) => void) {}

  open(record: PlotRecord): void {
    this.division = record.division
    this.id.value = record.id
    this.take(record)
    this.name.value = record.name
    this.content.value = copy(record.attributes)
  }

  /** Somebody else's change arrived: it is taken in under mine. */
  follow(record: PlotRecord): void {
    if (record.id !== this.id.value || record.version <= this.version.value || this.running) return
    const elements = merge(this.base, this.content.value.elements, record.attributes.elements)
    this.take(record)
    this.content.value = { ...this.content.value, elements }
  }

  private take(record: PlotRecord): void {
    this.version.value = record.version
    this.base = copy(record.attributes.elements)
  }

  set(change: Partial<PlotContent>): void {
    this.content.value = { ...this.content.value, ...change }
    this.touch()
  }
  add(element: PlotElement): void {
    this.set({ elements: [...this.elements.value, element] })
  }
  change(id: string, change: Partial<PlotElement>): void {
    this.set({ elements: this.elements.value.map((one) => (one.id === id ? { ...one, ...change } : one)) })
  }
  remove(id: string): void {
    this.set({ elements: this.elements.value.filter((one) => one.id !== id) })
  }
  touch(): void {
    this.state.value = 'waiting'
    window.clearTimeout(this.timer)
    this.timer = window.setTimeout(() => void this.save(), WAIT_MS)
  }

  async save(): Promise<void> {
    window.clearTimeout(this.timer)
    if (this.running) {
      await this.running
      return this.state.value === 'waiting' ? this.save() : undefined
    }
    if (this.state.value === 'saved' || this.name.value.trim() === '') return
    this.running = this.write()
    await this.running
    this.running = null
  }

  private async write(): Promise<void> {
    this.state.value = 'saving'
    this.problem.value = null
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        const sent = copy(this.content.value)
        const body = { name: this.name.value.trim(), division: this.division, attributes: sent as unknown as Record<string, unknown> }
        try {
          const id = this.id.value
          const record = (id ? await recordsApi.update('plot', id, { ...body, version: this.version.value }) : await recordsApi.create('plot', body)) as unknown as PlotRecord
          this.id.value = record.id
          this.take(record)
          this.saved(record)
          if (this.state.value === 'saving') this.state.value = 'saved'
          else continue
          return
        } catch (problem) {
          if (!isProblem(problem) || problem.status !== 409 || !this.id.value) throw problem
          const theirs = (await recordsApi.get('plot', this.id.value)) as unknown as PlotRecord
          this.content.value = { ...this.content.value, elements: merge(this.base, this.content.value.elements, theirs.attributes.elements) }
          this.take(theirs)
        }
      }
      this.state.value = 'failed'
    } catch (problem) {
      this.problem.value = problem
      this.state.value = 'failed'
    }
  }

  close(): Promise<void> {
    return this.save()
  }
}
