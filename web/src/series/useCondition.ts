/** The condition of a rule while it is being written: for one series or for all of a kind. */
import { computed, reactive, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Rule, RuleInput, Schedule } from '@/api/series'
import { CAINE, conditionOf, kindOf, METHODS, USUAL, windowed, type Kind, type Method } from './kinds'
import { priorityOf, sideOf, type Level } from './levels'

export type Direction = NonNullable<Rule['direction']>
export type Condition = Pick<RuleInput, 'kind' | 'level' | 'limit' | 'deadband' | 'on_delay_seconds' | 'off_delay_seconds' | 'window_seconds' | 'direction' | 'method' | 'training_readings' | 'intensity' | 'schedule'>
/** What a kept condition tells, of a rule or of a template. */
export type Kept = Pick<Rule, 'kind'> & Partial<Pick<Rule, 'limit' | 'deadband' | 'on_delay_seconds' | 'off_delay_seconds' | 'window_seconds' | 'direction' | 'method' | 'training_readings' | 'learned_at' | 'priority' | 'intensity' | 'schedule'>> & { level?: string | null }

export function useCondition(kept: Kept | null, unit: () => string) {
  const { t } = useI18n()
  const form = reactive({
    kind: (kept ? kindOf(kept.kind) : 'limit') as Kind,
    level: ((kept?.level as Level | null) ?? (kept?.kind === 'low' ? 'low' : 'high')) as Level,
    direction: (kept?.direction ?? 'rise') as Direction,
    span: (kept?.window_seconds ?? undefined) as number | undefined,
    method: (kept?.method ?? 'ewma') as Method,
    training: (kept?.training_readings ?? 300) as number | undefined,
    intensity: {
      durations: [...(kept?.intensity?.durations_hours ?? [1, 3, 6, 12, 24])], a: (kept?.intensity?.a ?? CAINE.a) as number | undefined, b: (kept?.intensity?.b ?? CAINE.b) as number | undefined, c: (kept?.intensity?.c ?? CAINE.c) as number | undefined,
      wet: Boolean(kept?.intensity?.antecedent), decay: kept?.intensity?.antecedent?.decay ?? 0.84, days: kept?.intensity?.antecedent?.days ?? 10, full_at: kept?.intensity?.antecedent?.full_at ?? 100, reduction: kept?.intensity?.antecedent?.reduction ?? 0.3,
    },
    anew: false,
    learned_at: kept?.learned_at ?? null,
    limit: (kept?.limit ?? undefined) as number | undefined,
    deadband: kept?.deadband ?? 0,
    on: kept?.on_delay_seconds ?? 0,
    off: kept?.off_delay_seconds ?? 0,
    schedule: (kept?.schedule ? JSON.parse(JSON.stringify(kept.schedule)) : null) as Schedule | null,
    priority: kept?.priority ?? ('high' as Rule['priority']),
  })
  const limited = computed(() => form.kind !== 'flat' && form.kind !== 'absence')
  watch(() => form.kind, (now) => {
    form.span = !windowed(now) ? undefined : kept && kindOf(kept.kind) === now ? (kept.window_seconds ?? undefined) : USUAL[now][0]
  })
  watch(() => [form.level, form.kind], () => {
    // Silence and a standing value say that nothing is known, not that something happened.
    if (!kept) form.priority = form.kind === 'limit' ? priorityOf(form.level) : limited.value ? 'high' : 'medium'
  })
  // The limits of the methods are no measure for each other, nor for any other kind.
  watch([() => form.kind, () => form.method], ([now], [before]) => {
    if (now === 'deviation') form.limit = METHODS.find(([one]) => one === form.method)?.[1]
    else if (before === 'deviation') form.limit = undefined
  })
  const intensity = computed(() => {
    const { durations, a, b, c, wet, decay, days, full_at, reduction } = form.intensity
    return { durations_hours: durations, a: a ?? 0, b: b ?? 0, c: c ?? 0, antecedent: wet ? { decay, days, full_at, reduction } : null }
  })
  /** Only what the kind knows: the server refuses the rest. */
  const condition = computed<Condition>(() => {
    const { kind, limit, deadband } = form
    const when = { schedule: form.schedule }
    const delays = { ...when, on_delay_seconds: form.on, off_delay_seconds: form.off }
    if (kind === 'limit') return { kind: sideOf(form.level), level: form.level, limit: limit ?? null, deadband, ...delays }
    if (kind === 'deviation') return { kind, limit: limit ?? null, deadband, ...delays, method: form.method, training_readings: form.training ?? null }
    if (kind === 'intensity_duration') return { kind, deadband, ...delays, intensity: intensity.value }
    const window = { window_seconds: form.span ?? null }
    if (kind === 'absence') return { kind, ...window }
    if (kind === 'flat') return { kind, deadband, ...when, ...window }
    return { kind, limit: limit ?? null, deadband, ...delays, ...window, ...(kind === 'rate' ? { direction: form.direction } : {}) }
  })
  const limitLabel = computed(() => (form.kind === 'limit' ? t(sideOf(form.level) === 'high' ? 'rule.at_or_above' : 'rule.at_or_below') : t(`rule.limit_${form.kind}`)))
  const needs = computed<[string, boolean][]>(() => [
    [limitLabel.value, !limited.value || form.kind === 'intensity_duration' || form.limit !== undefined], [t('rule.durations'), form.kind !== 'intensity_duration' || form.intensity.durations.length > 0], [t('rule.threshold_curve'), form.kind !== 'intensity_duration' || (Boolean(form.intensity.a) && form.intensity.b !== undefined)], windowed(form.kind) ? [t(`rule.window_${form.kind}`), Boolean(form.span)] : [t('rule.training'), form.kind !== 'deviation' || Boolean(form.training)],
  ])
  const ready = computed(() => needs.value.every(([, there]) => there))
  const inWords = computed(() => (ready.value ? conditionOf({ kind: condition.value.kind, limit: form.limit ?? null, window_seconds: form.span ?? null, direction: form.direction, deadband: form.deadband, method: form.method, training_readings: form.training ?? null, intensity: form.kind === 'intensity_duration' ? intensity.value : null }, unit(), t) : ''))
  return { form, limited, condition, limitLabel, needs, ready, inWords }
}
export type ConditionForm = ReturnType<typeof useCondition>['form']
