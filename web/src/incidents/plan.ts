/** Which plans fit an incident, and the tasks that they hold; pure. */
import type { FsRecord } from '@/api/types'

export interface PlanTask {
  title: string
  object?: string
  group?: string
  role?: string
  deadline_minutes: number
  evidence_required: boolean
  phase?: string
}

const typesOf = (plan: FsRecord) => (plan.attributes.event_types as string[] | undefined) ?? []

/** Plans for the type of event, whose division covers the incident: the narrowest and most specific first. */
export function fittingPlans(plans: FsRecord[], eventType: string, division: string): FsRecord[] {
  const covers = (plan: FsRecord) => division.startsWith(plan.division.replace(/(00)+$/, ''))
  const depth = (plan: FsRecord) => Math.max(...typesOf(plan).filter((type) => eventType.startsWith(type)).map((type) => type.length))
  return plans
    .filter((plan) => eventType !== '' && covers(plan) && typesOf(plan).some((type) => eventType.startsWith(type)))
    .sort((a, b) => depth(b) - depth(a) || b.division.replace(/0+$/, '').length - a.division.replace(/0+$/, '').length)
    .slice(0, 4)
}

export function tasksOf(plan: FsRecord): PlanTask[] {
  const actions = (plan.attributes.actions as Partial<PlanTask>[] | undefined) ?? []
  return actions.map((action) => ({
    title: action.title ?? '',
    ...(action.object ? { object: action.object } : {}),
    ...(action.group ? { group: action.group } : {}),
    ...(action.role ? { role: action.role } : {}),
    deadline_minutes: action.deadline_minutes ?? 60,
    evidence_required: action.evidence_required ?? false,
    ...(action.phase ? { phase: action.phase } : {}),
  }))
}

export function measuresOf(plan: FsRecord): string[] {
  return tasksOf(plan).filter((task) => task.phase === 'operate').map((task) => task.title).slice(0, 5)
}
