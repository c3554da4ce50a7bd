import { siteAbilities } from '../../../../shared/charger/abilities-of.ts'
import type { MeterSamplesObservation } from '../../../../shared/model/observation.ts'
import { createField, type Field } from '../../field/field.ts'
import type { FieldPorts } from '../../field/field-source.ts'
import { createKnown, type Known } from '../../site/known.ts'

export type WatchedField = Field & { meterReadings: Known['meters']; chargerReadings: Known['chargers'] }

/** The field with what is known by its observations, as the site keeps it: for tests that look at values. */
export const createWatchedAcquisition = (
  options: Omit<FieldPorts, 'onObservation'> & {
    readonly onMeterSamples?: (
      meterId: string,
      samples: MeterSamplesObservation['samples'],
      atMs: number,
      probe: MeterSamplesObservation['probe'],
    ) => void
  },
): WatchedField => {
  const known = createKnown({
    ...options,
    abilities: siteAbilities(options.site, options.chargerProfiles),
    mbusProfiles: options.mbus?.profiles ?? new Map(),
  })
  const field = createField({
    ...options,
    onObservation: (observation) => {
      known.note(observation)
      if (observation.kind !== 'meter-samples') return
      const { meterId, samples, atMs, probe } = observation
      options.onMeterSamples?.(meterId, samples, atMs, probe)
    },
  })
  return { ...field, sunSpecFound: field.sunSpecFound, meterReadings: known.meters, chargerReadings: known.chargers }
}
