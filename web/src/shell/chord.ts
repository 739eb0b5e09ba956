/** `g` waits a moment for the letter of the place to go to; until then no page takes that letter for itself. */
const WAIT_MS = 1200
let until = 0

export function beginChord(): void {
  until = Date.now() + WAIT_MS
}
export function inChord(): boolean {
  return Date.now() < until
}
/** Whether a letter was waited for; it is not any more. */
export function endChord(): boolean {
  const waited = inChord()
  until = 0
  return waited
}
