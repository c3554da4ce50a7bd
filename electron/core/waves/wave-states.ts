import type { SampledLook, SampledRms, WavePicture, WaveSourceState } from '../../../shared/api/waves-contract.ts'
import type { SiteWaveSource } from '../../../shared/site/site.ts'
import type { WaveView } from '../../../shared/wave/draw-wave.ts'
import type { WaveLook } from '../../../shared/wave/ring-record.ts'
import { noCounts } from '../../../shared/wave/wave-decoder.ts'
import type { FoldedRms } from '../../../shared/wave/wave-observation.ts'
import type { CapturingMeter } from '../meter-records/meter-captures.ts'
import type { WaveSourceHealth } from './wave-ports.ts'

/** A source as the contract shows it. */
export const sourceState = (
  source: SiteWaveSource,
  health: WaveSourceHealth | null,
  captures: Pick<WaveSourceState, 'captureLevel' | 'captureFinding'>,
): WaveSourceState => {
  const { description = null } = health ?? {}
  return {
    id: source.id,
    name: source.name ?? source.id,
    where: `${source.host}:${source.port}`,
    circuitId: source.circuit ?? null,
    meterId: source.meter ?? null,
    state: health?.state ?? 'closed',
    problem: health === null ? 'this program was started without wave sources' : health.problem,
    reconnects: health?.reconnects ?? 0,
    lastFrameMs: health?.lastFrameMs ?? null,
    device: description?.device ?? null,
    rateHz: description?.rateHz ?? null,
    channels: description?.channels.map(({ name, unit }) => ({ name, unit })) ?? [],
    ...(health?.counts ?? noCounts),
    notAnalysed: health?.notAnalysed ?? 0,
    samplesPerS: health?.samplesPerS ?? null,
    stampAgainstClockMs: health?.stampAgainstClockMs ?? null,
    ...captures,
  }
}

/** A meter that keeps captures of its own, among the sources: nothing streams from it. */
export const meterSourceState = (meter: CapturingMeter): WaveSourceState => ({
  id: meter.meterId,
  name: meter.name,
  where: 'captures of the meter itself, read over Modbus',
  circuitId: null,
  meterId: meter.meterId,
  state: 'connected',
  problem: null,
  reconnects: 0,
  lastFrameMs: null,
  device: meter.device,
  rateHz: null,
  channels: [],
  ...noCounts,
  notAnalysed: 0,
  samplesPerS: null,
  stampAgainstClockMs: null,
  captureLevel: null,
  captureFinding: null,
  ofMeter: {
    procedure: meter.procedure,
    accuracyClass: meter.accuracyClass,
    missing: [...meter.missing],
    isReading: meter.isReading,
  },
})

/** The picture with its values as bytes: 8 channels of 2000 columns are 128 KB, ten times less than as text. */
export const pictureOf = (view: WaveView): WavePicture => {
  const columns = view.channels[0]?.low.length ?? 0
  const bytes = new Uint8Array(view.channels.length * columns * 8)
  const cells = new DataView(bytes.buffer)
  view.channels.forEach(({ low, high }, channel) => {
    const at = channel * columns * 8
    for (let index = 0; index < columns; index += 1) {
      cells.setFloat32(at + index * 4, low[index] ?? NaN, true)
      cells.setFloat32(at + (columns + index) * 4, high[index] ?? NaN, true)
    }
  })
  const { atMs, isTriggered, rateHz, firstMs, stepMs, samplesEach } = view
  const channels = view.channels.map(({ name, unit }) => ({ name, unit }))
  return { atMs, isTriggered, rateHz, firstMs, stepMs, samplesEach, columns, channels, values: bytes }
}

export const rmsOf = (channels: readonly FoldedRms[]): SampledRms[] =>
  channels.map(({ name, unit, low, high, rms }) => ({ name, unit, low, high, rms }))

export const lookOf = ({ spectrum, channels, ...rest }: WaveLook): SampledLook => ({
  ...rest,
  channels: channels.map((channel) => ({ ...channel })),
  spectrum:
    spectrum === null
      ? null
      : {
          cycles: spectrum.cycles,
          frequencyHz: spectrum.frequencyHz,
          isMeasuredFrequency: spectrum.isMeasuredFrequency,
          orders: [...spectrum.orders],
          thdPercent: spectrum.thdPercent,
          thdTo: spectrum.thdTo,
        },
})
