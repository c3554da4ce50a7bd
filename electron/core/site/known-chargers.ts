import { chargerQuantityKeys, type ChargerQuantityKey, type ChargerReading } from '../../../shared/model/image.ts'
import type { ChargerSamplesObservation } from '../../../shared/model/observation.ts'
import { perPhase, type Phase } from '../../../shared/model/phase.ts'
import { missingSample, waitingSample, type Sample } from '../../../shared/model/sample.ts'
import type { KnownSample } from './known-meters.ts'
import { aged } from './sample-age.ts'

type Status = ChargerReading['status']

/** The latest of one charger, as it was observed. */
export interface KnownCharger {
  /** The site's phases at its terminals T1..T3, in this order. */
  readonly phases: readonly Phase[]
  readonly samples: Map<string, KnownSample>
  status: Status
  statusPeriodMs: number
}

/** A charger of which nothing was read yet: it has these quantities. */
export const unreadCharger = (
  phases: readonly Phase[],
  quantities: readonly ChargerQuantityKey[],
  periodMs: number,
): KnownCharger => ({
  phases,
  samples: new Map(quantities.map((key) => [key, { sample: waitingSample, periodMs }])),
  status: { value: null, code: null, quality: 'waiting', atMs: null },
  statusPeriodMs: periodMs,
})

/** Takes one observation of a charger into what is known of it. */
export const noteCharger = (known: KnownCharger, { samples, status, periodMs }: ChargerSamplesObservation): void => {
  for (const [key, sample] of Object.entries(samples)) {
    const before = known.samples.get(key)
    if (before !== undefined) known.samples.set(key, { sample, periodMs: periodMs ?? before.periodMs })
  }
  if (status === undefined) return
  known.status = status
  if (status.quality === 'good' || status.quality === 'implausible')
    known.statusPeriodMs = periodMs ?? known.statusPeriodMs
}

const statusAt = ({ status, statusPeriodMs }: KnownCharger, nowMs: number): Status => {
  const { quality } = aged({ value: null, quality: status.quality, atMs: status.atMs }, nowMs, statusPeriodMs)
  return quality === status.quality ? status : { ...status, value: null, quality }
}

const readingOf = (known: KnownCharger, nowMs: number): ChargerReading => {
  const samples: Partial<Record<ChargerQuantityKey, Sample>> = {}
  for (const key of chargerQuantityKeys) {
    const held = known.samples.get(key)
    if (held !== undefined) samples[key] = aged(held.sample, nowMs, held.periodMs)
  }
  const terminals = [samples.i_t1, samples.i_t2, samples.i_t3]
  return {
    status: statusAt(known, nowMs),
    samples,
    // A phase the charger is not wired to has no current of it to measure: absent, not 0.
    siteCurrentA: perPhase((phase) => {
      const terminal = known.phases.indexOf(phase)
      return (terminal < 0 ? undefined : terminals[terminal]) ?? missingSample('absent', null)
    }),
  }
}

/** All chargers as they are at `nowMs`. */
export const chargerReadings = (
  chargers: ReadonlyMap<string, KnownCharger>,
  nowMs: number,
): Record<string, ChargerReading> =>
  Object.fromEntries([...chargers].map(([id, known]) => [id, readingOf(known, nowMs)]))
