import { allocate, shareOut } from '../../../shared/allocation/allocate.ts'
import { byRank } from '../../../shared/allocation/fill.ts'
import type { AllocationProblem, AllocationResult } from '../../../shared/allocation/problem.ts'
import type { ChargerDecision } from '../../../shared/model/decision.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import type { Site } from '../../../shared/site/site.ts'
import { phaseSwitchText } from '../../../shared/said/phase-switch.ts'
import type { Clock } from '../ports.ts'
import type { PhaseSwitching } from './phase-switch/phase-switching.ts'
import { createDamping } from './damping.ts'
import { createDemand, type Demand } from './demand.ts'
import { floorToStep, type ControlledCharger } from './controlled-charger.ts'
import { heldCircuits } from './hold-reason.ts'
import { createInterruption } from './interruption.ts'
import { withCircuitCaps } from './outer/circuit-caps.ts'
import { agesOf, chargerDecision, circuitsOf, notesOf, type Outcome } from './outcome.ts'
import type { OverrideCap } from './overrides.ts'
import { makeRoom } from './make-room.ts'
import { buildProblem, priorityOf, sharersOf, type Standing } from './problem.ts'
import { createSiteSight, type Seen } from './site-sight.ts'
import { createStandings, leftAtA, type Handling } from './standings.ts'
import { createWaitingLine } from './waiting-line.ts'
import { createWays, type Shares, type Way } from './ways.ts'
import { own } from '../../../shared/own.ts'
import { createOuter } from './outer/create-outer.ts'
import type { Outer } from './outer/outer.ts'
import { forgetful, type Memory } from '../site/memory.ts'

export type { Outcome }
export type Known = Pick<Handling, 'trouble' | 'override' | 'feeding' | 'ownLimit'> & { readonly heldA: number | null }

const rankOf = ({ view: { charger }, place }: Standing) => ({
  charger: { id: charger.id, priority: priorityOf(charger, place), turn: place.turn },
})

const switchingText = (switching: PhaseSwitching | null, id: string): string | null => {
  const state = switching?.isHeld(id) === true ? switching.stateOf(id) : null
  return state === null ? null : `it ${phaseSwitchText(state)}`
}

/** Raises in order of rank, each cut to the room there is. */
const waitForRoom = (
  ways: readonly Way[],
  shares: AllocationResult,
  circuitCount: number,
): ReturnType<typeof makeRoom> => {
  if (!ways.some(({ plan }) => plan.rises)) return new Map()
  const ranked = ways.map(({ standing, plan }) => ({ ...rankOf(standing), plan })).sort(byRank)
  return makeRoom(
    ranked.map(({ plan }) => plan),
    shares,
    circuitCount,
  )
}

/** The chargers share once beside the load of now, once beside the worst of the last seconds. */
const shareTwice = (site: Site, standings: readonly Standing[], loads: Seen['loads'], outer: Outer) => {
  const sharers = sharersOf(site, standings, outer)
  const problem = buildProblem(site, standings, loads, 'nowA', outer, sharers)
  const worst = shareOut(buildProblem(site, standings, loads, 'worstA', outer, sharers))
  const shares: Shares = { now: allocate(problem), worst }
  return { problem, shares }
}

/** The limit a charger says is in force, as control could have given it, A; null where it does not say. */
const limitInForce = (charger: ControlledCharger, image: Image): number | null => {
  const limit = own(image.chargers, charger.id)?.samples['limit']?.value ?? null
  const whole = limit === null ? null : floorToStep(charger, limit)
  return whole !== null && whole < charger.minimumA && charger.canPause ? 0 : whole
}

/**
 * One decision from one frozen image: look, find the other load, share out (once beside the load of now, once beside the worst
 * of the last seconds), then narrow each charger's limit by the ordered constraints and let raises wait for room.
 * Deciding twice on the same image at the same time gives the same decision.
 */
export const createDecider = (
  site: Site,
  chargers: readonly ControlledCharger[],
  clock: Clock,
  memory: Memory = forgetful,
  /** The same durations, by the calendar: demand intervals, departures and plans are of the calendar. */
  wall: Clock = clock,
  /** Limits of circuits that are lowered on trial (trials.ts). */
  lowered: () => Outer['phaseLimits'] = () => new Map(),
  /** Where control may choose between one phase and three (phase-switch/); null: nowhere. */
  switching: PhaseSwitching | null = null,
) => {
  const outerState = createOuter(site, wall, memory)
  const sight = createSiteSight(site, chargers, clock, memory, switching?.look)
  const standingsOf = createStandings(site, clock, memory)
  const damping = createDamping(chargers, clock, memory)
  const line = createWaitingLine(clock, memory, site.control.rotation)
  const interruption = createInterruption(clock, memory)
  const demandOf = createDemand(clock, memory)
  const { controlled, uncontrolled } = createWays(site, damping, interruption)
  const state = memory.keep('decider', {
    last: [] as readonly Standing[],
    unwired: new Map() as ReadonlyMap<string, readonly Phase[]>,
  })
  /** Not kept: it decides nothing, and the next decision makes it anew. */
  const seen: { problem: AllocationProblem | null } = { problem: null }

  const look = (image: Image): Seen => {
    if (interruption.began(image)) {
      damping.interrupt()
      sight.interrupt()
    }
    const looked = sight.look(image, damping.givenA)
    state.unwired = new Map(
      looked.views.filter(({ unwired }) => unwired.length > 0).map(({ charger, unwired }) => [charger.id, unwired]),
    )
    return looked
  }

  const standUp = ({ views, loads }: Seen, armed: boolean, knownOf: (id: string) => Known): readonly Standing[] => {
    const given = views.map(({ charger }) => damping.givenA(charger.id))
    const demands = views.map((view, place): Demand => demandOf(view, given[place] ?? null))
    line.update(
      views.map((view, place) => ({
        id: view.charger.id,
        wants: view.wants || (!view.readable && line.isIn(view.charger.id)),
        waits: damping.pausedForRoom(view.charger.id) || given[place] === 0,
        rests: demands[place]?.rests === true,
      })),
    )
    return standingsOf(views, loads, (id, place) => {
      const givenA = given[place] ?? null
      const { trouble, override, feeding, ownLimit } = knownOf(id)
      const demand = demands[place]
      return {
        trouble,
        override,
        feeding,
        ownLimit,
        givenA,
        orderedA: armed ? givenA : null,
        demandCapA: demand?.capA ?? null,
        demandText: demand?.text ?? null,
        place: line.placeOf(id),
      }
    })
  }

  const decide = (
    image: Image,
    armed: boolean,
    knownOf: (id: string) => Known,
    circuitCaps: ReadonlyMap<string, OverrideCap> = new Map(),
  ): Outcome => {
    const looked = look(image)
    const { views, loads } = looked
    const standings = standUp(looked, armed, knownOf)
    state.last = standings
    const outer = withCircuitCaps(outerState.step(image, views, lowered()), circuitCaps, site)
    const { shares, problem } = shareTwice(site, standings, loads, outer)
    seen.problem = problem
    switching?.step({ problem, now: shares.now, standings, armed })
    const held = heldCircuits(site, loads)
    const whyHeld = (id: string): string | null => switchingText(switching, id)
    const ways = standings.map((standing) =>
      standing.fixed === null
        ? controlled(
            standing,
            shares,
            { image, held, armed, switching: whyHeld },
            knownOf(standing.view.charger.id).heldA,
          )
        : uncontrolled(standing, standing.fixed.currentA, shares),
    )
    const cut = waitForRoom(ways, shares.now, site.circuits.length)
    const decided = Object.create(null) as Record<string, ChargerDecision>
    const targetsA: number[] = []
    const ages = agesOf(site, loads)
    for (const { standing, narrowed } of ways) {
      const { id } = standing.view.charger
      const waits = cut.get(id)
      const targetA = waits?.targetA ?? narrowed.maxA
      const bounds = waits === undefined ? narrowed.bounds : [waits.bound, ...narrowed.bounds]
      targetsA.push(targetA)
      decided[id] = chargerDecision(site, standing, targetA, bounds, ages, switching?.stateOf(id))
    }
    // Nothing is remembered before everything is decided: a decision that fails halfway leaves no half of it behind.
    standings.forEach(({ view }, place) => {
      damping.commit(view.charger.id, targetsA[place] ?? 0, view.wants)
    })
    return {
      chargers: decided,
      circuits: circuitsOf(site, shares, standings, targetsA, ages),
      notes: notesOf(site, standings, loads, shares.now),
    }
  }

  return {
    decide,
    /** Phases declared for chargers that do not have them, by charger id, as of the last decision. */
    unwired: (): ReadonlyMap<string, readonly Phase[]> => state.unwired,
    /** What the last decision was made on, for a look at what another would be; null before the first. */
    problem: (): AllocationProblem | null => seen.problem,
    standings: (): readonly Standing[] => state.last,
    /** Demand, dimming, plans and targets as of the last decision. */
    outer: outerState,
    steps: sight.steps,
    /** The limit a charger is left with when control ends, A: its fallback, or less where nothing says that there is room for a raise. */
    leftAtA: (charger: ControlledCharger): number => leftAtA(site, charger, damping.givenA(charger.id), state.last),
    /** Before the first armed decision: raises start from the limit each charger says is in force. */
    takeOver: (image: Image): void => {
      sight.believeAgain()
      for (const charger of chargers) {
        damping.startFrom(charger.id, limitInForce(charger, image))
      }
    },
  }
}
