import { sayA } from '../../../shared/allocation/bounds.ts'
import { imbalanceLimit } from '../../../shared/allocation/imbalance-rules.ts'
import type {
  AllocationCharger,
  AllocationNode,
  AllocationPower,
  AllocationProblem,
} from '../../../shared/allocation/problem.ts'
import { shareOf } from '../../../shared/allocation/strategies.ts'
import type { ChargerStatus } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { isRoot, limitParts } from '../../../shared/site/circuit-limit.ts'
import type { Site, SiteCircuit } from '../../../shared/site/site.ts'
import type { ChargerView } from './charger-watch.ts'
import { usableLimitA, type ControlledCharger } from './controlled-charger.ts'
import type { OtherLoad } from './other-load.ts'
import type { OverrideCap } from './overrides.ts'
import { nothingOuter, type Outer } from './outer/outer.ts'
import { strategyAt } from './strategy-at.ts'
import type { Place } from './waiting-line.ts'

/** What control made of one charger in this cycle, beside what was measured. */
export interface Standing {
  readonly view: ChargerView
  /** Not under control: the current set aside and why. */
  readonly fixed: { readonly currentA: number; readonly why: string } | null
  /** Below a meter that is silent: the most it may be given (blind-fallback.ts), A. */
  readonly blind: { readonly cause: string; readonly why: string; readonly limitA: number } | null
  readonly override: OverrideCap | null
  readonly demandCapA: number | null
  /** Why, where it was learnt (demand.ts). */
  readonly demandText: string | null
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

/** Where its vehicle draws, by its own meter, once it charges: less than a minimum shows nothing yet. */
const drawnOn = ({ points: [point] }: ChargerView): AllocationCharger['drawnA'] => {
  if (point === undefined) return undefined
  const { L1, L2, L3 } = point.currentA
  if (L1 >= leastDrawnA && L2 >= leastDrawnA && L3 >= leastDrawnA) return point.currentA
  const amperes: Partial<Record<Phase, number>> = {}
  if (L1 >= leastDrawnA) amperes.L1 = L1
  if (L2 >= leastDrawnA) amperes.L2 = L2
  if (L3 >= leastDrawnA) amperes.L3 = L3
  return Math.max(L1, L2, L3) < leastDrawnA ? undefined : amperes
}
/** Below this a current shows no phase: the meter of a charger idles at some tenths. Editable assumption. */
const leastDrawnA = 1

const chargerOf = (
  site: Site,
  { view, fixed, blind, override, demandCapA, demandText, ownLimit, place }: Standing,
  outer: Outer,
): AllocationCharger => {
  const charger: ControlledCharger = view.charger
  const { strategy, group } = strategyAt(site, charger.circuitId)
  const sharer = {
    priority: charger.priority,
    arrival: place.turn,
    neededA: outer.neededA.get(charger.id) ?? null,
    hasTurn: place.hasTurn,
  }
  const planned = place.hasTurn ? undefined : outer.planned.get(charger.id)
  // All of one shape, whatever is known of them: the sharing-out looks at each of them many times.
  return {
    id: charger.id,
    name: charger.name,
    circuitId: charger.circuitId,
    phases: fixed === null ? view.countedOn : view.mayUse,
    minimumA: charger.minimumA,
    maximumA: Math.min(charger.maximumA, ownLimit?.heldA ?? Infinity),
    maximumText:
      ownLimit === null ? undefined : `holds ${sayA(ownLimit.heldA)} of ${sayA(ownLimit.wantedA)}, a limit of its own`,
    resolutionA: charger.resolutionA,
    canPause: charger.canPause,
    priority: priorityOf(charger, place),
    turn: place.turn,
    share: shareOf(strategy, group, sharer),
    drawnA: drawnOn(view),
    perhapsAloneOn: view.perhapsAloneOn,
    planned,
    wants: view.wants,
    idleText: idleText(view),
    demandCapA,
    demandText: demandText ?? undefined,
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

/** "80 A (95 % used)": the tightest of what limits a circuit. */
const limitText = (site: Site, circuit: SiteCircuit): string => {
  const text = limitParts(site, circuit)[0]?.text ?? ''
  return site.control.margin < 1 ? `${text} (${Math.round(site.control.margin * 100)} % used)` : text
}

const powersOf = (site: Site): readonly AllocationPower[] => {
  const { margin } = site.control
  return [
    ...site.circuits
      .filter((circuit) => isRoot(circuit) && site.grid.maximumApparentPower !== undefined)
      .map(({ id, name }): AllocationPower => ({
        nodeId: id,
        kind: 'apparent-power',
        maximumVA: (site.grid.maximumApparentPower ?? 0) * margin,
        countsOther: true,
        label: `agreed apparent power at ${name ?? id}`,
      })),
    ...site.circuits.flatMap(({ id, name, maximumPower, maximumApparentPower }): AllocationPower[] => {
      const maximumVA = Math.min(maximumPower ?? Infinity, maximumApparentPower ?? Infinity)
      return Number.isFinite(maximumVA)
        ? [
            {
              nodeId: id,
              kind: 'site-demand',
              maximumVA: maximumVA * margin,
              countsOther: true,
              label: `largest power of ${name ?? id}`,
            },
          ]
        : []
    }),
  ]
}

const imbalancesOf = (site: Site): NonNullable<AllocationProblem['imbalances']> => {
  const limit = imbalanceLimit(site.grid.imbalance, site.grid.nominalVoltage)
  const root = site.circuits.find(isRoot)
  return limit === null || root === undefined ? [] : [{ nodeId: root.id, ...limit }]
}

/** What a problem has of the site file alone: a site is never changed once it was accepted. */
interface Fixed extends Pick<AllocationProblem, 'gridPower' | 'imbalances'> {
  readonly powers: readonly AllocationPower[]
  readonly nodes: readonly (Pick<AllocationNode, 'id' | 'name' | 'parentId' | 'limitA' | 'limitText'> & {
    readonly circuit: SiteCircuit
    readonly own: readonly Phase[]
  })[]
}
const fixed = new WeakMap<Site, Fixed>()

const fixedOf = (site: Site): Fixed => {
  const known = fixed.get(site)
  if (known !== undefined) return known
  const { maximumPower, nominalVoltage } = site.grid
  const made: Fixed = {
    powers: powersOf(site),
    imbalances: imbalancesOf(site),
    gridPower:
      maximumPower === undefined
        ? null
        : { maximumW: maximumPower * site.control.margin, nominalVoltageV: nominalVoltage },
    nodes: site.circuits.map((circuit) => {
      const own = phases.filter((phase) => circuit.phases.includes(phase))
      const limit = usableLimitA(site, circuit)
      return {
        circuit,
        own,
        id: circuit.id,
        name: circuit.name ?? circuit.id,
        parentId: circuit.parent ?? null,
        limitA: Object.fromEntries(own.map((phase) => [phase, limit])),
        limitText: limitText(site, circuit),
      }
    }),
  }
  fixed.set(site, made)
  return made
}

/** The chargers of a problem: the same beside the load of now and beside the worst. */
export const sharersOf = (
  site: Site,
  standings: readonly Standing[],
  outer: Outer = nothingOuter,
): readonly AllocationCharger[] => standings.map((standing) => chargerOf(site, standing, outer))

/** Set aside for chargers that can't be read, A by circuit and phase. */
const unreadOf = (standings: readonly Standing[]): ReadonlyMap<SiteCircuit, Record<Phase, number>> => {
  const unread = new Map<SiteCircuit, Record<Phase, number>>()
  for (const { view, fixed: setAside } of standings) {
    if (setAside === null || view.points.length > 0) continue
    for (const circuit of view.charger.path) {
      const sums = unread.get(circuit) ?? { L1: 0, L2: 0, L3: 0 }
      unread.set(circuit, sums)
      for (const phase of view.mayUse) sums[phase] += setAside.currentA
    }
  }
  return unread
}

export const buildProblem = (
  site: Site,
  standings: readonly Standing[],
  loads: ReadonlyMap<string, OtherLoad>,
  side: 'nowA' | 'worstA',
  outer: Outer = nothingOuter,
  chargers: readonly AllocationCharger[] = sharersOf(site, standings, outer),
): AllocationProblem => {
  const unread = unreadOf(standings)
  const { nodes, powers, imbalances, gridPower } = fixedOf(site)
  const otherA = (circuit: SiteCircuit, phase: Phase): number | null => {
    const value = loads.get(circuit.id)?.[side][phase]
    if (value === undefined) return 0
    if (value === null || circuit.meter === undefined) return value
    return besideUnread(value, circuit.otherLoad, unread.get(circuit)?.[phase] ?? 0)
  }
  return {
    nodes: nodes.map(({ circuit, own, id, name, parentId, limitA: declaredA, limitText: text }): AllocationNode => {
      const otherLoadA: Partial<Record<Phase, number | null>> = {}
      for (const phase of own) otherLoadA[phase] = otherA(circuit, phase)
      const special = outer.phaseLimits.get(id)
      if (special === undefined) return { id, name, parentId, limitA: declaredA, limitText: text, otherLoadA }
      const phaseTexts = own.flatMap((phase) => {
        const at = special[phase]
        return at === undefined ? [] : [[phase, { kind: at.kind, text: at.text }] as const]
      })
      const limitA = Object.fromEntries(own.map((phase) => [phase, special[phase]?.limitA ?? declaredA[phase] ?? 0]))
      return { id, name, parentId, limitA, limitText: text, phaseTexts: Object.fromEntries(phaseTexts), otherLoadA }
    }),
    chargers,
    gridPower,
    powers: [...powers, ...outer.powers],
    ...(imbalances === undefined ? {} : { imbalances }),
    nominalVoltageV: site.grid.nominalVoltage,
  }
}
