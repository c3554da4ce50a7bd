import { sayA } from '../../../shared/allocation/bounds.ts'
import type { AllocationCharger, AllocationNode, AllocationProblem } from '../../../shared/allocation/problem.ts'
import type { ChargerStatus } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { circuitLimitA } from '../../../shared/site/circuit-limit.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { ChargerView } from './charger-watch.ts'
import { usableLimitA, type ControlledCharger } from './controlled-charger.ts'
import type { OtherLoad } from './other-load.ts'
import type { Place } from './waiting-line.ts'

/** What control made of one charger in this cycle, beside what was measured. */
export interface Standing {
  readonly view: ChargerView
  /** Not under control: the current set aside and why. */
  readonly fixed: { readonly currentA: number; readonly why: string } | null
  /** Below a meter that is silent: the most it may be given (blind-fallback.ts), A. */
  readonly blind: { readonly cause: string; readonly why: string; readonly limitA: number } | null
  readonly override: { readonly limitA: number } | null
  readonly demandCapA: number | null
  /** A limit of the charger's own below what it could be told, A (own-limits.ts). */
  readonly ownLimit: { readonly heldA: number; readonly wantedA: number } | null
  readonly place: Place
}

/** Why one without a vehicle that could charge is offered no more than the minimum, by what it says of itself. */
const idleTexts: Readonly<Partial<Record<ChargerStatus, string>>> = {
  fault: 'says it has a fault: it charges nobody until that is mended',
  unavailable: 'says it is out of service: it charges nobody',
}

const idleText = ({ readable, status }: ChargerView): string | undefined =>
  !readable || status === null ? 'whether a vehicle is connected is not known' : idleTexts[status]

/** A turn goes before every priority of a site file (0 to 100), a car that rests behind. */
export const priorityOf = (charger: ControlledCharger, { hasTurn, yields }: Place): number =>
  hasTurn ? 101 : yields ? -1 : charger.priority

const chargerOf = ({ view, fixed, blind, override, demandCapA, ownLimit, place }: Standing): AllocationCharger => {
  const charger: ControlledCharger = view.charger
  const why = idleText(view)
  return {
    id: charger.id,
    name: charger.name,
    circuitId: charger.circuitId,
    phases: fixed === null ? view.countedOn : view.mayUse,
    minimumA: charger.minimumA,
    maximumA: Math.min(charger.maximumA, ownLimit?.heldA ?? Infinity),
    ...(ownLimit === null
      ? {}
      : { maximumText: `holds ${sayA(ownLimit.heldA)} of ${sayA(ownLimit.wantedA)}, a limit of its own` }),
    resolutionA: charger.resolutionA,
    canPause: charger.canPause,
    priority: priorityOf(charger, place),
    turn: place.turn,
    wants: view.wants,
    ...(why === undefined ? {} : { idleText: why }),
    demandCapA,
    override,
    fallback: blind === null ? null : { limitA: blind.limitA, why: blind.why },
    fixed,
  }
}

/**
 * Current of chargers that cannot be read is inside what the meter shows and is also set aside in full. Where the circuit
 * declares the most its other load can draw, no more than that is counted beside what is set aside.
 */
const besideUnread = (loadA: number, declaredA: number | undefined, unreadA: number): number =>
  unreadA === 0 || declaredA === undefined ? loadA : Math.max(loadA - unreadA, Math.min(loadA, declaredA))

export const buildProblem = (
  site: Site,
  standings: readonly Standing[],
  loads: ReadonlyMap<string, OtherLoad>,
  side: 'nowA' | 'worstA',
): AllocationProblem => {
  const unread = standings.filter((standing) => standing.fixed !== null && standing.view.points.length === 0)
  const nodes = site.circuits.map((circuit): AllocationNode => {
    const limit = usableLimitA(site, circuit)
    const load = loads.get(circuit.id)?.[side] ?? {}
    const other = (phase: Phase): number | null => {
      const value = load[phase]
      if (value === undefined) return 0
      if (value === null) return null
      const unreadA = unread
        .filter(({ view }) => view.charger.path.includes(circuit) && view.mayUse.includes(phase))
        .reduce((sum, { fixed }) => sum + (fixed?.currentA ?? 0), 0)
      return circuit.meter === undefined ? value : besideUnread(value, circuit.otherLoad, unreadA)
    }
    const own = phases.filter((phase) => circuit.phases.includes(phase))
    const full = sayA(circuitLimitA(site, circuit))
    return {
      id: circuit.id,
      name: circuit.name ?? circuit.id,
      parentId: circuit.parent ?? null,
      limitA: Object.fromEntries(own.map((phase) => [phase, limit])),
      limitText: site.control.margin < 1 ? `${full} (${Math.round(site.control.margin * 100)} % used)` : full,
      otherLoadA: Object.fromEntries(own.map((phase) => [phase, other(phase)])),
    }
  })
  const { maximumPower, nominalVoltage } = site.grid
  return {
    nodes,
    chargers: standings.map(chargerOf),
    gridPower:
      maximumPower === undefined
        ? null
        : { maximumW: maximumPower * site.control.margin, nominalVoltageV: nominalVoltage },
  }
}
