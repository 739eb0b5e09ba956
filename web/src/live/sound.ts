/** The room's sound. Browsers allow it only after a gesture: until then the screen says so. */
import { computed, reactive, watch } from 'vue'

export type Tone = 'alarm_urgent' | 'alarm_high' | 'message_urgent' | 'order'
const MUTE_KEY = 'fengsui.muted'
const REPEAT_MS = 4000

export const sound = reactive({
  armed: false,
  muted: localStorage.getItem(MUTE_KEY) === '1',
  /** What rings now; null when all is acknowledged and confirmed. */
  ringing: null as Tone | null,
})
export const soundState = computed<'unarmed' | 'muted' | 'armed'>(() => (sound.muted ? 'muted' : sound.armed ? 'armed' : 'unarmed'))

let audio: AudioContext | null = null
let timer = 0

const MELODIES: Record<Tone, [frequency: number, start: number, length: number][]> = {
  alarm_urgent: [[988, 0, 0.16], [740, 0.2, 0.16], [988, 0.4, 0.16], [740, 0.6, 0.16], [988, 0.8, 0.3]],
  alarm_high: [[784, 0, 0.18], [988, 0.26, 0.24]],
  message_urgent: [[880, 0, 0.12], [880, 0.18, 0.12], [1175, 0.36, 0.3]],
  order: [[523, 0, 0.14], [659, 0.16, 0.14], [784, 0.32, 0.26]],
}

export function play(tone: Tone): void {
  if (sound.muted || !audio || audio.state !== 'running') return
  const now = audio.currentTime
  for (const [frequency, start, length] of MELODIES[tone]) {
    const oscillator = audio.createOscillator()
    const gain = audio.createGain()
    oscillator.type = 'triangle'
    oscillator.frequency.value = frequency
    gain.gain.setValueAtTime(0, now + start)
    gain.gain.linearRampToValueAtTime(0.28, now + start + 0.02)
    gain.gain.exponentialRampToValueAtTime(0.001, now + start + length)
    oscillator.connect(gain).connect(audio.destination)
    oscillator.start(now + start)
    oscillator.stop(now + start + length + 0.05)
  }
}

/** Called from a gesture. */
export async function arm(): Promise<void> {
  audio ??= new AudioContext()
  if (audio.state !== 'running') await audio.resume().catch(() => undefined)
  sound.armed = audio.state === 'running'
  if (sound.armed && sound.ringing) play(sound.ringing)
}

export function setMuted(muted: boolean): void {
  sound.muted = muted
  localStorage.setItem(MUTE_KEY, muted ? '1' : '0')
}

function onGesture(): void {
  void arm()
}

/** Any first gesture arms the sound; the mark in the top bar tells when it is not. */
export function watchGestures(): void {
  // After the gesture, not during it: the bar that goes away must not move what is being clicked.
  for (const name of ['click', 'keyup'] as const) window.addEventListener(name, onGesture, { passive: true, once: true })
}

watch(
  () => sound.ringing,
  (tone) => {
    window.clearInterval(timer)
    if (!tone) return
    play(tone)
    timer = window.setInterval(() => play(tone), REPEAT_MS)
  },
)
