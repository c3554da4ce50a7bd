import { siteAbilities } from '../../../../shared/charger/abilities-of.ts'
import type { MeterSamplesObservation } from '../../../../shared/model/observation.ts'
import { createKnown } from '../../site/known.ts'
import { createAcquisition, type Acquisition, type AcquisitionOptions } from '../acquisition.ts'

type Unwatched = Omit<AcquisitionOptions, 'onObservation'>

/** Acquisition with what is known by its observations, as the site keeps it: for tests that look at values. */
export const createWatchedAcquisition = (
  options: Unwatched & {
    readonly onMeterSamples?: (
      meterId: string,
      samples: MeterSamplesObservation['samples'],
      atMs: number,
      probe: MeterSamplesObservation['probe'],
    ) => void
  },
): Acquisition & { meterReadings: ReturnType<typeof createKnown>['meters'] } & {
  chargerReadings: ReturnType<typeof createKnown>['chargers']
} => {
  const known = createKnown({
    ...options,
    abilities: siteAbilities(options.site, options.chargerProfiles),
    mbusProfiles: options.mbus?.profiles ?? new Map(),
  })
  const acquisition = createAcquisition({
    ...options,
    onObservation: (observation) => {
      known.note(observation)
      if (observation.kind !== 'meter-samples') return
      const { meterId, samples, atMs, probe } = observation
      options.onMeterSamples?.(meterId, samples, atMs, probe)
    },
  })
  return { ...acquisition, meterReadings: known.meters, chargerReadings: known.chargers }
}
