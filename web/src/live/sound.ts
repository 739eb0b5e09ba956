/** The room's sound. Browsers allow it only after a gesture: until then the screen says so. One tab rings, not each. */
import { computed, reactive, ref, watch } from 'vue'
import { sessionApi } from '@/api/session'
import { MELODIES, REPEAT_MS, type Tone } from './tones'

export type { Tone }
const MUTE_KEY = 'fengsui.muted'
const FOREVER = 'on'
const NOTE_AGAIN_MS = 10_000

/** Until when this browser is silent; null when it rings. */
function storedMute(): number | null {
  const stored = localStorage.getItem(MUTE_KEY)
  if (stored === FOREVER || stored === '1') return Number.POSITIVE_INFINITY
  const until = Number(stored)
  return until > Date.now() ? until : null
}

export const sound = reactive({
  armed: false,
  mutedUntil: storedMute(),
  /** What rings now; null when all is acknowledged and confirmed. */
  ringing: null as Tone | null,
  get muted(): boolean {
    return this.mutedUntil !== null
  },
})
export const soundState = computed<'unarmed' | 'muted' | 'armed'>(() => (sound.muted ? 'muted' : sound.armed ? 'armed' : 'unarmed'))

let audio: AudioContext | null = null
let timer = 0
let unmuteTimer = 0
/** Of several tabs that could ring, one does. */
const leads = ref(false)

export function play(tone: Tone): void {
  if (sound.muted || !audio || audio.state !== 'running') return
  const now = audio.currentTime
  for (const [frequency, start, length, wave] of MELODIES[tone]) {
    const oscillator = audio.createOscillator()
    const gain = audio.createGain()
    oscillator.type = wave ?? 'triangle'
    oscillator.frequency.value = frequency
    gain.gain.setValueAtTime(0, now + start)
    gain.gain.linearRampToValueAtTime(0.28, now + start + 0.02)
    gain.gain.exponentialRampToValueAtTime(0.001, now + start + length)
    oscillator.connect(gain).connect(audio.destination)
    oscillator.start(now + start)
    oscillator.stop(now + start + length + 0.05)
  }
}

function lead(): void {
  if (leads.value) return
  if (!('locks' in navigator)) {
    leads.value = true
    return
  }
  // Held until the tab goes away; another armed tab then takes over.
  void navigator.locks.request('fengsui-sound', () => {
    leads.value = true
    return new Promise<never>(() => undefined)
  })
}

/** Called from a gesture. */
export async function arm(): Promise<void> {
  audio ??= new AudioContext()
  if (audio.state !== 'running') await audio.resume().catch(() => undefined)
  sound.armed = audio.state === 'running'
  if (sound.armed) lead()
}

/** Who silenced a screen stands in the trace; a lost line does not lose that. */
function note(muted: boolean, minutes: number | null): void {
  sessionApi.noteSound(muted, minutes).catch(() => window.setTimeout(() => sound.muted === muted && note(muted, minutes), NOTE_AGAIN_MS))
}

function keepMute(until: number | null): void {
  sound.mutedUntil = until
  window.clearTimeout(unmuteTimer)
  if (until !== null && Number.isFinite(until)) unmuteTimer = window.setTimeout(() => unmute(), until - Date.now())
}

/** Silent for so many minutes, or until somebody turns it on again. */
export function mute(minutes: number | null): void {
  const until = minutes === null ? Number.POSITIVE_INFINITY : Date.now() + minutes * 60_000
  localStorage.setItem(MUTE_KEY, minutes === null ? FOREVER : String(until))
  keepMute(until)
  note(true, minutes)
}

export function unmute(): void {
  localStorage.removeItem(MUTE_KEY)
  keepMute(null)
  note(false, null)
}

/** Any first gesture arms the sound; the mark in the top bar tells when it is not. */
export function watchGestures(): void {
  // After the gesture, not during it: the bar that goes away must not move what is being clicked.
  for (const name of ['click', 'keyup'] as const) window.addEventListener(name, arm, { passive: true, once: true })
  // Another tab of the same browser has silenced the room, or lets it ring.
  window.addEventListener('storage', (event) => event.key === MUTE_KEY && keepMute(storedMute()))
  keepMute(sound.mutedUntil)
}

watch(
  () => (leads.value && sound.armed ? sound.ringing : null),
  (tone) => {
    window.clearInterval(timer)
    if (!tone) return
    play(tone)
    timer = window.setInterval(() => play(tone), REPEAT_MS[tone])
  },
)
