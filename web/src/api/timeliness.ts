import { words } from './normal'
import type { FiguresQuery, NamedClock, TimelinessReport as RawReport } from './generated'
import { request, url } from './request'
import type { Answer } from './types'

export type TimelinessQuery = FiguresQuery
export type TimelinessReport = Answer<RawReport>
export type TimelinessGroup = Answer<RawReport>['groups'][number] & { name: string }
export type KeptClock = Answer<NamedClock> & { clock_name: string }

export const timelinessApi = {
  report: async (query: TimelinessQuery): Promise<{ total: TimelinessGroup; groups: TimelinessGroup[]; complete: boolean }> => {
    const answer = await request<TimelinessReport>('/timeliness', { query })
    const named = (group: TimelinessReport['total']): TimelinessGroup => ({ ...group, name: words(group.label) })
    return { total: named(answer.total), groups: answer.groups.map(named), complete: answer.complete }
  },
  clocks: async (query: TimelinessQuery): Promise<KeptClock[]> =>
    (await request<Answer<NamedClock>[]>('/timeliness/clocks', { query })).map((clock) => ({ ...clock, clock_name: words(clock.clock_title) || clock.clock })),
  exportUrl: (format: 'xlsx' | 'csv', query: TimelinessQuery) => url(`/timeliness/export.${format}` as '/timeliness/export.csv', query),
}
