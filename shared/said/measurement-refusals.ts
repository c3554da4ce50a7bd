/** Why what was measured is not given: energy reports, meters' own records, power quality, recordings in files. */
import type { Sentences } from './sentences.ts'

type Nothing = Readonly<Record<string, never>>

interface EnergyRefusals {
  readonly 'energy-too-long': { readonly mostDays: number }
  readonly 'energy-not-over': Nothing
  readonly 'energy-too-much': { readonly sources: number }
  readonly 'energy-reports-waiting': { readonly count: number }
}

interface MeterRecordRefusals {
  readonly 'clock-elsewhere': Nothing
  /** `why` of these: what the meter, its line or its records say, in words. */
  readonly 'meter-clock-not-set': { readonly why: string }
  readonly 'not-reconstructed': { readonly why: string }
  readonly 'no-capture-taken': { readonly why: string }
  readonly 'meter-keeps-nothing': { readonly meterId: string }
}

interface QualityRefusals {
  readonly 'quality-too-long': Nothing
  readonly 'no-quality-source': { readonly sourceId: string }
}

interface RecordingRefusals {
  readonly 'no-place-for-recordings': Nothing
  readonly 'recording-not-open': Nothing
  readonly 'recording-not-whole': Nothing
  /** `why`: what the reader of its format says. */
  readonly 'recording-unreadable': { readonly name: string; readonly why: string }
  /** What was asked of it can't be answered; `why`: what its reader says, a full sentence. */
  readonly 'recording-not-answered': { readonly why: string }
  readonly 'recordings-full': { readonly most: number }
  readonly 'other-half-gone': Nothing
}

export interface MeasurementRefusals extends EnergyRefusals, MeterRecordRefusals, QualityRefusals, RecordingRefusals {}

const energySentences: Sentences<EnergyRefusals> = {
  'energy-too-long': ({ mostDays }) => `A report reaches over ${mostDays} days at most: choose a shorter time.`,
  'energy-not-over': () => 'Nothing of this time is over yet: choose one that has begun at least a minute ago.',
  'energy-too-much': ({ sources }) =>
    `${sources} meters and chargers over this time are more than a report may read beside the control: choose a shorter time.`,
  'energy-reports-waiting': ({ count }) => `${count} energy reports are being made already; try again in a moment.`,
}

const meterRecordSentences: Sentences<MeterRecordRefusals> = {
  'clock-elsewhere': () => 'another program has this site; set the clock there',
  'meter-clock-not-set': ({ why }) => why,
  'not-reconstructed': ({ why }) => why,
  'no-capture-taken': ({ why }) => why,
  'meter-keeps-nothing': ({ meterId }) => `the profile of meter '${meterId}' knows of no records of its own`,
}

const qualitySentences: Sentences<QualityRefusals> = {
  'quality-too-long': () => 'at most a week can be asked for at once; choose a shorter time',
  'no-quality-source': ({ sourceId }) => `there is no wave source and no meter '${sourceId}' on this site`,
}

const recordingSentences: Sentences<RecordingRefusals> = {
  'no-place-for-recordings': () => 'this program was started without a place for recordings',
  'recording-not-open': () => 'this recording is not open any more: send it again',
  'recording-not-whole': () => 'this recording is not whole yet',
  'recording-unreadable': ({ name, why }) => `${name} can't be read: ${why}`,
  'recording-not-answered': ({ why }) => why,
  'recordings-full': ({ most }) => `${most} recordings are open: close one of them first`,
  'other-half-gone': () => 'the other half is gone: send both files again',
}

export const measurementSentences: Sentences<MeasurementRefusals> = {
  ...energySentences,
  ...meterRecordSentences,
  ...qualitySentences,
  ...recordingSentences,
}
