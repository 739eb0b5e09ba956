/** Base maps beside the offline one. The offline base stays beneath: when a service fails, nothing turns white. */
import type { RasterSourceSpecification } from 'maplibre-gl'
import type { BaseMap } from '@/api/types'
import type { Theme } from '@/ui/theme'
import type { MapLibre } from './engine'
import { below } from './overlay'

const IDS = ['service-base', 'service-names'] as const
/** So many tiles in a row that do not come mean that the service is not there. */
const FAILURES = 3

async function sourceOf(base: BaseMap, tiles: string[]): Promise<RasterSourceSpecification> {
  const shared = { type: 'raster' as const, tileSize: base.tile_size, minzoom: base.min_zoom, maxzoom: base.max_zoom, attribution: base.attribution }
  if (base.format !== 'pmtiles') return { ...shared, tiles }
  const { addPmtiles } = await import('./pmtiles')
  return { ...shared, url: addPmtiles(tiles[0] ?? '') }
}

/** Lays a service's pictures over the offline base; tells when they do not come. */
export class ServiceBase {
  private failures = 0
  private current: string | null = null
  constructor(private readonly map: MapLibre, private readonly failed: (base: BaseMap) => void) {
    map.on('error', (event) => this.noteError(event as { sourceId?: string; error?: { status?: number }; tile?: unknown }))
    map.on('data', (event) => {
      const data = event as { sourceId?: string; tile?: { state?: string } }
      if (data.sourceId === IDS[0] && data.tile?.state === 'loaded') this.failures = 0
    })
  }
  private base: BaseMap | null = null

  async show(base: BaseMap | null, theme: Theme): Promise<void> {
    this.remove()
    this.base = base
    this.current = base?.id ?? null
    this.failures = 0
    if (!base) return
    for (const [index, tiles] of [base.tiles, base.overlay].entries()) {
      if (tiles.length === 0) continue
      const source = await sourceOf(base, tiles)
      const id = IDS[index]!
      if (this.current !== base.id || this.map.getSource(id)) return
      this.map.addSource(id, source)
      // At night a bright picture would blind: it is dimmed, never hidden.
      this.map.addLayer({ id, type: 'raster', source: id, paint: { 'raster-brightness-max': theme === 'night' ? 0.55 : 1, 'raster-saturation': theme === 'night' ? -0.35 : 0, 'raster-fade-duration': 120 } }, below(this.map, 'base'))
    }
  }

  private noteError(event: { sourceId?: string; error?: { status?: number }; tile?: unknown }): void {
    if (!this.base || !IDS.includes(event.sourceId as (typeof IDS)[number])) return
    // A tile outside of the service's area is no failure; an archive that cannot be opened has no tiles at all.
    if (event.tile && event.error?.status === 404) return
    this.failures += event.tile ? 1 : FAILURES
    if (this.failures < FAILURES) return
    const base = this.base
    this.remove()
    this.base = null
    this.current = null
    this.failed(base)
  }

  private remove(): void {
    for (const id of IDS) {
      if (this.map.getLayer(id)) this.map.removeLayer(id)
      if (this.map.getSource(id)) this.map.removeSource(id)
    }
  }
}
