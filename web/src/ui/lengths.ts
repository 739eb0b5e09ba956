/** Lengths that are offered for setting aside, in minutes. */
const OFFERED = [15, 30, 60, 120, 240, 480, 1440, 4320, 10_080, 43_200]

/** At most seven within the limit, and the limit itself. */
export function lengths(longest: number): number[] {
  const within = OFFERED.filter((one) => one < longest)
  return [...within.slice(-7), longest]
}
