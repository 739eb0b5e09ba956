/** A role of the design language as a value, for what draws on a canvas (charts, maps). */
export function token(role: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(role).trim()
}
