import type { Sample } from '../../../../shared/model/sample.ts'
import type { FieldPorts, FieldSource } from '../../field/field-source.ts'
import { createKnown, type Known } from '../../site/known.ts'
import { createMbusSource } from '../mbus/mbus-source.ts'

export type WatchedMbus = FieldSource & { meterReadings: Known['meters'] }

/** The M-Bus source with what is known by its observations, as the site keeps it: for tests that look at values. */
export const createWatchedMbus = ({
  profiles,
  lines,
  onMeterSamples,
  ...options
}: Pick<FieldPorts, 'site' | 'clock' | 'log' | 'onNotice' | 'onLineEvent'> &
  NonNullable<FieldPorts['mbus']> & {
    readonly onMeterSamples?: (meterId: string, samples: Readonly<Record<string, Sample>>) => void
  }): WatchedMbus => {
  const none = new Map<string, never>()
  const nothing = { meterProfiles: none, chargerProfiles: none, lines: none }
  const known = createKnown({ site: options.site, ...nothing, abilities: none, mbusProfiles: profiles })
  const source = createMbusSource({
    ...options,
    ...nothing,
    mbus: { profiles, lines },
    mayAsk: () => true,
    onObservation: (observation) => {
      known.note(observation)
      if (observation.kind === 'meter-samples') onMeterSamples?.(observation.meterId, observation.samples)
    },
  })
  return { ...source, meterReadings: known.meters }
}
