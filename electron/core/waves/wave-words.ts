import type { EventKind } from '../../../shared/said/event-kinds.ts'
import type { VoltageEvent } from '../../../shared/electrical/voltage-event.ts'
import type { Inrush } from '../../../shared/power-quality/inrush.ts'
import type { RapidChange } from '../../../shared/power-quality/rapid-change.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import type { CaptureSummary } from '../../../shared/wave/wave-observation.ts'
import type { WaveNotice } from './wave-ports.ts'

/** What a row of the history says of sampled waveforms: one function for each kind of data. */
export interface WaveRow {
  readonly kind: EventKind
  readonly severity: SiteEvent['severity']
  readonly message: string
}

const eventNames = { dip: 'voltage dip', swell: 'voltage swell', interruption: 'interruption' } as const
const seconds = (ms: number): string => (ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`)

export const noticeRow = (notice: WaveNotice, name: string): WaveRow => {
  switch (notice.kind) {
    case 'connected':
      return { kind: 'wave-connected', severity: 'info', message: `${name}: ${notice.where} sends samples` }
    case 'lost':
      return { kind: 'wave-disconnected', severity: 'warning', message: `${name}: ${notice.problem}` }
    case 'described': {
      const { device, rateHz, channels } = notice.description
      const names = channels.map((channel) => channel.name).join(', ')
      return {
        kind: 'wave-described',
        severity: 'info',
        message: `${name}: ${rateHz} samples a second of ${names}; the front end calls itself "${device}"`,
      }
    }
    case 'analysis-down':
      return {
        kind: 'wave-analysis-down',
        severity: 'warning',
        message:
          `The analysis of the waveforms stopped (${notice.why}) and starts again in ${seconds(notice.againInMs)}; ` +
          'metering and control go on. Captures kept so far are lost. If it happens again, send a snapshot to its makers',
      }
    case 'analysis-back':
      return {
        kind: 'wave-analysis-back',
        severity: 'info',
        message: `The analysis of the waveforms runs again, after ${notice.restarts} ${notice.restarts === 1 ? 'restart' : 'restarts'}`,
      }
  }
}

/** A dip, swell or interruption when it is over, or cannot be followed any more. */
export const voltageEventRow = (event: VoltageEvent, name: string, udinV: number): WaveRow => {
  const extreme = event.kind === 'swell' ? 'highest' : 'lowest'
  const lasted =
    event.toMs === null
      ? 'its end was not seen, because samples are missing'
      : `it lasted ${seconds(event.toMs - event.fromMs)}`
  const share = ((event.extremeV / udinV) * 100).toFixed(1)
  return {
    kind: `wave-${event.kind}`,
    severity: event.kind === 'swell' ? 'warning' : event.kind === 'dip' ? 'warning' : 'critical',
    message:
      `${name}, sampled: ${eventNames[event.kind]} on ${event.channels.join(', ')}, ` +
      `${extreme} one-cycle RMS ${event.extremeV.toFixed(1)} V (${share} % of ${udinV} V), ${lasted}`,
  }
}

export const rapidChangeRow = (change: RapidChange, name: string): WaveRow => ({
  kind: 'wave-rapid-change',
  severity: 'info',
  message:
    `${name}, sampled: rapid voltage change on ${change.channels.join(', ')}, by ${change.largestV.toFixed(1)} V, ` +
    `lasting ${change.lastingV.toFixed(1)} V, until steady after ${seconds(Math.max(0, change.toMs - change.fromMs))}`,
})

export const inrushRow = ({ channel, fromMs, toMs, beforeA, highestA }: Inrush, name: string): WaveRow => ({
  kind: 'wave-inrush',
  severity: 'info',
  message:
    `${name}, sampled: inrush on ${channel}, from ${beforeA.toFixed(1)} A to ${highestA.toFixed(1)} A (one-cycle RMS), ` +
    `over after ${seconds(toMs - fromMs)}`,
})

const causeWords = ({ cause }: CaptureSummary): string => {
  switch (cause.kind) {
    case 'by-hand':
      return 'by hand'
    case 'level':
      return `${cause.channel} ${cause.edge === 'rising' ? 'rose above' : 'fell below'} ${cause.level}`
    case 'finding':
      return `on the finding "${cause.title}"`
    case 'inrush':
      return `inrush on ${cause.channel}`
    case 'voltage-event':
      return eventNames[cause.event]
  }
}

export const captureRow = (capture: CaptureSummary, name: string): WaveRow => ({
  kind: 'wave-captured',
  severity: 'info',
  message:
    `${name}: waveform captured (${causeWords(capture)}), ${seconds(capture.toMs - capture.fromMs)} of samples` +
    (capture.isWhole ? '' : '; not whole, because samples are missing'),
})
