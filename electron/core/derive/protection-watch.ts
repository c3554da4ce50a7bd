import { breakerInForce } from '../../../shared/electrical/breaker/in-force.ts'
import type { MeterReading } from '../../../shared/model/image.ts'
import type { Protection } from '../../../shared/protection/protection-profile.ts'
import {
  readProtection,
  type ProtectionReading,
  type TripUnitSettings,
} from '../../../shared/protection/read-protection.ts'
import type { SiteBreaker, SiteCircuit } from '../../../shared/site/site.ts'

export interface Protected {
  readonly reading: ProtectionReading
  /** The breaker as its trip unit is set; undefined where the site file names none. */
  readonly breaker: SiteBreaker | undefined
}

type Samples = MeterReading['samples']

/**
 * What the trip unit at a circuit says, image by image; null for a circuit whose meter is none. `settings` is the memory of all: what was
 * read once stays in force while the device is silent.
 */
export const createProtectionWatch = (
  { id, breaker }: SiteCircuit,
  protection: Protection | undefined,
  settings: Map<string, TripUnitSettings>,
): ((samples: Samples | undefined) => Protected | null) => {
  if (protection === undefined) return () => null
  return (samples) => {
    const reading = readProtection(protection, samples ?? {})
    if (reading.settings !== null) settings.set(id, reading.settings)
    const known = settings.get(id) ?? null
    return {
      reading: { ...reading, settings: known },
      breaker: breaker === undefined ? undefined : breakerInForce(breaker, known),
    }
  }
}
