/** What may follow from a record, for the kinds that know: shown before what is on file. */
import { defineAsyncComponent, h, type VNode } from 'vue'
import type { FsRecord } from '@/api/types'

const QuakeImpactCard = defineAsyncComponent(() => import('@/hazards/QuakeImpactCard.vue'))
const DownstreamCard = defineAsyncComponent(() => import('@/hazards/DownstreamCard.vue'))
const CARDS: Record<string, (record: FsRecord) => VNode | null> = {
  earthquake: (record) => (record.location ? h(QuakeImpactCard, { earthquake: record.id }) : null),
  dam: (record) => h(DownstreamCard, { dam: record.id }),
}

/** A functional component: nothing for kinds without consequences. */
export const RecordConsequences = ({ record }: { record: FsRecord }): VNode | null => CARDS[record.kind]?.(record) ?? null
RecordConsequences.props = ['record']
