import type * as G from './generated'
import { request, url } from './request'
import type { Answer } from './types'

export type VehiclePosition = Answer<G.DevicePosition>
export type Track = Answer<G.Track>
export type Fix = Track['points'][number]
export type DrivingRecord = Answer<G.DrivingRecord>
export type FleetReport = Answer<G.FleetReport>
export type FleetLine = FleetReport['lines'][number]

export interface TrackSpan { from: string; to: string }
export interface FleetQuestion { day?: string; division?: string; enterprise?: string; broken_only?: boolean }

/** Devices that move: where they are, where they were, and how they were driven. Each look at a track is traced. */
export const vehiclesApi = {
  positions: () => request<VehiclePosition[]>('/devices/positions'),
  track: (device: string, span: TrackSpan, most?: number) => request<Track>(`/devices/${device}/track`, { query: { ...span, most } }),
  driving: (device: string, span: TrackSpan) => request<DrivingRecord>(`/devices/${device}/driving`, { query: { ...span } }),
  fileUrl: (device: string, format: 'geojson' | 'gpx', span: TrackSpan) => url(`/devices/${device}/track.${format}`, { ...span }),
  fleet: (query: FleetQuestion) => request<FleetReport>('/vehicles/driving', { query: { ...query } }),
  fleetUrl: (format: 'xlsx' | 'csv', query: FleetQuestion) => url(`/vehicles/driving/export.${format}`, { ...query }),
}
