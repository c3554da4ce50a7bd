import type { Health } from '../../shared/model/health.ts'
import type {
  ChargerReading,
  CircuitReading,
  Image,
  MeterExtremeReading,
  MeterReading,
} from '../../shared/model/image.ts'
import { phases, type PerPhase } from '../../shared/model/phase.ts'
import type { Sample } from '../../shared/model/sample.ts'

/**
 * From site time (site-time.ts) to the calendar's: everything in it moved by as much as the calendar is ahead now, so that ages inside
 * stay what they are. Until somebody sets the calendar nothing is moved and nothing copied.
 */
const moved = (atMs: number, aheadMs: number): number => atMs + aheadMs
const movedOrNull = (atMs: number | null, aheadMs: number): number | null => (atMs === null ? null : atMs + aheadMs)
const eachOf = <T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))

const sampleOf = (sample: Sample, aheadMs: number): Sample => ({ ...sample, atMs: movedOrNull(sample.atMs, aheadMs) })

export const samplesInUtc = <S extends Readonly<Partial<Record<string, Sample>>>>(samples: S, aheadMs: number): S =>
  aheadMs === 0
    ? samples
    : (Object.fromEntries(
        Object.entries(samples).map(([key, sample]) => [key, sample && sampleOf(sample, aheadMs)]),
      ) as S)

const extremeOf = (reading: MeterExtremeReading, aheadMs: number): MeterExtremeReading => {
  const { evidence } = reading
  return {
    ...reading,
    atMs: moved(reading.atMs, aheadMs),
    evidence: evidence && {
      ...evidence,
      fromMs: moved(evidence.fromMs, aheadMs),
      toMs: moved(evidence.toMs, aheadMs),
    },
  }
}

const meterOf = (reading: MeterReading, aheadMs: number): MeterReading => ({
  ...reading,
  samples: eachOf(reading.samples, (sample) => sampleOf(sample, aheadMs)),
  ...(reading.doubts === undefined
    ? {}
    : { doubts: reading.doubts.map((doubt) => ({ ...doubt, sinceMs: moved(doubt.sinceMs, aheadMs) })) }),
  ...(reading.extremes === undefined
    ? {}
    : {
        extremes: eachOf(reading.extremes, ({ maximum, minimum }) => ({
          ...(maximum === undefined ? {} : { maximum: extremeOf(maximum, aheadMs) }),
          ...(minimum === undefined ? {} : { minimum: extremeOf(minimum, aheadMs) }),
        })),
      }),
})

const perPhaseOf = (samples: PerPhase<Sample>, aheadMs: number): PerPhase<Sample> => ({
  L1: sampleOf(samples.L1, aheadMs),
  L2: sampleOf(samples.L2, aheadMs),
  L3: sampleOf(samples.L3, aheadMs),
})

const chargerOf = (reading: ChargerReading, aheadMs: number): ChargerReading => ({
  ...reading,
  status: { ...reading.status, atMs: movedOrNull(reading.status.atMs, aheadMs) },
  samples: eachOf(reading.samples, (sample) => sampleOf(sample, aheadMs)),
  siteCurrentA: perPhaseOf(reading.siteCurrentA, aheadMs),
})

const circuitOf = (reading: CircuitReading, aheadMs: number): CircuitReading => ({
  ...reading,
  phases: Object.fromEntries(
    phases.flatMap((phase) => {
      const known = reading.phases[phase]
      return known === undefined ? [] : [[phase, { ...known, currentA: sampleOf(known.currentA, aheadMs) }]]
    }),
  ),
})

export const imageInUtc = (image: Image, aheadMs: number): Image =>
  aheadMs === 0
    ? image
    : {
        ...image,
        atMs: moved(image.atMs, aheadMs),
        meters: eachOf(image.meters, (reading) => meterOf(reading, aheadMs)),
        chargers: eachOf(image.chargers, (reading) => chargerOf(reading, aheadMs)),
        circuits: eachOf(image.circuits, (reading) => circuitOf(reading, aheadMs)),
      }

export const devicesInUtc = (devices: Health['devices'], aheadMs: number): Health['devices'] =>
  aheadMs === 0
    ? devices
    : eachOf(devices, (device) => ({
        ...device,
        lastFault: device.lastFault && { ...device.lastFault, atMs: moved(device.lastFault.atMs, aheadMs) },
        lastGoodAtMs: movedOrNull(device.lastGoodAtMs, aheadMs),
      }))
