/** The box around nested GeoJSON coordinates. */
export function boundsOf(shapes: unknown): [[number, number], [number, number]] | null {
  let west = Infinity
  let south = Infinity
  let east = -Infinity
  let north = -Infinity
  const visit = (value: unknown): void => {
    if (!Array.isArray(value)) return
    if (typeof value[0] === 'number' && typeof value[1] === 'number') {
      west = Math.min(west, value[0])
      east = Math.max(east, value[0])
      south = Math.min(south, value[1])
      north = Math.max(north, value[1])
    } else value.forEach(visit)
  }
  visit(shapes)
  return west <= east ? [[west, south], [east, north]] : null
}
