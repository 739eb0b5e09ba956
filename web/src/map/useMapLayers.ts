/** Keeps what lies on the map equal to the setting and to what goes on. */
import { useQuery } from '@tanstack/vue-query'
import { computed, ref, watch, type Ref, type ShallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { geoApi } from '@/api/geo'
import type { BaseMap, PlotElement, Span } from '@/api/types'
import { keys } from '@/queryKeys'
import { theme } from '@/ui/theme'
import { ServiceBase } from './bases'
import type { LonLat } from './coordinates'
import { Marker, type MapLibre } from './engine'
import { showWarnings, warningLabel } from './liveLayers'
import { alarmPins, incidentPins, PinLayer, type Pin } from './pins'
import { showPlots } from './plot/plotLayer'
import { usePlots } from './plot/usePlots'
import { addRecordLayer, removeRecordLayer } from './recordLayers'
import { showRisk } from './riskLayer'
import type { MapSetting } from './setting'
import type { Thing } from './selection'
import { useTileStamps } from './tileStamps'
import { useLive } from './useLive'
import { VehicleLayer } from './vehicleLayer'
import { useVehicles } from './useVehicles'
import { useShapes } from './useWarningShapes'
import { removeOverlay } from './overlay'

interface Options {
  map: ShallowRef<MapLibre | null>
  styled: Ref<number>
  setting: MapSetting
  held: ShallowRef<{ spans: Span[]; at: number } | null>
  failed: (base: BaseMap) => void
  picked: (point: { x: number; y: number }) => void
}

export function useMapLayers({ map, styled, setting, held, failed, picked }: Options) {
  const { t, te } = useI18n()
  const live = useLive()
  const plots = usePlots(setting)
  const layers = useQuery({ queryKey: keys.layers, queryFn: geoApi.layers })
  const bases = useQuery({ queryKey: ['map', 'bases'], queryFn: geoApi.bases, staleTime: 600_000 })
  const riskOn = computed(() => setting.shown.includes('risk'))
  const risk = useQuery({ queryKey: computed(() => [...keys.records('enterprise'), 'risk', setting.filters.enterprise ?? []]), queryFn: () => geoApi.risk(setting.filters.enterprise ?? []), enabled: riskOn })
  const counties = useShapes(computed(() => (riskOn.value ? (risk.data.value ?? []).map((tally) => tally.division) : [])))
  const stamps = useTileStamps(() => setting.shown)
  const vehiclesOn = computed(() => setting.shown.includes('vehicles') && !held.value)
  const { vehicles } = useVehicles(vehiclesOn)
  const pins: PinLayer[] = []
  let fleet: VehicleLayer | null = null
  let service: ServiceBase | null = null
  let spot: Marker | null = null

  function start(created: MapLibre): void {
    pins.push(new PinLayer(created), new PinLayer(created))
    fleet = new VehicleLayer(created)
    service = new ServiceBase(created, failed)
  }
  const sign = (kind: string) => (te(`map.sign.${kind}`) ? t(`map.sign.${kind}`) : kind.slice(0, 1).toUpperCase())
  const words = (element: PlotElement) => element.label ?? t(`map.symbol.${element.symbol}`)
  const at = (pin: Pin) => {
    const point = map.value!.project([pin.lon, pin.lat])
    picked({ x: point.x, y: point.y - pin.lift })
  }

  watch([map, styled, () => [...setting.shown], () => setting.filters, layers.data, stamps], () => {
    const current = map.value
    if (!current || !styled.value) return
    for (const layer of layers.data.value ?? []) {
      if (!setting.shown.includes(layer.kind)) removeRecordLayer(current, layer.kind)
      else addRecordLayer(current, { kind: layer.kind, sign: sign(layer.kind), theme: theme.value, stamp: stamps.value[layer.kind] ?? 0, filter: setting.filters[layer.kind], risk: riskOn.value && layer.kind === 'enterprise' })
    }
  })

  const past = computed(() => held.value?.spans ?? null)
  const alarmsShown = computed(() => {
    if (!setting.shown.includes('alarms')) return []
    if (!past.value) return alarmPins(live.alarms.value, () => undefined)
    return past.value.flatMap((span): Pin[] => (span.what === 'alarm' && span.location ? [{ key: span.id, ...span.location, scale: 'alarm_priority', value: span.grade ?? 'low', label: span.title, pulse: false, testId: 'map-alarm', lift: 0, open: () => undefined }] : []))
  })
  const incidentsShown = computed(() => {
    if (!setting.shown.includes('incidents')) return []
    if (!past.value) return incidentPins(live.incidents.value, () => undefined)
    return past.value.flatMap((span): Pin[] => (span.what === 'incident' && span.location ? [{ key: span.id, ...span.location, scale: 'event_level', value: span.grade ?? 'ordinary', label: span.title, pulse: false, testId: 'map-incident', lift: 30, open: () => undefined }] : []))
  })
  const warningsShown = computed(() => {
    if (!setting.shown.includes('warnings')) return []
    if (!past.value) return live.warnings.value
    return past.value.filter((span) => span.what === 'warning').map((span) => ({ matter: span.id, identifier: span.id, color: span.grade ?? 'blue', event_type: '', headline: span.title, division: span.division, area: span.area, sent_at: span.from, expires_at: span.to, msg_type: 'Alert' }))
  })
  const pastShapes = useShapes(computed(() => (past.value ? warningsShown.value.filter((one) => !one.area?.polygon).flatMap((one) => one.area?.divisions ?? []) : [])))
  const openAt = (list: Pin[]) => list.map((pin) => ({ ...pin, open: () => at(pin) }))
  watch([map, alarmsShown], () => pins[0]?.show(openAt(alarmsShown.value)))
  watch([map, incidentsShown], () => pins[1]?.show(openAt(incidentsShown.value)))
  watch([map, vehiclesOn, vehicles], () => fleet?.show(vehiclesOn.value ? vehicles.value : [], (one) => [one.name, one.online ? '' : t('vehicle.silent'), ...one.alarms.map((alarm) => (te(`vehicle.alarm.${alarm}`) ? t(`vehicle.alarm.${alarm}`) : alarm))].filter(Boolean).join(' · '), (one) => {
    const point = map.value!.project([one.location.lon, one.location.lat])
    picked({ x: point.x, y: point.y })
  }))
  watch([map, styled, warningsShown, live.warningShapes, pastShapes], () => {
    if (map.value && styled.value) showWarnings(map.value, warningsShown.value, { ...live.warningShapes.value, ...pastShapes.value }, theme.value === 'night', (one) => warningLabel(one, t(`scale.warning_color.${one.color}`)))
  })
  watch([map, styled, riskOn, risk.data, counties], () => {
    if (!map.value || !styled.value) return
    if (!riskOn.value) removeOverlay(map.value, 'risk')
    else showRisk(map.value, risk.data.value ?? [], counties.value, (tally, level) => `${tally.name ?? tally.division}\n${t(`scale.risk_level.${level}`)} ${tally.counts[level]}`, theme.value === 'night')
  })
  watch([map, styled, plots.shown], () => {
    if (map.value && styled.value) showPlots(map.value, plots.shown.value.map((plot) => ({ id: plot.id, name: plot.name, elements: plot.attributes.elements })), words)
  })
  const retried = ref(0)
  watch([map, styled, () => setting.base, bases.data, retried], () => {
    if (map.value && styled.value) void service?.show(bases.data.value?.find((base) => base.id === setting.base) ?? null, theme.value)
  })

  return {
    start,
    live,
    plots,
    error: live.error,
    retryBase: () => (retried.value += 1),
    pins: () => pins.flatMap((layer) => layer.all()),
    vehiclesNear: (point: { x: number; y: number }, pixels: number): Thing[] => (fleet?.near(point, pixels) ?? []).map((one) => ({ type: 'vehicle', device: one.device, name: one.name })),
    pinsNear: (point: { x: number; y: number }, pixels: number) => pins.flatMap((layer) => layer.near(point, pixels)),
    /** Shows where a search led to. */
    mark(place: LonLat | null): void {
      spot?.remove()
      spot = place && map.value ? new Marker({ color: '#0b7d72' }).setLngLat([place.lon, place.lat]).addTo(map.value) : null
    },
    thingOf(key: string): Thing | null {
      const alarm = live.alarms.value.find((one) => one.id === key)
      if (alarm) return { type: 'alarm', id: alarm.id, title: alarm.title, priority: alarm.priority }
      const matter = live.incidents.value.find((one) => one.id === key)
      if (matter) return { type: 'incident', matter }
      const span = past.value?.find((one) => one.id === key)
      return span?.what === 'alarm' ? { type: 'alarm', id: span.id, title: span.title, priority: span.grade ?? 'low' } : null
    },
  }
}
export type MapLayers = ReturnType<typeof useMapLayers>
