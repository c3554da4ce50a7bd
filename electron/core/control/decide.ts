import { allocate } from '../../../shared/allocation/allocate.ts'
import { byRank } from '../../../shared/allocation/fill.ts'
import type { AllocationProblem, AllocationResult } from '../../../shared/allocation/problem.ts'
import type { Bound } from '../../../shared/model/bound.ts'
import type { ChargerDecision, Decision } from '../../../shared/model/decision.ts'
import type { DecisionNote } from '../../../shared/said/decision-note.ts'
import type { Image } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { canShow } from '../../../shared/charger/abilities.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Clock } from '../ports.ts'
import type { ChargerView } from './charger-watch.ts'
import { narrow, type Narrowing } from './constraints.ts'
import { createDamping } from './damping.ts'
import { createDemand } from './demand.ts'
import { ceilToStep, floorToStep, usableLimitA, type ControlledCharger } from './controlled-charger.ts'
import { createInterruption } from './interruption.ts'
import { withCircuitCaps } from './outer/circuit-caps.ts'
import type { OverrideCap } from './overrides.ts'
import { makeRoom, type Planned } from './make-room.ts'
import type { OtherLoad } from './other-load.ts'
import { buildProblem, priorityOf, sharersOf, type Standing } from './problem.ts'
import { createSiteSight } from './site-sight.ts'
import { createStandings, leftAtA, type Handling } from './standings.ts'
import { lateReadingMs, suspectMs } from './timing.ts'
import { createWaitingLine } from './waiting-line.ts'
import { own } from '../../../shared/own.ts'
import { explain } from './explain.ts'
import { createOuter } from './outer/create-outer.ts'
import type { Outer } from './outer/outer.ts'
import { forgetful, type Memory } from '../site/memory.ts'

export interface Outcome {
  readonly chargers: Decision['chargers']
  readonly circuits: Decision['circuits']
  readonly notes: readonly DecisionNote[]
}
export type Known = Pick<Handling, 'trouble' | 'override' | 'feeding' | 'ownLimit'> & { readonly heldA: number | null }

const holdReason = (
  charger: ControlledCharger,
  loads: ReadonlyMap<string, OtherLoad>,
  view: ChargerView,
): string | null => {
  const late = charger.path.find((circuit) => loads.get(circuit.id)?.meter === 'late')
  if (late !== undefined) return `the meter of ${late.name ?? late.id} is late`
  const over = charger.path.find((circuit) =>
    Object.values(loads.get(circuit.id)?.overForMs ?? {}).some((forMs) => forMs < suspectMs),
  )
  // Which charger is the cause is known only once it is over.
  if (over !== undefined) return `${over.name ?? over.id} carries more than may be used`
  return view.readable && (view.ageMs ?? 0) > lateReadingMs ? `${charger.name} is late` : null
}

const rankOf = ({ view: { charger }, place }: Standing) => ({
  charger: { id: charger.id, priority: priorityOf(charger, place), turn: place.turn },
})

const stateOf = (standing: Standing, targetA: number): ChargerDecision['state'] => {
  if (standing.fixed !== null || standing.blind !== null) return 'fallback'
  if (standing.override !== null) return 'override'
  if (!standing.view.wants) return 'idle'
  return targetA === 0 ? 'paused' : 'allocated'
}

/**
 * A charger not under control is told to come down, never up: at most its fallback, its last order and a person's limit. The
 * last order is forgotten only where the declared worst case says that the fallback fits (blind-fallback.ts), and of one that never
 * shows what it does.
 */
const uncontrolledLimit = (
  { view: { charger }, blind, override }: Standing,
  givenA: number | null,
  causes: readonly Bound[],
  fits: boolean,
): Narrowing => {
  if (charger.abilities.monitoredOnly !== null) {
    const why = `not controlled: ${charger.abilities.monitoredOnly}`
    return {
      maxA: charger.maximumA,
      bounds: [{ kind: 'charger-maximum', circuitId: null, phase: null, limitA: charger.maximumA, detail: why }],
    }
  }
  // One that can never show that it follows would else never be given anything: its maximum is set aside, so it may have its fallback.
  // What one was left at that was not read yet is not known: its fallback is no raise above what is set aside, where that fits.
  const unknownA = fits ? charger.fallbackA : 0
  const lastA = blind !== null ? blind.limitA : canShow(charger.abilities) ? (givenA ?? unknownA) : Infinity
  const cappedA = Math.min(charger.fallbackA, lastA, override?.limitA ?? Infinity)
  const maxA = cappedA >= charger.minimumA ? cappedA : charger.canPause ? 0 : ceilToStep(charger, charger.minimumA)
  const bounds = causes.map((bound) => ({ ...bound, limitA: maxA }))
  if (override === null || override.limitA > maxA) return { maxA, bounds }
  return {
    maxA,
    bounds: [
      {
        kind: 'override',
        circuitId: null,
        phase: null,
        limitA: override.limitA,
        detail: override.text,
      },
      ...bounds,
    ],
  }
}

/** Every circuit above it holds what is set aside, on every phase it may use. */
const hasRoomAbove = ({ charger, mayUse }: ChargerView, results: readonly AllocationResult[]): boolean =>
  results.every(({ nodes }) =>
    charger.path.every((circuit) =>
      mayUse.every((phase) => {
        const node = own(nodes, circuit.id)?.[phase]
        return node === undefined ? !circuit.phases.includes(phase) : (node.headroomA ?? -1) >= 0
      }),
    ),
  )

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
) => {
  const outerState = createOuter(site, wall, memory)
  const sight = createSiteSight(site, chargers, clock, memory)
  const standingsOf = createStandings(site, clock, memory)
  const damping = createDamping(chargers, clock, memory)
  const line = createWaitingLine(clock, memory, site.control.rotation)
  const interruption = createInterruption(clock, memory)
  const demandOf = createDemand(clock, memory)
  const state = memory.keep('decider', {
    last: [] as readonly Standing[],
    unwired: new Map() as ReadonlyMap<string, readonly Phase[]>,
  })
  /** Not kept: it decides nothing, and the next decision makes it anew. */
  const seen: { problem: AllocationProblem | null } = { problem: null }

  const circuitsOf = (
    shares: AllocationResult,
    standings: readonly Standing[],
    targets: ReadonlyMap<string, number>,
    loads: ReadonlyMap<string, OtherLoad>,
  ): Decision['circuits'] => {
    const given = new Map(site.circuits.map((circuit) => [circuit, { L1: 0, L2: 0, L3: 0 }]))
    for (const { view, fixed } of standings) {
      const amperes = fixed?.currentA ?? targets.get(view.charger.id) ?? 0
      for (const circuit of view.charger.path) {
        const sums = given.get(circuit)
        if (sums !== undefined)
          for (const phase of fixed === null ? view.countedOn : view.mayUse) sums[phase] += amperes
      }
    }
    return Object.fromEntries(
      site.circuits.map((circuit) => [
        circuit.id,
        Object.fromEntries(
          phases
            .filter((phase) => circuit.phases.includes(phase))
            .map((phase) => [
              phase,
              {
                limitA: own(shares.nodes, circuit.id)?.[phase]?.limitA ?? usableLimitA(site, circuit),
                otherLoadA: own(shares.nodes, circuit.id)?.[phase]?.otherLoadA ?? null,
                allocatedA: Math.round((given.get(circuit)?.[phase] ?? 0) * 1000) / 1000,
                ageMs: loads.get(circuit.id)?.ageMs ?? null,
              },
            ]),
        ),
      ]),
    )
  }

  const notesOf = (
    standings: readonly Standing[],
    loads: ReadonlyMap<string, OtherLoad>,
    shares: AllocationResult,
  ): DecisionNote[] => {
    const notes: DecisionNote[] = []
    for (const cause of new Set(standings.flatMap(({ blind }) => blind?.cause ?? []))) {
      const ids = standings.filter(({ blind }) => blind?.cause === cause).map(({ view }) => view.charger.id)
      notes.push({ kind: 'fallback', cause, chargers: ids })
    }
    for (const circuit of site.circuits) {
      const load = loads.get(circuit.id)
      if (load === undefined) continue
      const name = circuit.name ?? circuit.id
      if (load.meter === 'late')
        notes.push({ kind: 'meter-late', meterId: circuit.meter ?? '', ageMs: load.ageMs ?? 0 })
      if (load.hiddenLoad.length > 0) notes.push({ kind: 'hidden-load', circuit: name, phases: load.hiddenLoad })
      if (load.unlikelyExport.length > 0)
        notes.push({ kind: 'unlikely-export', circuit: name, phases: load.unlikelyExport })
    }
    for (const { fixed } of standings) if (fixed !== null) notes.push({ kind: 'set-aside', why: fixed.why })
    return [...notes, ...shares.notes.map((text): DecisionNote => ({ kind: 'sharing', text }))]
  }

  const decide = (
    image: Image,
    armed: boolean,
    knownOf: (id: string) => Known,
    circuitCaps: ReadonlyMap<string, OverrideCap> = new Map(),
  ): Outcome => {
    if (interruption.began(image)) {
      damping.interrupt()
      sight.interrupt()
    }
    const { views, loads } = sight.look(image, damping.givenA)
    state.unwired = new Map(
      views.filter((view) => view.unwired.length > 0).map((view) => [view.charger.id, view.unwired]),
    )
    const demands = new Map(views.map((view) => [view.charger.id, demandOf(view, damping.givenA(view.charger.id))]))
    line.update(
      views.map((view) => ({
        id: view.charger.id,
        wants: view.wants || (!view.readable && line.isIn(view.charger.id)),
        waits: damping.pausedForRoom(view.charger.id) || damping.givenA(view.charger.id) === 0,
        rests: demands.get(view.charger.id)?.rests === true,
      })),
    )
    const standings = standingsOf(views, loads, (id) => ({
      ...knownOf(id),
      givenA: damping.givenA(id),
      orderedA: armed ? damping.givenA(id) : null,
      demandCapA: demands.get(id)?.capA ?? null,
      demandText: demands.get(id)?.text ?? null,
      place: line.placeOf(id),
    }))
    state.last = standings
    const outer = withCircuitCaps(outerState.step(image, views, lowered()), circuitCaps, site)
    const sharers = sharersOf(site, standings, outer)
    const problem = buildProblem(site, standings, loads, 'nowA', outer, sharers)
    seen.problem = problem
    const shares = allocate(problem)
    const worstShares = allocate(buildProblem(site, standings, loads, 'worstA', outer, sharers))

    const planned = standings.map((standing) => {
      const { view, fixed, blind } = standing
      const { charger } = view
      const share = own(shares.chargers, charger.id)
      const worst = own(worstShares.chargers, charger.id)
      if (share === undefined || worst === undefined) throw new Error(`the allocation forgot charger ${charger.id}`)
      const givenA = damping.givenA(charger.id)
      if (fixed !== null) {
        damping.noRoom(charger.id)
        const narrowed = uncontrolledLimit(standing, givenA, share.boundBy, hasRoomAbove(view, [shares, worstShares]))
        return {
          standing,
          narrowed,
          plan: {
            view,
            fixedA: fixed.currentA,
            rises: false,
            givenA: givenA ?? 0,
            targetA: narrowed.maxA,
            heldA: null,
          } satisfies Planned,
        }
      }
      const narrowed = narrow({
        charger,
        control: site.control,
        share,
        fallback: blind === null ? null : { limitA: blind.limitA, why: blind.why },
        override: standing.override,
        givenA,
        rise: damping.room(charger.id, Math.min(share.targetA, worst.targetA)),
        holdWhy: interruption.holdWhy(charger, image) ?? holdReason(charger, loads, view),
        // Room for a turn is made by the others, it did not come by itself: it need not prove itself for a minute.
        pausedForRoom: damping.pausedForRoom(charger.id) && !standing.place.hasTurn,
      })
      const rises = armed && blind === null && givenA !== null && narrowed.maxA > givenA
      return {
        standing,
        narrowed,
        plan: {
          view,
          fixedA: null,
          rises,
          givenA: givenA ?? 0,
          targetA: narrowed.maxA,
          heldA: knownOf(charger.id).heldA,
        } satisfies Planned,
      }
    })
    const ranked = [...planned].sort((a, b) => byRank(rankOf(a.standing), rankOf(b.standing)))
    const cut = makeRoom(
      ranked.map(({ plan }) => plan),
      shares,
    )

    const decided: Record<string, ChargerDecision> = {}
    const targets = new Map<string, number>()
    for (const { standing, narrowed } of planned) {
      const { view } = standing
      const { charger } = view
      const waits = cut.get(charger.id)
      const targetA = waits?.targetA ?? narrowed.maxA
      const bounds: readonly Bound[] = waits === undefined ? narrowed.bounds : [waits.bound, ...narrowed.bounds]
      targets.set(charger.id, targetA)
      const state = stateOf(standing, targetA)
      const ages = [view.ageMs, ...charger.path.map((circuit) => loads.get(circuit.id)?.ageMs ?? null)].filter(
        (age) => age !== null,
      )
      decided[charger.id] = {
        targetA,
        state,
        phases: [...(standing.fixed === null ? view.countedOn : view.mayUse)],
        boundBy: [...bounds],
        why: explain(targetA, state, bounds, site, standing.place),
        inputAgeMs: state === 'fallback' || ages.length === 0 ? null : Math.max(...ages),
        ageMs: view.ageMs,
      }
    }
    // Nothing is remembered before everything is decided: a decision that fails halfway leaves no half of it behind.
    for (const { standing } of planned)
      damping.commit(standing.view.charger.id, targets.get(standing.view.charger.id) ?? 0, standing.view.wants)
    return {
      chargers: decided,
      circuits: circuitsOf(shares, standings, targets, loads),
      notes: notesOf(standings, loads, shares),
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
        const limit = own(image.chargers, charger.id)?.samples['limit']?.value ?? null
        const whole = limit === null ? null : floorToStep(charger, limit)
        damping.startFrom(charger.id, whole !== null && whole < charger.minimumA && charger.canPause ? 0 : whole)
      }
    },
  }
}
