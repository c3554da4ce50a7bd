/** Why what was measured is not given: energy reports, meters' own records, power quality, waveforms, recordings in files, snapshots. */
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
  /** null: it has none, and its logs say nothing more. */
  readonly 'no-capture-taken': { readonly why: string | null }
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

interface WaveRefusals {
  /** A meter that keeps captures of its own. */
  readonly 'meter-has-no-live-wave': Nothing
  readonly 'no-wave-sources': Nothing
  /** `why`: what the thread that measures says. */
  readonly 'waves-not-answered': { readonly why: string }
  readonly 'capture-gone': Nothing
  readonly 'nothing-to-capture': Nothing
}

interface SnapshotRefusals {
  readonly 'snapshot-of-when': Nothing
  readonly 'snapshot-to-come': Nothing
  readonly 'snapshot-too-long': Nothing
}

export interface MeasurementRefusals
  extends EnergyRefusals, MeterRecordRefusals, QualityRefusals, RecordingRefusals, SnapshotRefusals, WaveRefusals {}

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
  'no-capture-taken': ({ why }) => why ?? 'the meter keeps no capture just now',
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

const waveSentences: Sentences<WaveRefusals> = {
  'meter-has-no-live-wave': () => 'a meter that keeps captures has no live wave; read its captures instead',
  'no-wave-sources': () => 'this program was started without wave sources',
  'waves-not-answered': ({ why }) => why,
  'capture-gone': () => 'that capture is not kept any more: the oldest make room for the newest of the same source',
  'nothing-to-capture': () => 'nothing can be captured: no samples come, or a capture is being taken just now',
}

const snapshotSentences: Sentences<SnapshotRefusals> = {
  'snapshot-of-when': () => 'say either the last minutes or from when to when',
  'snapshot-to-come': () => 'that time has not come yet: choose one that begins before now',
  'snapshot-too-long': () => 'at most 7 days go into one snapshot: every second is kept that long',
}

export const measurementSentences: Sentences<MeasurementRefusals> = {
  ...energySentences,
  ...meterRecordSentences,
  ...qualitySentences,
  ...recordingSentences,
  ...snapshotSentences,
  ...waveSentences,
}
