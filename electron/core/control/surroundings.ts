import { sayA } from '../../../shared/allocation/bounds.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import { circuitLimitA } from '../../../shared/site/circuit-limit.ts'
import type { Site, SiteCircuit } from '../../../shared/site/site.ts'
import { currentKey } from '../derive/phase-keys.ts'
import { drawnA } from './charger-watch.ts'
import { usableLimitA, type ControlledCharger } from './controlled-charger.ts'
import type { Standing } from './problem.ts'
import { own } from '../../../shared/own.ts'

/** What the circuits above one charger carry now. */
export interface Surroundings {
  /** The circuit that is over what it may carry, with its numbers, or that is not seen; null: none. */
  readonly over: string | null
  /** Every circuit above could carry all the charger may draw on top of what it carries now. */
  readonly hasRoom: boolean
}

/** Metered current is current; a circuit without a meter carries what is declared and what its chargers say, A. */
const carriedA = (circuit: SiteCircuit, phase: Phase, image: Image, standings: readonly Standing[]): number | null => {
  if (circuit.meter !== undefined) {
    const value = own(image.meters, circuit.meter)?.samples[currentKey[phase]]?.value
    return value == null ? null : Math.abs(value)
  }
  return standings
    .filter(({ view }) => view.charger.path.includes(circuit))
    .reduce((sum, { view }) => sum + drawnA(view, phase), circuit.otherLoad ?? 0)
}

export const surroundingsOf = (
  site: Site,
  charger: ControlledCharger,
  image: Image,
  standings: readonly Standing[],
): Surroundings => {
  const places = charger.path.flatMap((circuit) =>
    charger.phases.map((phase) => ({ circuit, phase, amperes: carriedA(circuit, phase, image, standings) })),
  )
  const full = places.find(({ circuit, amperes }) => amperes !== null && amperes > usableLimitA(site, circuit))
  const blind = standings.find(({ view }) => view.charger.id === charger.id)?.blind ?? null
  const nameOf = ({ name, id }: SiteCircuit): string => name ?? id
  return {
    over:
      full !== undefined
        ? `${nameOf(full.circuit)}, ${full.phase} carries ${sayA(full.amperes ?? 0)} of ${sayA(circuitLimitA(site, full.circuit))}`
        : blind === null
          ? null
          : `${blind.cause}, so nobody sees what the circuits above carry`,
    hasRoom: places.every(
      ({ circuit, amperes }) => amperes !== null && amperes + charger.maximumA <= usableLimitA(site, circuit),
    ),
  }
}
