import { perPhase, phases, type Phase } from '../../../shared/model/phase.ts'
import type { CountedPhases } from '../../../shared/said/counted-phases.ts'
import type { SiteCircuit } from '../../../shared/site/site.ts'
import { isShownOff, witnessOf, type EvidenceState, type Witness } from '../derive/phase-evidence.ts'
import { own } from '../../../shared/own.ts'
import type { ChargerView, CurrentPoint } from './charger-watch.ts'
import type { ControlledCharger } from './controlled-charger.ts'

/** Phases a charger may be on although nothing shows it: an overload there has no other cause that control could end. */
export type Suspicions = ReadonlyMap<string, ReadonlySet<Phase>>

/** A current that is no standby current, A. */
const leastShownA = 3

/** What the steps of one charger have shown so far along its path; it changes with its steps, not with every reading. */
interface Shown {
  readonly witnesses: readonly Witness[]
  /** Where a meter above saw it. */
  readonly seenOn: readonly Phase[]
  readonly missedOn: ChargerView['missedOn']
  /** Phases of each circuit that its steps moved. */
  readonly moved: ChargerView['shownOn']
  /** Made from `moved` for the phases it draws on (`shownOn`), by those phases as bits. */
  readonly movedOrDrawn: (ChargerView['shownOn'] | undefined)[]
}

/** Where the steps of a charger contradict its map at one meter, the phases that stood still there: it may not be on them. */
const missedOf = (charger: ControlledCharger, evidence: EvidenceState): ChargerView['missedOn'] =>
  new Map(
    charger.path.flatMap(({ id, meter }) => {
      const { conflicts, seenAs } = witnessOf(evidence, charger.id, id)
      const missed = meter === undefined || conflicts === 0 ? [] : phases.filter((phase) => seenAs[phase] !== undefined)
      return missed.length === 0 ? [] : [[id, missed] as const]
    }),
  )

const findShown = (charger: ControlledCharger, evidence: EvidenceState): Shown => {
  const witnesses = charger.path
    .filter(({ meter }) => meter !== undefined)
    .map((circuit) => witnessOf(evidence, charger.id, circuit.id))
  const moved = charger.path.map(({ id, phases: there }) => {
    const { shown } = witnessOf(evidence, charger.id, id)
    return [id, there.filter((phase) => shown?.[phase] === true)] as const
  })
  return {
    witnesses,
    seenOn: phases.filter((phase) => isSeen(phase, witnesses)),
    missedOn: missedOf(charger, evidence),
    moved: new Map(moved),
    movedOrDrawn: [],
  }
}

const lastShown = new WeakMap<ControlledCharger, { readonly of: object | undefined; readonly shown: Shown }>()

const shownBy = (charger: ControlledCharger, evidence: EvidenceState): Shown => {
  const of = own(evidence.chargers, charger.id)?.witnesses
  const last = lastShown.get(charger)
  if (last !== undefined && last.of === of) return last.shown
  const shown = findShown(charger, evidence)
  lastShown.set(charger, { of, shown })
  return shown
}

/**
 * A phase is given to others only on evidence that no absent or dead sensor of the charger can fake: its own meter shows nothing
 * there, and a meter above it did not move on that phase in several steps of its current, and no meter above it did.
 */
const isFree = (view: ChargerView, phase: Phase, witnesses: readonly Witness[]): boolean =>
  view.idleOn.includes(phase) &&
  witnesses.some((witness) => isShownOff(witness, phase)) &&
  witnesses.every(({ last }) => last[phase] !== 'moved')

const isSeen = (phase: Phase, witnesses: readonly Witness[]): boolean =>
  witnesses.some(({ outside }) => outside[phase] > 0)

const largest = ({ currentA }: CurrentPoint): number => Math.max(...phases.map((phase) => currentA[phase]))

/** Where a meter above saw it and its own meter shows nothing, a charger draws what it draws elsewhere. */
const pointsOn = (view: ChargerView, seenOn: readonly Phase[]): ChargerView['points'] =>
  seenOn.length === 0
    ? view.points
    : view.points.map((point) => {
        const amperes = largest(point)
        return {
          ...point,
          currentA: perPhase((phase) => (seenOn.includes(phase) ? amperes : point.currentA[phase])),
        }
      })

/**
 * Phases of each circuit above on which a charger is for certain: its steps moved them there, or it draws on every phase there is, so that
 * no map can be wrong.
 */
const shownOn = ({ charger, points }: ChargerView, { moved, movedOrDrawn }: Shown): ChargerView['shownOn'] => {
  const [point] = points
  if (point === undefined) return moved
  const { L1, L2, L3 } = point.currentA
  const bits = (L1 >= leastShownA ? 1 : 0) + (L2 >= leastShownA ? 2 : 0) + (L3 >= leastShownA ? 4 : 0)
  if (bits === 0) return moved
  const known = movedOrDrawn[bits]
  if (known !== undefined) return known
  const isDrawn = (phase: Phase): boolean => point.currentA[phase] >= leastShownA
  const shown = new Map(
    charger.path.map(({ id, phases: there }) => {
      const drawsOnAll = phases.every(isDrawn) || there.every(isDrawn)
      return [id, drawsOnAll ? there : (moved.get(id) ?? [])] as const
    }),
  )
  movedOrDrawn[bits] = shown
  return shown
}

interface Unmeasured {
  readonly phases: readonly Phase[]
  readonly circuit: SiteCircuit
  readonly metered: SiteCircuit
}

/**
 * A circuit without a meter is bounded by what its chargers could draw at worst: one wired to some phases only is counted on all phases of
 * it until the meter above has seen its steps on those declared. Without a meter above nobody could ever see it, and the site file stands.
 */
const unmeasuredOn = (
  { charger: { path, phases: declared } }: ChargerView,
  shown: ChargerView['shownOn'],
): Unmeasured | null => {
  const nearest = path.findIndex(({ meter }) => meter !== undefined)
  const [circuit] = path
  const metered = path[nearest]
  if (nearest <= 0 || circuit === undefined || metered === undefined) return null
  if (declared.every((phase) => shown.get(metered.id)?.includes(phase) === true)) return null
  return { phases: path.slice(0, nearest).flatMap((each) => each.phases), circuit, metered }
}

/** Most times nothing is known beside the site file: the declared phases in their order. */
const declaredIn = new WeakMap<ControlledCharger, readonly Phase[]>()
const declaredOf = (charger: ControlledCharger): readonly Phase[] => {
  const known = declaredIn.get(charger)
  if (known !== undefined) return known
  const declared = phases.filter((phase) => charger.phases.includes(phase))
  declaredIn.set(charger, declared)
  return declared
}

interface Reasons {
  readonly seenOn: readonly Phase[]
  readonly suspected: ReadonlySet<Phase> | undefined
  readonly unmeasured: Unmeasured | null
}

const usual: readonly CountedPhases[] = []

/** Why it is counted where neither the site file nor its own meter would have it; each phase once, by what is known best. */
const whyCounted = (
  { charger, idleOn }: ChargerView,
  countedOn: readonly Phase[],
  { seenOn, suspected, unmeasured }: Reasons,
): readonly CountedPhases[] => {
  if (countedOn === declaredOf(charger) && idleOn.length === 0) return usual
  const beyond = countedOn.filter((phase) => !charger.phases.includes(phase))
  const silent = countedOn.filter((phase) => charger.phases.includes(phase) && idleOn.includes(phase))
  if (beyond.length === 0 && silent.length === 0) return usual
  const there = beyond.filter((phase) => seenOn.includes(phase))
  const maybe = beyond.filter((phase) => !there.includes(phase) && suspected?.has(phase) === true)
  const unseen = beyond.filter((phase) => !there.includes(phase) && !maybe.includes(phase))
  const all: CountedPhases[] = [
    { kind: 'seen-there', phases: there },
    { kind: 'suspected', phases: maybe },
    ...(unmeasured === null
      ? []
      : [
          {
            kind: 'unmeasured-circuit' as const,
            phases: unseen,
            circuitId: unmeasured.circuit.id,
            meteredId: unmeasured.metered.id,
          },
        ]),
    { kind: 'not-shown-free', phases: silent },
  ]
  return all.filter(({ phases: on }) => on.length > 0)
}

/** Phases it may be on, in their order. */
const mayUseOf = (declared: readonly Phase[], countedOn: readonly Phase[]): readonly Phase[] =>
  countedOn.length === phases.length
    ? countedOn
    : phases.filter((phase) => declared.includes(phase) || countedOn.includes(phase))

const countedOnOf = (
  view: ChargerView,
  { seenOn, witnesses }: Shown,
  suspected: ReadonlySet<Phase> | undefined,
  unmeasured: Unmeasured | null,
): readonly Phase[] => {
  const { charger, idleOn, activePhases } = view
  const isUsual = seenOn.length === 0 && idleOn.length === 0 && activePhases === charger.phases
  if (isUsual && suspected === undefined && unmeasured === null) return declaredOf(charger)
  return phases.filter(
    (phase) =>
      seenOn.includes(phase) ||
      suspected?.has(phase) === true ||
      (charger.phases.includes(phase)
        ? activePhases.includes(phase) && !isFree(view, phase, witnesses)
        : unmeasured?.phases.includes(phase) === true),
  )
}

const mapView = (
  view: ChargerView,
  evidence: EvidenceState,
  suspected: ReadonlySet<Phase> | undefined,
): ChargerView => {
  const { charger } = view
  const known = shownBy(charger, evidence)
  const { seenOn } = known
  const shown = shownOn(view, known)
  const unmeasured = unmeasuredOn(view, shown)
  const countedOn = countedOnOf(view, known, suspected, unmeasured)
  return {
    ...view,
    countedOn,
    whyCounted: whyCounted(view, countedOn, { seenOn, suspected, unmeasured }),
    mayUse: mayUseOf(charger.phases, countedOn),
    points: pointsOn(view, seenOn),
    missedOn: known.missedOn,
    shownOn: shown,
  }
}

/** Where each charger is counted, by the site file, its own meter and what the meters above it saw of its steps. */
export const mapPhases = (
  views: readonly ChargerView[],
  evidence: EvidenceState,
  suspicions: Suspicions,
): readonly ChargerView[] => views.map((view) => mapView(view, evidence, suspicions.get(view.charger.id)))

/** Whether the charger draws, may be on this phase of this circuit, and its steps have not shown often enough that it is not. */
export const isSuspect = (view: ChargerView, circuit: SiteCircuit, phase: Phase, evidence: EvidenceState): boolean =>
  view.charger.path.includes(circuit) &&
  !view.countedOn.includes(phase) &&
  Math.max(0, ...view.points.slice(0, 1).map(largest)) >= 1 &&
  !isShownOff(witnessOf(evidence, view.charger.id, circuit.id), phase)
