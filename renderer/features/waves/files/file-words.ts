import type { WaveFileInfo, WaveFileTrace } from '../../../../shared/api/wave-files-contract.ts'
import { formatNumber, plural } from '../../../format/number.ts'
import { secondsText } from '../../../charts/record-data.ts'
import { rateText } from '../wave-words.ts'

/** Sentences about recordings in files. */

const truths = {
  sampled: 'sampled',
  rms: 'RMS as the recorder formed it',
  trend: 'values over time, no waveform',
  mixed: 'several kinds of values',
  unknown: 'kind of values not stated',
} as const

/** "sampled by SEL-421, 2 kS/s": what kind of truth a plot of this file is. */
export const evidenceOf = (
  file: WaveFileInfo,
  trace: WaveFileTrace | undefined,
  mode: 'samples' | 'rms',
  samplesEach: number,
): string => {
  const who =
    file.recorder === '' ? (file.station === '' ? 'a recorder that is not named' : file.station) : file.recorder
  const by = `file of ${who.length > 40 ? `${who.slice(0, 39)}…` : who}`
  const kind = mode === 'rms' ? 'one-cycle RMS formed here from its samples' : truths[trace?.truth ?? 'unknown']
  const rate = trace?.rateHz == null ? 'not evenly spaced' : rateText(trace.rateHz)
  return [kind, by, rate, ...(samplesEach > 1 ? [`lowest and highest of every ${samplesEach}`] : [])].join(', ')
}

/** When the first sample was taken, as the recorder wrote it, and whose clock that is. */
export const startText = (wallMs: number | null, offsetMinutes: number | null): string => {
  if (wallMs === null) return 'its start is not stated'
  const text = new Date(wallMs).toISOString().replace('T', ' ').replace('Z', '')
  if (offsetMinutes === null) return `begins ${text} by the recorder’s clock, whose zone the file does not state`
  const sign = offsetMinutes < 0 ? '−' : '+'
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60]
  return `begins ${text} UTC${sign}${hours}:${String(minutes).padStart(2, '0')} as the file states`
}

export const fileFacts = (file: WaveFileInfo): string =>
  [file.format ?? '', file.station, file.recorder].filter((text) => text !== '').join(' · ')

export const recordLabel = (file: WaveFileInfo, number: number): string => {
  const record = file.records[number]
  if (record === undefined) return String(number + 1)
  const when = record.wallMs === null ? '' : `, ${new Date(record.wallMs).toISOString().slice(0, 19).replace('T', ' ')}`
  return `${number + 1}: ${record.title}${when}, ${secondsText(record.durationS, record.durationS)}`
}

export const cursorWords = (pointS: number | null, markS: number | null, spanS: number): string => {
  if (markS === null) return 'Click a plot, or press m in it, to set the second cursor.'
  if (pointS === null) return 'Point at a plot to see the difference to the second cursor.'
  const s = pointS - markS
  const turn = Math.abs(s) < 1e-9 ? '' : `, ${formatNumber(1 / Math.abs(s), Math.abs(s) < 0.1 ? 2 : 4)} Hz`
  return `Difference of the cursors: ${secondsText(s, Math.min(spanS, Math.abs(s)))}${turn}`
}

export const nominalWords = (hz: number, from: 'file' | 'samples' | 'site'): string =>
  `cycle of ${formatNumber(hz, 0)} Hz, ${{ file: 'as the file states', samples: 'as its samples show', site: 'as the site file states: the recording does not tell' }[from]}`

export const trackCount = (shown: number, all: number): string =>
  all === shown ? plural(all, 'digital channel') : `${shown} of ${plural(all, 'digital channel')}: those that change`
