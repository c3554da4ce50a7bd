import type { WaveCapture, WaveSourceState } from '../../../shared/api/waves-contract.ts'
import { formatPeriod } from '../../format/duration.ts'
import type { Sweep } from './use-scope.ts'
import { formatBytes, formatNumber, plural } from '../../format/number.ts'

/** Sentences about sampled waveforms, one function for each thing that is said. */

export const rateText = (rateHz: number): string =>
  rateHz >= 1000 ? `${formatNumber(rateHz / 1000, rateHz % 1000 === 0 ? 0 : 2)} kS/s` : `${formatNumber(rateHz, 0)} S/s`

/** What is known of the way the samples came: beside the picture, so that it can be judged. */
export const sourceFacts = (source: WaveSourceState): readonly string[] => [
  source.device === null ? 'the front end has not said what it is' : `front end: ${source.device}`,
  source.samplesPerS === null
    ? 'rate not yet known'
    : `${formatNumber(source.samplesPerS, 0)} samples a second come, ${formatNumber(source.rateHz ?? 0, 0)} are declared`,
  source.lostSamples === 0
    ? 'no sample lost'
    : `${plural(source.lostSamples, 'sample')} of each channel lost in ${plural(source.lostFrames, 'frame')}`,
  source.crcErrors === 0 ? 'no damaged frame' : plural(source.crcErrors, 'damaged frame'),
  ...(source.clockSteps === 0 ? [] : [`its clock stepped ${plural(source.clockSteps, 'time')}, marked as a break`]),
  ...(source.notAnalysed === 0 ? [] : [`${plural(source.notAnalysed, 'sample')} came while nothing analysed them`]),
  ...(source.refused === 0 ? [] : [`${plural(source.refused, 'frame')} refused: ${source.refusedWhy ?? ''}`]),
  source.stampAgainstClockMs === null
    ? 'its clock is not yet known'
    : `its newest time stamp is ${formatNumber(Math.abs(source.stampAgainstClockMs), 0)} ms ${source.stampAgainstClockMs <= 0 ? 'behind' : 'ahead of'} this computer’s clock`,
]

/** A frequency read off is wrong by as much as the rate: 500 millionths are 25 mHz of 50 Hz (editable assumption). */
const doubtfulPpm = 500

/** That a front end lies about its rate, by its own time stamps; null: it does not, or it is not known yet. */
export const rateDoubt = ({ ratePpm, rateHz }: WaveSourceState): string | null =>
  ratePpm === null || rateHz === null || Math.abs(ratePpm) < doubtfulPpm
    ? null
    : `It declares ${formatNumber(rateHz, 0)} samples a second, and its own time stamps say ${formatNumber(rateHz * (1 + ratePpm / 1e6), 1)}: times and frequencies read off here are wrong by ${formatNumber(Math.abs(ratePpm) / 1e4, 2)} %. Correct the rate in the front end.`

/** Why a scope is empty although nothing is wrong. */
export const waitingWords = ({ state, where, lastFrameMs }: WaveSourceState): string =>
  state === 'connected' && lastFrameMs === null
    ? `The front end at ${where} is connected and has sent no samples so far.`
    : state === 'connected'
      ? `Samples of ${where} come; the picture is drawn with the next of them.`
      : `The connection to ${where} is being made; the picture begins with its first samples.`

export const causeText = ({ cause }: WaveCapture): string => {
  switch (cause.kind) {
    case 'by-hand':
      return 'by hand'
    case 'level':
      return `${cause.channel} ${cause.edge === 'rising' ? 'rose above' : 'fell below'} ${formatNumber(cause.level, 1)}`
    case 'finding':
      return `finding: ${cause.title}`
    case 'incident':
      return `incident: ${cause.what}`
    case 'inrush':
      return `inrush on ${cause.channel}`
    case 'meter':
      return `taken by the meter itself${cause.hasTime ? '' : ', which does not say when; the time is when it was read'}`
    case 'voltage-event':
      return { dip: 'voltage dip', swell: 'voltage swell', interruption: 'interruption' }[cause.event]
  }
}

/** What the times of a capture are worth. */
export const captureClockText = ({ clock }: WaveCapture): string => {
  if (clock === undefined || clock.aheadMs === null) return 'not compared'
  const off = formatPeriod(Math.abs(clock.aheadMs))
  const side = clock.aheadMs < 0 ? 'behind' : 'ahead'
  return clock.isCorrected
    ? `was ${off} ${side}, corrected; ±${formatPeriod(clock.uncertaintyMs ?? 0)}`
    : `${off} ${side} as it came, delay included`
}

/** Where captures are kept, how many, and what becomes of more. */
export const keptText = ({ on, count, bytes, bounds, dropped }: NonNullable<WaveSourceState['kept']>): string =>
  [
    on === 'disk'
      ? `Kept beside the site, also when the program ends: ${plural(count, 'capture')}, ${formatBytes(bytes)}.`
      : 'Kept in memory until the program ends.',
    `Of one source the newest ${formatNumber(bounds.count, 0)} or ${formatBytes(bounds.bytes)} stay; those a level took make room first.`,
    ...(dropped === 0 ? [] : [`${plural(dropped, 'capture')} made room since the program started.`]),
  ].join(' ')

/** The difference of two cursors, and the frequency one turn of it would have. */
export const differenceWords = (pointMs: number | null, markMs: number | null): string => {
  if (markMs === null) return 'Click a scope, or press m in it, to set the second cursor.'
  if (pointMs === null) return 'Point at a scope to see the difference to the second cursor.'
  const ms = pointMs - markMs
  const turn = Math.abs(ms) < 0.01 ? '' : `, ${formatNumber(1000 / Math.abs(ms), 2)} Hz`
  return `Difference of the cursors: ${formatNumber(ms, 2)} ms${turn}`
}

export const spanText = (ms: number): string => formatPeriod(ms)

/** What the scope does just now. */
export const scopeState = (isHeld: boolean, isFree: boolean, sweep: Sweep, isTriggered: boolean): string => {
  if (isHeld) return 'Paused: wheel and drag look around'
  if (isFree) return 'Runs free'
  if (isTriggered) return 'Triggered'
  return sweep === 'always' ? 'Waits for its trigger, runs free' : 'Waits for its trigger'
}

interface SpectrumFacts {
  readonly orders: readonly number[]
  readonly thdTo: number
  readonly cycles: number
  readonly frequencyHz: number
}
/** Of a spectrum that is for looking at. */
export const spectrumWords = {
  percent: (thd: number): string => `${formatNumber(thd, 2)} %`,
  basis: ({ orders, thdTo, cycles, frequencyHz }: SpectrumFacts, unit: string): string =>
    `orders 2 to ${thdTo} over the fundamental of ${formatNumber(orders[1] ?? 0, 2)} ${unit}; ${plural(cycles, 'cycle')} of ${formatNumber(frequencyHz, 2)} Hz, rectangular window, single orders, no class claimed`,
}
