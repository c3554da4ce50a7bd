import { canPause, type ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { circuitLimitA } from '../../../shared/site/circuit-limit.ts'
import type { Site, SiteCharger, SiteCircuit } from '../../../shared/site/site.ts'
import type { Phase } from '../../../shared/model/phase.ts'

/** A charger as control needs it: what the site declares, narrowed by what its profile can do. */
export interface Device {
  readonly id: string
  readonly name: string
  readonly site: SiteCharger
  readonly profile: ChargerProfile
  readonly phases: readonly Phase[]
  readonly minimumA: number
  readonly maximumA: number
  readonly resolutionA: number
  readonly canPause: boolean
  /** The declared fallback as it can be set: a whole step, 0 where it is below the minimum. */
  readonly fallbackA: number
  /** Circuits from its own to the root. */
  readonly path: readonly SiteCircuit[]
}

/** Finer steps than this only make more writes: a car does not follow them (IEC 61851-1 allows it 5 s and a tolerance). */
const smallestStepA = 0.5

const wholeSteps = (amperes: number, step: number): number => Math.floor(amperes / step + 1e-6) * step

/** Step of the limits a charger is given, A. */
export const stepOf = ({ limit: { resolution } }: ChargerProfile): number =>
  resolution >= smallestStepA ? resolution : resolution * Math.ceil(smallestStepA / resolution - 1e-9)

export const pathOf = (site: Site, circuitId: string): readonly SiteCircuit[] => {
  const path: SiteCircuit[] = []
  for (let id: string | undefined = circuitId; id !== undefined && path.length <= site.circuits.length;) {
    const circuit = site.circuits.find((item) => item.id === id)
    if (circuit === undefined) throw new Error(`circuit ${id} does not exist although the site was accepted`)
    path.push(circuit)
    id = circuit.parent
  }
  return path
}

export const createDevices = (site: Site, profiles: ReadonlyMap<string, ChargerProfile>): readonly Device[] =>
  site.chargers.map((charger) => {
    const profile = profiles.get(charger.profile)
    if (profile === undefined)
      throw new Error(`charger profile ${charger.profile} is not in the catalogue although the site was accepted`)
    const resolutionA = stepOf(profile)
    const minimumA = Math.max(charger.minimum, profile.limit.minimum)
    const pausable = canPause(profile)
    const fallback = wholeSteps(Math.min(charger.fallback, charger.maximum), resolutionA)
    if (profile.monitoredOnly !== undefined) {
      const maximumA = charger.maximum
      return {
        id: charger.id,
        name: charger.name ?? charger.id,
        site: charger,
        profile,
        phases: charger.phases,
        minimumA,
        maximumA,
        resolutionA,
        canPause: false,
        fallbackA: maximumA,
        path: pathOf(site, charger.circuit),
      }
    }
    const first = Math.ceil(minimumA / resolutionA - 1e-6) * resolutionA
    return {
      id: charger.id,
      name: charger.name ?? charger.id,
      site: charger,
      profile,
      phases: charger.phases,
      minimumA,
      maximumA: charger.maximum,
      resolutionA,
      canPause: pausable,
      fallbackA: fallback >= minimumA ? fallback : pausable ? 0 : first,
      path: pathOf(site, charger.circuit),
    }
  })

export const usableLimitA = (site: Site, circuit: SiteCircuit): number =>
  circuitLimitA(site, circuit) * site.control.margin

export const floorToStep = (device: Device, amperes: number): number => wholeSteps(amperes, device.resolutionA)

export const ceilToStep = (device: Device, amperes: number): number =>
  Math.ceil(amperes / device.resolutionA - 1e-6) * device.resolutionA
