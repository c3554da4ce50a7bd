import { sayA } from '../../../shared/allocation/bounds.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import { circuitLimitA } from '../../../shared/site/circuit-limit.ts'
import type { Site, SiteCircuit } from '../../../shared/site/site.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import { obeyMs } from './timing.ts'

/** What a charger may draw at most while nobody sees it, A: its fallback, or what is set aside for one not under control. */
export interface Unseen {
  readonly charger: ControlledCharger
  readonly phases: readonly Phase[]
  readonly amperes: number
}

const within = (site: Site, circuit: SiteCircuit): readonly SiteCircuit[] => [
  circuit,
  ...site.circuits.filter(({ parent }) => parent === circuit.id).flatMap((child) => within(site, child)),
]

/**
 * Why the declared worst case does not let the fallbacks below a circuit be; null when they fit. The worst case is what the site
 * file says of the circuit and of all it feeds (`otherLoad`), the same sum that check-fallbacks.ts makes. A metered circuit without
 * it has declared nothing: its load was measured, and now it is not.
 */
export const whyNotFitting = (site: Site, circuit: SiteCircuit, below: readonly Unseen[]): string | null => {
  const parts = within(site, circuit)
  const undeclared = parts.find((part) => part.meter !== undefined && part.otherLoad === undefined)
  if (undeclared !== undefined)
    return `the most other load of ${undeclared.name ?? undeclared.id} is not declared (otherLoad)`
  const limitA = circuitLimitA(site, circuit)
  for (const phase of circuit.phases) {
    const otherA = parts
      .filter((part) => part.phases.includes(phase))
      .reduce((sum, part) => sum + (part.otherLoad ?? 0), 0)
    const chargersA = below
      .filter(({ charger, phases }) => charger.path.includes(circuit) && phases.includes(phase))
      .reduce((sum, { amperes }) => sum + amperes, 0)
    if (otherA + chargersA > limitA + 1e-9)
      return `${sayA(otherA + chargersA)} could flow on ${circuit.name ?? circuit.id}, ${phase}, above its ${sayA(limitA)}`
  }
  return null
}

export interface BlindLimit {
  readonly limitA: number
  /** Why it is less than the declared fallback; null when it is not. */
  readonly why: string | null
}

/**
 * The fallback of a charger below a silent meter: never above what was last given, because nobody sees whether there is room,
 * unless the declared worst case says that it fits; and then only after the others had their time to come down.
 */
export const blindLimit = (
  charger: ControlledCharger,
  givenA: number | null,
  blindForMs: number,
  whyNot: string | null,
): BlindLimit => {
  const { fallbackA } = charger
  if (givenA === null || givenA >= fallbackA) return { limitA: fallbackA, why: null }
  if (whyNot === null && blindForMs >= obeyMs) return { limitA: fallbackA, why: null }
  const why = whyNot ?? `the others have ${obeyMs / 1000} s to come down first`
  return { limitA: givenA, why }
}
