import { phases } from '../../../../shared/model/phase.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { usableLimitA } from '../controlled-charger.ts'
import type { OverrideCap } from '../overrides.ts'
import type { Outer } from './outer.ts'

/** What persons let a circuit carry as a whole, beside everything else that narrows it: the tightest holds. */
export const withCircuitCaps = (outer: Outer, caps: ReadonlyMap<string, OverrideCap>, site: Site): Outer => {
  if (caps.size === 0) return outer
  const phaseLimits = new Map(outer.phaseLimits)
  for (const circuit of site.circuits) {
    const cap = caps.get(circuit.id)
    if (cap === undefined) continue
    const limits = { ...phaseLimits.get(circuit.id) }
    for (const phase of phases.filter((each) => circuit.phases.includes(each)))
      if (cap.limitA < (limits[phase]?.limitA ?? usableLimitA(site, circuit)))
        limits[phase] = { ...cap, kind: 'override' }
    phaseLimits.set(circuit.id, limits)
  }
  return { ...outer, phaseLimits }
}
