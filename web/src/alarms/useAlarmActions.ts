import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { alarmsApi } from '@/api/alarms'
import type { Alarm, Verdict } from '@/api/types'
import { keys } from '@/queryKeys'
import { showDone, showProblem } from '@/ui/problemText'
import { formatTime } from '@/ui/time'

/** What can be done with an alarm, the same on the desk, in the drawer and on the map. */
export function useAlarmActions() {
  const { t } = useI18n()
  const client = useQueryClient()
  const router = useRouter()
  function stored(alarm: Alarm): void {
    client.setQueryData(keys.alarm(alarm.id), (old: Alarm | undefined) => ({ ...old, ...alarm }))
    void client.invalidateQueries({ queryKey: keys.alarms })
    void client.invalidateQueries({ queryKey: keys.boards })
    void client.invalidateQueries({ queryKey: keys.overview })
  }
  const acknowledge = useMutation({
    mutationFn: (alarm: Alarm) => alarmsApi.acknowledge(alarm.id),
    onSuccess: (alarm) => {
      stored(alarm)
      showDone(t('alarm.acknowledged_done'))
    },
    onError: showProblem,
  })
  /** Each is its own fact with its own history; one that is refused holds up no other. */
  const acknowledgeAll = useMutation({
    mutationFn: (alarms: Alarm[]) => alarmsApi.acknowledgeAll(alarms.map((alarm) => alarm.id)),
    onSuccess: (outcome) => {
      void client.invalidateQueries({ queryKey: keys.alarms })
      void client.invalidateQueries({ queryKey: keys.overview })
      showDone(outcome.refused.length ? t('alarm.group.partly', { n: outcome.done.length, r: outcome.refused.length }) : t('alarm.group.done', { n: outcome.done.length }))
    },
    onError: showProblem,
  })
  const verify = useMutation({
    mutationFn: (input: { alarm: Alarm; verdict: Verdict; reason: string }) => alarmsApi.verify(input.alarm.id, input.verdict, input.reason),
    onSuccess: (alarm) => {
      stored(alarm)
      showDone(t('alarm.verified_done'))
    },
  })
  const shelve = useMutation({
    mutationFn: (input: { alarm: Alarm; reason: string; minutes: number }) => alarmsApi.shelve(input.alarm.id, input.reason, input.minutes),
    onSuccess: (alarm) => {
      stored(alarm)
      showDone(t('alarm.shelve_done', { time: formatTime(alarm.shelved_until) }))
    },
  })
  const unshelve = useMutation({
    mutationFn: (alarm: Alarm) => alarmsApi.unshelve(alarm.id),
    onSuccess: (alarm) => {
      stored(alarm)
      showDone(t('alarm.unshelve_done'))
    },
    onError: showProblem,
  })
  function draftWarning(alarm: Alarm): void {
    void router.push({ name: 'warning', params: { id: 'new' }, query: { alarm: alarm.id } })
  }
  function reportIncident(alarm: Alarm): void {
    void router.push({ name: 'incident-new', query: { alarm: alarm.id } })
  }
  return { acknowledge, acknowledgeAll, verify, shelve, unshelve, draftWarning, reportIncident }
}
