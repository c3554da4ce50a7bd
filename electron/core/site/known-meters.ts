import type { MeterReading } from '../../../shared/model/image.ts'
import { isSampled, type Observation } from '../../../shared/model/observation.ts'
import { waitingSample, type Sample } from '../../../shared/model/sample.ts'
import { aged } from './sample-age.ts'

/** What is known of one quantity of a meter, and by which period it ages, ms. */
export interface KnownSample {
  readonly sample: Sample
  readonly periodMs: number
}

/** The latest of every meter, as it was observed. */
export type KnownMeters = ReadonlyMap<string, KnownMeter>
export interface KnownMeter {
  readonly samples: Map<string, KnownSample>
  extremes: MeterReading['extremes']
  told: MeterReading['told']
}

/** A meter of which nothing was read yet: it has these quantities. */
export const unreadMeter = (quantities: Iterable<string>, periodMs: number): KnownMeter => ({
  samples: new Map([...quantities].map((key) => [key, { sample: waitingSample, periodMs }])),
  extremes: undefined,
  told: undefined,
})

const take = (known: KnownMeter, samples: Readonly<Record<string, Sample>>, periodMs: number | null): void => {
  for (const [key, sample] of Object.entries(samples)) {
    const before = known.samples.get(key)
    if (before !== undefined) known.samples.set(key, { sample, periodMs: periodMs ?? before.periodMs })
  }
}

/** Takes one observation of a meter into what is known of it. */
export const noteMeter = (meters: Map<string, KnownMeter>, observation: Observation, defaultPeriodMs: number): void => {
  if (observation.kind === 'charger-samples' || isSampled(observation)) return
  if (observation.kind === 'meter-found') {
    meters.set(observation.meterId, unreadMeter(observation.quantities, defaultPeriodMs))
    return
  }
  const known = meters.get(observation.meterId)
  if (known === undefined) return
  if (observation.kind === 'meter-told') {
    known.told = observation.told
    return
  }
  take(known, observation.samples, observation.periodMs)
  if (observation.others !== undefined) take(known, observation.others, observation.periodMs)
  if (observation.extremes !== undefined) known.extremes = observation.extremes
}

/** All meters as they are at `nowMs`: what was read too long ago has no value any more. */
export const meterReadings = (meters: KnownMeters, nowMs: number): Record<string, MeterReading> => {
  const readings: Record<string, MeterReading> = {}
  for (const [id, { samples, extremes, told }] of meters) {
    const now: Record<string, Sample> = {}
    for (const [key, { sample, periodMs }] of samples) now[key] = aged(sample, nowMs, periodMs)
    readings[id] = {
      samples: now,
      ...(extremes === undefined ? {} : { extremes }),
      ...(told === undefined ? {} : { told }),
    }
  }
  return readings
}
