import type { MbusProfile } from '../../../../shared/mbus/profile.ts'
import type { Telegram } from '../../../../shared/mbus/decoded-telegram.ts'
import { valuesOf } from '../../../../shared/mbus/values-of.ts'
import type { MeterSamplesObservation } from '../../../../shared/model/observation.ts'
import { goodSample, missingSample, waitingSample, type Quality, type Sample } from '../../../../shared/model/sample.ts'
import { quantities, type QuantityKey } from '../../../../shared/quantities.ts'
import type { SiteMeter } from '../../../../shared/site/site.ts'
import { mapMeter } from '../meter-mapping.ts'

/** Turns what one reading of an M-Bus meter brought into one observation, on the site's phases. A failed one takes the values away at once. */
export const createMbusReader = (
  meter: SiteMeter,
  profile: MbusProfile,
  onObservation: (observation: MeterSamplesObservation) => void,
) => {
  const mapped = mapMeter(meter, profile)
  const held = new Map<QuantityKey, Sample>([...mapped.values()].map(({ key }) => [key, waitingSample]))
  /** What the meter was seen to send: what its profile lists beyond that it does not have, and a lost reading of that is no news. */
  const sent = new Set<QuantityKey>()
  const those = (isSent: boolean): Record<string, Sample> =>
    Object.fromEntries([...held].filter(([key]) => sent.has(key) === isSent))
  const tell = (atMs: number): void => {
    onObservation({
      kind: 'meter-samples',
      meterId: meter.id,
      atMs,
      periodMs: meter.periodMs,
      samples: those(true),
      others: those(false),
    })
  }

  return {
    accept(telegrams: readonly Telegram[], atMs: number): void {
      const values = valuesOf(profile, telegrams)
      for (const [profileKey, { key, factor }] of mapped) {
        const raw = values.get(profileKey)?.value ?? null
        if (raw !== null) sent.add(key)
        const value = raw === null ? null : raw * factor
        const { low, high } = quantities[key]
        held.set(
          key,
          value === null
            ? missingSample('absent', atMs)
            : value >= low && value <= high
              ? goodSample(value, atMs)
              : missingSample('implausible', atMs),
        )
      }
      tell(atMs)
    },
    miss(quality: Exclude<Quality, 'good'>, atMs: number): void {
      for (const [key, { quality: before }] of held)
        if (sent.size === 0 || sent.has(key) || before !== 'absent') held.set(key, missingSample(quality, atMs))
      tell(atMs)
    },
  }
}
