/** Where a matter is worked on; processes without a page of their own use the generic one. */
export function matterPath(process: string | null | undefined, id: string): string {
  if (process === 'warning') return `/warnings/${id}`
  if (process === 'incident') return `/incidents/${id}`
  if (process === 'drill') return `/drills/${id}`
  return `/matters/${id}`
}
