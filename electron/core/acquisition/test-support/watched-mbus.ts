import { createKnown } from '../../site/known.ts'
import { createMbusAcquisition, type MbusAcquisition, type MbusAcquisitionOptions } from '../mbus/mbus-acquisition.ts'
import type { Sample } from '../../../../shared/model/sample.ts'

export type WatchedMbus = MbusAcquisition & { meterReadings: ReturnType<typeof createKnown>['meters'] }

/** M-Bus acquisition with what is known by its observations, as the site keeps it: for tests that look at values. */
export const createWatchedMbus = (
  options: Omit<MbusAcquisitionOptions, 'onObservation'> & {
    readonly onMeterSamples?: (meterId: string, samples: Readonly<Record<string, Sample>>) => void
  },
): WatchedMbus => {
  const known = createKnown({
    site: options.site,
    meterProfiles: new Map(),
    abilities: new Map(),
    mbusProfiles: options.profiles,
  })
  const acquisition = createMbusAcquisition({
    ...options,
    onObservation: (observation) => {
      known.note(observation)
      if (observation.kind === 'meter-samples') options.onMeterSamples?.(observation.meterId, observation.samples)
    },
  })
  return { ...acquisition, meterReadings: known.meters }
}
