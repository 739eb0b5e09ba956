/** PMTiles archives, loaded only where the configuration names one. */
import { addProtocol } from 'maplibre-gl'
import { Protocol } from 'pmtiles'

let started = false

export function addPmtiles(address: string): string {
  if (!started) {
    const protocol = new Protocol()
    addProtocol('pmtiles', protocol.tile)
    started = true
  }
  return `pmtiles://${new URL(address, window.location.origin).href}`
}
