import type { VoltageEvent } from '../electrical/voltage-event.ts'
import type { Side } from '../power-quality/event-direction.ts'
import type { Inrush } from '../power-quality/inrush.ts'
import type { RapidChange } from '../power-quality/rapid-change.ts'
import type { WaveDescription } from '../wave/wave-block.ts'
import type { CaptureSummary } from '../wave/wave-observation.ts'
import type { Sentences } from './sentences.ts'

/** One source of sampled waveforms: its id and its name for people. */
interface OfSource {
  readonly source: string
  readonly name: string
}
interface VoltageFacts extends OfSource {
  readonly event: VoltageEvent
  /** Declared input voltage, V. */
  readonly udinV: number
  /** Where it came from, as far as the current at its beginning tells; null: it doesn't. */
  readonly side: Side | null
}

/** What happens to sources of sampled waveforms, and what their samples show. */
export interface WaveFacts {
  readonly 'wave-connected': OfSource & { readonly where: string }
  readonly 'wave-disconnected': OfSource & { readonly problem: string }
  readonly 'wave-described': OfSource & { readonly description: WaveDescription }
  readonly 'wave-analysis-down': { readonly why: string; readonly againInMs: number }
  readonly 'wave-analysis-back': { readonly restarts: number }
  readonly 'wave-captured': OfSource & CaptureSummary
  readonly 'wave-dip': VoltageFacts
  readonly 'wave-swell': VoltageFacts
  readonly 'wave-interruption': VoltageFacts
  readonly 'wave-rapid-change': OfSource & { readonly change: RapidChange }
  readonly 'wave-inrush': OfSource & { readonly inrush: Inrush }
}

const eventNames = { dip: 'voltage dip', swell: 'voltage swell', interruption: 'interruption' } as const
const seconds = (ms: number): string => (ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`)

/** A dip, swell or interruption when it is over, or cannot be followed any more. */
const voltageText = ({ event, name, udinV }: VoltageFacts): string => {
  const extreme = event.kind === 'swell' ? 'highest' : 'lowest'
  const lasted =
    event.toMs === null
      ? 'its end was not seen, because samples are missing'
      : `it lasted ${seconds(event.toMs - event.fromMs)}`
  const share = ((event.extremeV / udinV) * 100).toFixed(1)
  return (
    `${name}, sampled: ${eventNames[event.kind]} on ${event.channels.join(', ')}, ` +
    `${extreme} one-cycle RMS ${event.extremeV.toFixed(1)} V (${share} % of ${udinV} V), ${lasted}`
  )
}

const causeWords = ({ cause }: Pick<CaptureSummary, 'cause'>): string => {
  switch (cause.kind) {
    case 'by-hand':
      return 'by hand'
    case 'level':
      return `${cause.channel} ${cause.edge === 'rising' ? 'rose above' : 'fell below'} ${cause.level}`
    case 'finding':
      return `on the finding "${cause.title}"`
    case 'incident':
      return `on the incident "${cause.what}"`
    case 'inrush':
      return `inrush on ${cause.channel}`
    case 'meter':
      return `taken by the meter itself; ${cause.rateFrom}`
    case 'voltage-event':
      return eventNames[cause.event]
  }
}

export const waveSentences: Sentences<WaveFacts> = {
  'wave-connected': ({ name, where }) => `${name}: ${where} sends samples`,
  'wave-disconnected': ({ name, problem }) => `${name}: ${problem}`,
  'wave-described': ({ name, description: { device, rateHz, channels } }) =>
    `${name}: ${rateHz} samples a second of ${channels.map((channel) => channel.name).join(', ')}; the front end calls itself "${device}"`,
  'wave-analysis-down': ({ why, againInMs }) =>
    `The analysis of the waveforms stopped (${why}) and starts again in ${seconds(againInMs)}; ` +
    'metering and control go on. Captures kept so far are lost. If it happens again, send a snapshot to its makers',
  'wave-analysis-back': ({ restarts }) =>
    `The analysis of the waveforms runs again, after ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`,
  'wave-captured': ({ name, isWhole, ...capture }) =>
    `${name}: waveform captured (${causeWords(capture)}), ${seconds(capture.toMs - capture.fromMs)} of samples` +
    (isWhole ? '' : '; not whole, because samples are missing'),
  'wave-dip': voltageText,
  'wave-swell': voltageText,
  'wave-interruption': voltageText,
  'wave-rapid-change': ({ name, change }) =>
    `${name}, sampled: rapid voltage change on ${change.channels.join(', ')}, by ${change.largestV.toFixed(1)} V, ` +
    `lasting ${change.lastingV.toFixed(1)} V, until steady after ${seconds(Math.max(0, change.toMs - change.fromMs))}`,
  'wave-inrush': ({ name, inrush: { channel, fromMs, toMs, beforeA, highestA } }) =>
    `${name}, sampled: inrush on ${channel}, from ${beforeA.toFixed(1)} A to ${highestA.toFixed(1)} A (one-cycle RMS), ` +
    `over after ${seconds(toMs - fromMs)}`,
}
