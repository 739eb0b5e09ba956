/** Why an object stands where it stands on a board, in words; pure. */
import type { BoardReason, RiskCause } from '@/api/boards'

type Words = (key: string, values?: Record<string, unknown>) => string

/** What is worth a sign beside the words. */
export function toneOf(reason: BoardReason): 'bad' | 'wait' | '' {
  if (reason.kind === 'alarms') return reason.waiting > 0 && (reason.priority === 'urgent' || reason.priority === 'high') ? 'bad' : 'wait'
  return reason.kind === 'silent' ? 'wait' : ''
}

export function reasonText(reason: BoardReason, t: Words, age: (at: string) => string): string {
  if (reason.kind === 'out_of_service') return t('board.why.out_of_service', { n: reason.count })
  if (reason.kind === 'silent') return reason.count === reason.of ? t('board.why.all_silent', { n: reason.count }) : t('board.why.silent', { n: reason.count, of: reason.of })
  const priority = t(`board.priority.${reason.priority}`)
  if (reason.waiting === 0 || !reason.since) return t('board.why.known', { n: reason.count, priority })
  return t(reason.waiting === reason.count ? 'board.why.waiting' : 'board.why.some_waiting', { n: reason.count, w: reason.waiting, priority, age: age(reason.since) })
}

/** Why the risk index took points, in words. */
export function causeText(cause: RiskCause, t: Words): string {
  switch (cause.kind) {
    case 'alarms': {
      const age = cause.minutes > 0 ? t('board.age.minutes', { n: cause.minutes }) : t('board.age.now')
      const values = { n: cause.count, w: cause.waiting, age, priority: t(`board.priority.${cause.priority}`) }
      return t(cause.waiting > 0 ? 'board.cause.waiting' : 'board.cause.known', values)
    }
    case 'silent':
      return t(cause.count === cause.of ? 'board.cause.all_silent' : 'board.why.silent', { n: cause.count, of: cause.of })
    case 'out_of_service':
      return t('board.why.out_of_service', { n: cause.count })
    case 'grade':
      return t(`board.cause.${cause.grade}`)
    default:
      return t('board.cause.not_watched')
  }
}

/** Where an object of a board is shown by itself. */
export function objectPath(kind: string, id: string): string {
  return kind === 'device' ? `/devices/${id}` : `/ledgers/${kind}/${id}`
}

/** How dots of a map are drawn: by the worst that is open, else by what else is wrong. What nobody hears is not well. */
export function dotOf(object: { worst: string | null; troubled: boolean; devices: { online: number } }): string {
  return object.worst ?? (object.troubled ? 'troubled' : object.devices.online > 0 ? 'well' : 'unheard')
}
