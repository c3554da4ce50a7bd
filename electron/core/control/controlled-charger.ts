import type { ChargerAbilities, LimitAbility } from '../../../shared/charger/abilities.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import { controlLimitA } from '../../../shared/site/circuit-limit.ts'
import type { Site, SiteCharger, SiteCircuit } from '../../../shared/site/site.ts'

/** A charger as control needs it: what the site declares, narrowed by what its link says it can do. */
export interface ControlledCharger {
  readonly id: string
  readonly name: string
  readonly abilities: ChargerAbilities
  readonly circuitId: string
  readonly phases: readonly Phase[]
  readonly priority: number
  readonly minimumA: number
  readonly maximumA: number
  readonly resolutionA: number
  readonly canPause: boolean
  /** The declared fallback as it can be set: a whole step, 0 where it is below the minimum. */
  readonly fallbackA: number
  /** Circuits from its own to the root. */
  readonly path: readonly SiteCircuit[]
  /** The same by their place among the circuits of the site. */
  readonly places: readonly number[]
}

/** Finer steps than this only make more writes: a car does not follow them (IEC 61851-1 allows it 5 s and a tolerance). */
const smallestStepA = 0.5

const wholeSteps = (amperes: number, step: number): number => Math.floor(amperes / step + 1e-6) * step

/** Step of the limits a charger is given, A. */
export const givenStepA = ({ stepA }: Pick<LimitAbility, 'stepA'>): number =>
  stepA >= smallestStepA ? stepA : stepA * Math.ceil(smallestStepA / stepA - 1e-9)

/** A site is never changed once it was accepted: each path is walked once. */
const known = new WeakMap<Site, Map<string, readonly SiteCircuit[]>>()

export const pathOf = (site: Site, circuitId: string): readonly SiteCircuit[] => {
  const ofSite = known.get(site) ?? new Map<string, readonly SiteCircuit[]>()
  known.set(site, ofSite)
  const before = ofSite.get(circuitId)
  if (before !== undefined) return before
  const path = walk(site, circuitId)
  ofSite.set(circuitId, path)
  return path
}

const walk = (site: Site, circuitId: string): readonly SiteCircuit[] => {
  const path: SiteCircuit[] = []
  for (let id: string | undefined = circuitId; id !== undefined && path.length <= site.circuits.length;) {
    const circuit = site.circuits.find((item) => item.id === id)
    if (circuit === undefined) throw new Error(`circuit ${id} does not exist although the site was accepted`)
    path.push(circuit)
    id = circuit.parent
  }
  return path
}

/** The fallback that can be given; of one that is only monitored, what it may draw: nobody limits it. */
const fallbackOf = (
  charger: SiteCharger,
  { canPause, monitoredOnly }: ChargerAbilities,
  { minimumA, resolutionA }: { readonly minimumA: number; readonly resolutionA: number },
): number => {
  if (monitoredOnly !== null) return charger.maximum
  const declaredA = wholeSteps(Math.min(charger.fallback, charger.maximum), resolutionA)
  if (declaredA >= minimumA) return declaredA
  return canPause ? 0 : Math.ceil(minimumA / resolutionA - 1e-6) * resolutionA
}

/** The site's chargers in its order. `abilities` by charger id; one without them is a bug. */
export const controlledChargers = (
  site: Site,
  abilities: ReadonlyMap<string, ChargerAbilities>,
): readonly ControlledCharger[] =>
  site.chargers.map((charger): ControlledCharger => {
    const able = abilities.get(charger.id)
    if (able === undefined) throw new Error(`charger ${charger.id} has no link although the site was accepted`)
    const steps = {
      minimumA: Math.max(charger.minimum, able.limit.minimumA),
      resolutionA: givenStepA(able.limit),
    }
    const path = pathOf(site, charger.circuit)
    return {
      id: charger.id,
      name: charger.name ?? charger.id,
      abilities: able,
      circuitId: charger.circuit,
      phases: charger.phases,
      priority: charger.priority,
      ...steps,
      maximumA: charger.maximum,
      canPause: able.canPause,
      fallbackA: fallbackOf(charger, able, steps),
      path,
      places: path.map((circuit) => site.circuits.indexOf(circuit)),
    }
  })

export const usableLimitA = (site: Site, circuit: SiteCircuit): number =>
  controlLimitA(site, circuit) * site.control.margin

export const floorToStep = (charger: ControlledCharger, amperes: number): number =>
  wholeSteps(amperes, charger.resolutionA)

export const ceilToStep = (charger: ControlledCharger, amperes: number): number =>
  Math.ceil(amperes / charger.resolutionA - 1e-6) * charger.resolutionA
