/** PMTiles archives, loaded only where the configuration names one. */
import { addProtocol } from 'maplibre-gl'
import { Protocol } from 'pmtiles'

let protocol: Protocol | null = null

export function addPmtiles(address: string): string {
  if (!protocol) {
    protocol = new Protocol()
    addProtocol('pmtiles', protocol.tile)
  }
  const { href } = new URL(address, window.location.origin)
  // The reader remembers that an archive could not be opened: whoever tries again gets a new one.
  protocol.tiles.delete(href)
  return `pmtiles://${href}`
}
