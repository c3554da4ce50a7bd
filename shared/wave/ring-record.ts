import { evenTimebase } from '../wave-record/timebase.ts'
import { valuesAt } from '../wave-record/at-cursor.ts'
import { spectrumAt, type Spectrum } from '../wave-record/spectrum.ts'
import type { TracePhase, WaveRecord } from '../wave-record/wave-record.ts'
import type { WaveChannel, WaveUnit } from './wave-block.ts'
import { msAt, type WaveRing, type WaveStretch } from './wave-ring.ts'

/** One channel at one time: the sample there, and one cycle around it. */
export interface LookedChannel {
  readonly name: string
  readonly unit: WaveUnit
  readonly instant: number | null
  readonly rms: number | null
  /** RMS of the fundamental, and its angle against a cosine at that time, degrees. */
  readonly fundamental: number | null
  readonly angleDeg: number | null
}

/** What there is to read off at one time of a live source, formed from the samples in memory. */
export interface WaveLook {
  /** UTC by the front end's clock, epoch ms. */
  readonly atMs: number
  readonly frequencyHz: number | null
  readonly channels: readonly LookedChannel[]
  /** Of the channel that was asked for; null: none was, or no whole cycle of it is there. */
  readonly spectrum: Spectrum | null
}

export interface WaveLookRequest {
  /** UTC by the front end's clock, epoch ms; null: the newest. */
  readonly atMs: number | null
  readonly spectrumOf: string | null
}

const phases: readonly TracePhase[] = ['1', '2', '3', 'n']

/** A stretch of the ring seen as a recording: what is formed from recordings is formed from live samples by the same functions. */
export const ringRecord = (layout: readonly WaveChannel[], ring: WaveRing, stretch: WaveStretch): WaveRecord => {
  const { from, to, rateHz } = stretch
  return {
    title: '',
    truth: 'sampled',
    start: null,
    triggerS: null,
    durationS: (to - from) / rateHz,
    nominalHz: null,
    groups: [
      {
        timebase: evenTimebase([{ from: 0, to: to - from, s: 0, step: 1 / rateHz }]),
        read: (channels, first, last) =>
          channels.map((channel) => Float64Array.from(ring.read(channel, from + first, from + last))),
        folds: [],
      },
    ],
    traces: layout.map(({ name, unit }, column) => ({
      name,
      unit,
      quantity: unit === 'V' ? 'voltage' : 'current',
      phase: phases.find((phase) => phase === name[1] && name.length === 2) ?? null,
      truth: 'sampled',
      circuit: '',
      skewS: 0,
      toPrimary: null,
      group: 0,
      column,
    })),
    tracks: [],
  }
}

/** The newest time is looked at so many cycles before the last sample: then ten whole cycles lie around it. */
const cyclesBack = 5

/** The stretch in which a time lies; null: it has left the memory, or was never in it. */
export const stretchAt = (ring: WaveRing, atMs: number): WaveStretch | null =>
  ring.stretches().findLast((stretch) => atMs >= msAt(stretch, stretch.from) && atMs <= msAt(stretch, stretch.to)) ??
  null

/** Values, phasors and a spectrum at one time; null: there are no samples of that time. */
export const lookAt = (
  source: { readonly layout: readonly WaveChannel[]; readonly ring: WaveRing; readonly nominalHz: number },
  { atMs, spectrumOf }: WaveLookRequest,
): WaveLook | null => {
  const { layout, ring, nominalHz } = source
  const stretch = atMs === null ? ring.stretches().at(-1) : stretchAt(ring, atMs)
  if (stretch == null) return null
  const beginMs = msAt(stretch, stretch.from)
  const newest = Math.max(beginMs, msAt(stretch, stretch.to) - (1000 * cyclesBack) / nominalHz)
  const at = atMs ?? newest
  const atS = (at - beginMs) / 1000
  const record = ringRecord(layout, ring, stretch)
  const values = valuesAt(record, { atS, traces: layout.map((_, trace) => trace), nominalHz, isPrimary: false })
  const trace = layout.findIndex(({ name }) => name === spectrumOf)
  return {
    atMs: at,
    frequencyHz: values.frequencyHz,
    channels: layout.map(({ name, unit }, channel) => {
      const { instant = null, rms = null, fundamental = null, angleDeg = null } = values.traces[channel] ?? {}
      return { name, unit, instant, rms, fundamental, angleDeg }
    }),
    spectrum: trace < 0 ? null : spectrumAt(record, { trace, atS, nominalHz, isPrimary: false }),
  }
}
