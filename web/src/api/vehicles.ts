import type { DevicePosition, TrackPoint } from './generated'
import { request } from './request'
import type { Answer } from './types'

export type VehiclePosition = Answer<DevicePosition>
export type TrackDot = Answer<TrackPoint>

/** Devices that move: where they are, and where they were. */
export const vehiclesApi = {
  positions: () => request<VehiclePosition[]>('/devices/positions'),
  track: (device: string, from: Date, to: Date) => request<TrackDot[]>(`/devices/${device}/track`, { query: { from: from.toISOString(), to: to.toISOString() } }),
}
