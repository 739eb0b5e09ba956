/** One tone per kind of call, told apart with closed eyes: alarms jump, red warnings rise, orders chime, urgent messages knock. */

export type Tone = 'alarm_urgent' | 'warning_red' | 'message_urgent' | 'order' | 'alarm_high'
type Note = [frequency: number, start: number, length: number, wave?: OscillatorType]

export const MELODIES: Record<Tone, Note[]> = {
  alarm_urgent: [[988, 0, 0.16], [740, 0.2, 0.16], [988, 0.4, 0.16], [740, 0.6, 0.16], [988, 0.8, 0.3]],
  warning_red: [[440, 0, 0.22, 'sawtooth'], [554, 0.22, 0.22, 'sawtooth'], [659, 0.44, 0.22, 'sawtooth'], [880, 0.66, 0.5, 'sawtooth']],
  message_urgent: [[880, 0, 0.12], [880, 0.18, 0.12], [1175, 0.36, 0.3]],
  order: [[523, 0, 0.14, 'sine'], [659, 0.16, 0.14, 'sine'], [784, 0.32, 0.4, 'sine']],
  alarm_high: [[784, 0, 0.18], [988, 0.26, 0.24]],
}
/** The graver, the more often. */
export const REPEAT_MS: Record<Tone, number> = { alarm_urgent: 4_000, warning_red: 4_500, message_urgent: 6_000, order: 8_000, alarm_high: 10_000 }
export const TONES = Object.keys(MELODIES) as Tone[]
