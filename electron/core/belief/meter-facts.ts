import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { registerStep, shownStep } from '../../../shared/profile/resolution.ts'
import type { Site, SiteMeter } from '../../../shared/site/site.ts'
import { mapMeter } from '../acquisition/meter-mapping.ts'

/** What the judges know of a meter beside what it says. Keys are on the site's phases. */
export interface MeterFacts {
  readonly id: string
  readonly periodMs: number
  readonly nominalVoltage: number
  /** The meter's own averaging and refresh, ms; null where the maker does not say. */
  readonly windowMs: number | null
  readonly refreshMs: number | null
  /** Smallest step of a quantity's register, in its unit; 0 where it has none. */
  readonly stepOf: (key: string) => number
  /** The step a value shows by its digits, never finer than its register's. */
  readonly shownStepOf: (key: string, value: number) => number
}

export const meterFacts = (site: Site, meter: SiteMeter, profile: MeterProfile | undefined): MeterFacts => {
  const steps = new Map<string, { readonly step: number; readonly factor: number }>()
  if (profile !== undefined) {
    for (const [profileKey, { key, factor }] of mapMeter(meter, profile)) {
      const register = profile.quantities[profileKey]
      if (register !== undefined)
        steps.set(key, { step: registerStep(register) * Math.abs(factor), factor: Math.abs(factor) })
    }
  }
  const stepOf = (key: string): number => steps.get(key)?.step ?? 0
  return {
    id: meter.id,
    periodMs: meter.periodMs,
    nominalVoltage: site.grid.nominalVoltage,
    windowMs: profile?.capabilities.windowMs ?? null,
    refreshMs: profile?.capabilities.refreshMs ?? null,
    stepOf,
    shownStepOf: (key, value) => {
      const factor = steps.get(key)?.factor ?? 1
      return Math.max(stepOf(key), shownStep(value / factor) * factor)
    },
  }
}
