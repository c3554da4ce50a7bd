import type { ChargerReading, Image } from '../../../shared/model/image.ts'
import { perPhase, phases, type PerPhase, type Phase } from '../../../shared/model/phase.ts'
import type { SiteCharger } from '../../../shared/site/site.ts'
import { chargerPoint, keyed, largest, mayDraw, meterPoint, type EvidenceSetup } from './evidence-input.ts'
import { judgeStep, notOn, type Judgement, type Mover, type StepPlace } from './judge-step.ts'
import { own } from '../../../shared/own.ts'
import {
  append,
  follow,
  noPlateau,
  type CurrentStep,
  type PlateauState,
  type Track,
  type Window,
} from './step-track.ts'

/** What the steps of one charger showed at one metered circuit above it. */
export interface Witness {
  /** Steps of this session in a row in which the phase stood still while the charger's current moved. */
  readonly still: PerPhase<number>
  /** Sum of those steps, A. */
  readonly stillA: PerPhase<number>
  /** The newest verdict of this session. */
  readonly last: PerPhase<'moved' | 'still' | null>
  /** Whether a step of any session showed that the charger moves this phase here: what is wired stays wired. Recordings of before do not have it. */
  readonly shown?: PerPhase<boolean>
  /** Votes that the charger moves this phase although neither its own meter nor the site file says so. */
  readonly outside: PerPhase<number>
  /** Votes that the declared map is not the map of this meter. */
  readonly conflicts: number
  /** Declared phase -> phase that moved instead, of the newest conflict. */
  readonly seenAs: Partial<Record<Phase, Phase>>
  /** Size of the newest step judged, A, and how much of it the meter showed at most. */
  readonly stepA: number
  readonly shownA: number
}

/** Why a circuit's meter is not believed: it does not follow what the chargers below it do. */
export interface MeterDoubt {
  readonly votes: number
  readonly chargerId: string
  readonly stepA: number
  readonly shownA: number
  /** When what moved in the newest of those steps had settled, ms. */
  readonly settledMs: number
}

interface ChargerState {
  readonly track: Track
  readonly plateau: PlateauState
  readonly witnesses: Readonly<Record<string, Witness>>
}
export interface EvidenceState {
  readonly meters: Readonly<Record<string, { readonly track: Track; readonly watts: Track }>>
  readonly chargers: Readonly<Record<string, ChargerState>>
  readonly doubts: Readonly<Record<string, MeterDoubt>>
}

/** A phase counts as not used by a charger after so many steps in a row without it; one could be a coincidence. */
const stillSteps = 3
/** or after two, when together they were as large as this, A. */
const stillA = 8
/** A map is contradicted, and a meter not believed, after so many steps in a row that say so. */
const conflictVotes = 2
const mostVotes = 4

export const noWitness: Witness = {
  still: perPhase(() => 0),
  stillA: perPhase(() => 0),
  last: perPhase(() => null),
  shown: perPhase(() => false),
  outside: perPhase(() => 0),
  conflicts: 0,
  seenAs: {},
  stepA: 0,
  shownA: 0,
}
const noCharger: ChargerState = { track: [], plateau: noPlateau, witnesses: {} }
export const noEvidence: EvidenceState = {
  meters: Object.create(null),
  chargers: Object.create(null),
  doubts: Object.create(null),
}

const learn = (before: Witness, { verdicts, ownless, instead, ownA, stepA, shownA }: Judgement): Witness => {
  const moved = (phase: Phase) => verdicts[phase] === 'moved'
  const swapped = Object.keys(instead).length > 0
  const agrees = !swapped && ownless.length === 0
  return {
    still: perPhase((phase) => (moved(phase) ? 0 : before.still[phase] + (verdicts[phase] === 'still' ? 1 : 0))),
    stillA: perPhase((phase) => (moved(phase) ? 0 : before.stillA[phase] + (verdicts[phase] === 'still' ? ownA : 0))),
    last: perPhase((phase) => {
      const verdict = verdicts[phase]
      return verdict === 'unclear' ? before.last[phase] : verdict
    }),
    // A map that is contradicted was shown by coincidence.
    shown: perPhase(
      (phase) => agrees && (moved(phase) || (before.shown?.[phase] === true && verdicts[phase] !== 'still')),
    ),
    outside: perPhase((phase) =>
      ownless.includes(phase)
        ? Math.min(mostVotes, before.outside[phase] + 1)
        : verdicts[phase] === 'still'
          ? Math.max(0, before.outside[phase] - 1)
          : before.outside[phase],
    ),
    conflicts: swapped
      ? Math.min(mostVotes, before.conflicts + 1)
      : agrees
        ? Math.max(0, before.conflicts - 1)
        : before.conflicts,
    seenAs: swapped ? instead : before.seenAs,
    stepA,
    shownA,
  }
}

/** What the witnesses of a charger come to; they change with its steps, not with every reading. */
interface Verdict {
  /** Nothing is left of this session. */
  readonly isForgotten: boolean
  readonly isDoubtful: boolean
  /** Phases somebody saw it on although neither its own meter nor the site file says so. */
  readonly seenOn: readonly Phase[]
}
const verdicts = new WeakMap<ChargerState['witnesses'], Verdict>()

export const verdictOf = (witnesses: ChargerState['witnesses']): Verdict => {
  const known = verdicts.get(witnesses)
  if (known !== undefined) return known
  const all = Object.values(witnesses)
  const verdict: Verdict = {
    isForgotten: all.every(
      ({ still, stillA: sum, last }) =>
        still === noWitness.still && sum === noWitness.stillA && last === noWitness.last,
    ),
    isDoubtful: all.some(({ conflicts }) => conflicts > 0),
    seenOn: phases.filter((phase) => all.some(({ outside }) => outside[phase] > 0)),
  }
  verdicts.set(witnesses, verdict)
  return verdict
}

const forgetSession = (witnesses: ChargerState['witnesses']): ChargerState['witnesses'] =>
  verdictOf(witnesses).isForgotten ? witnesses : forgotten(witnesses)

const forgotten = (witnesses: ChargerState['witnesses']): ChargerState['witnesses'] =>
  keyed(
    Object.entries(witnesses).map(
      ([id, witness]) =>
        [id, { ...witness, still: noWitness.still, stillA: noWitness.stillA, last: noWitness.last }] as const,
    ),
  )

interface Move extends Mover {
  readonly next: ChargerState
  readonly step: CurrentStep | null
  readonly level: Window | null
}

const followCharger = (state: EvidenceState, charger: SiteCharger, reading: ChargerReading | undefined): Move => {
  const before = own(state.chargers, charger.id) ?? noCharger
  const point = chargerPoint(reading)
  const isThere = mayDraw(reading)
  const { isDoubtful, seenOn } = verdictOf(before.witnesses)
  const move = (next: ChargerState, step: CurrentStep | null, level: Window | null): Move => ({
    charger,
    track: next.track,
    mayDraw: isThere,
    isDoubtful,
    seenOn,
    next,
    step,
    level,
  })
  if (point === null || point.atMs === before.track.at(-1)?.atMs)
    return move(isThere ? before : { ...before, witnesses: forgetSession(before.witnesses) }, null, null)
  const { state: plateau, step, level } = follow(before.plateau, point)
  const begins = largest(before.track.at(-1)) < 1 && largest(point) >= 1
  const witnesses = begins || !isThere ? forgetSession(before.witnesses) : before.witnesses
  return move({ track: append(before.track, point), plateau, witnesses }, step, level)
}

const wasMoved = (state: EvidenceState, chargerId: string, circuitId: string, phase: Phase): boolean => {
  const witness = witnessOf(state, chargerId, circuitId)
  return witness.conflicts === 0 && witness.last[phase] === 'moved'
}

const learnLevel = (before: Witness, phasesNotOn: readonly Phase[]): Witness =>
  phasesNotOn.length === 0
    ? before
    : {
        ...before,
        still: perPhase(
          (phase) => before.still[phase] + (phasesNotOn.includes(phase) && before.last[phase] !== 'moved' ? 1 : 0),
        ),
      }

/** Chargers that move together are one event: what else moved at that moment is one coincidence, and so one vote. */
const doubt = (
  doubts: EvidenceState['doubts'],
  circuitId: string,
  chargerId: string,
  { from, to }: CurrentStep,
  { follows, stepA, shownA }: Judgement,
): EvidenceState['doubts'] => {
  if (follows === 'unclear') return doubts
  const before = own(doubts, circuitId)
  const rest = Object.entries(doubts).filter(([id]) => id !== circuitId)
  if (follows === 'follows') return before === undefined ? doubts : keyed(rest)
  if (before !== undefined && from.toMs < before.settledMs) return doubts
  const votes = Math.min(mostVotes, (before?.votes ?? 0) + 1)
  return keyed([...rest, [circuitId, { votes, chargerId, stepA, shownA, settledMs: to.fromMs }]])
}

/**
 * Passive step correlation: whenever a charger's own current goes from one level to another, the phases of the metered circuits
 * above it are compared over the same seconds. A phase that does not move with it is evidence that the charger is not on it,
 * which no missing or dead sensor of the charger can fake; one that moves where the map says nothing is a map that is wrong; and a
 * meter on which nothing moves does not measure what feeds this charger.
 * Pure: the same images give the same evidence.
 */
export const stepEvidence = (state: EvidenceState, image: Image, setup: EvidenceSetup): EvidenceState => {
  const meters = keyed(
    setup.metered.map(({ id, meter }) => {
      const before = own(state.meters, id) ?? { track: [], watts: [] }
      const seen = meterPoint(image, meter)
      const next =
        seen === null ? before : { track: append(before.track, seen.amperes), watts: append(before.watts, seen.watts) }
      return [id, next] as const
    }),
  )
  const moves = setup.site.chargers.map((charger) => followCharger(state, charger, own(image.chargers, charger.id)))
  let known: ReadonlyMap<string, Move> | null = null
  const movers = (): ReadonlyMap<string, Move> => (known ??= new Map(moves.map((move) => [move.charger.id, move])))
  let { doubts } = state
  const chargers = keyed(
    moves.map((move) => {
      const { charger, next, step, level } = move
      if (step === null && level === null) return [charger.id, next] as const
      let { witnesses } = next
      for (const circuit of setup.above.get(charger.id) ?? []) {
        const place: StepPlace = {
          own: move,
          // Asked for by a step that is large enough, which most are not.
          get others() {
            return (setup.below.get(circuit.id) ?? []).flatMap(({ id }) =>
              id === charger.id ? [] : (movers().get(id) ?? []),
            )
          },
          node: own(meters, circuit.id) ?? { track: [], watts: [] },
          circuit,
          nominalVoltageV: setup.site.grid.nominalVoltage,
          feedsIn: setup.feedsIn.has(circuit.id),
        }
        const judgement = step === null ? null : judgeStep(place, step)
        if (judgement !== null && step !== null) doubts = doubt(doubts, circuit.id, charger.id, step, judgement)
        let witness = own(witnesses, circuit.id) ?? noWitness
        if (judgement !== null && judgement.follows !== 'not') witness = learn(witness, judgement)
        else if (level !== null)
          witness = learnLevel(
            witness,
            notOn(place, level, (id, phase) => wasMoved(state, id, circuit.id, phase)),
          )
        witnesses = keyed([...Object.entries(witnesses), [circuit.id, witness]])
      }
      return [charger.id, { ...next, witnesses }] as const
    }),
  )
  return { meters, chargers, doubts }
}

/** Whether enough steps in a row contradict the declared map at this meter. */
export const isContradicted = ({ conflicts }: Witness): boolean => conflicts >= conflictVotes

/** Whether steps enough have shown that the charger is not on a phase of this meter. */
export const isShownOff = (witness: Witness, phase: Phase): boolean =>
  witness.still[phase] >= stillSteps || (witness.still[phase] >= stillSteps - 1 && witness.stillA[phase] >= stillA)

export const witnessOf = (state: EvidenceState, chargerId: string, circuitId: string): Witness =>
  own(own(state.chargers, chargerId)?.witnesses, circuitId) ?? noWitness

/** A meter that did not follow its chargers several times in a row; null while it is believed. */
export const doubtOf = (state: EvidenceState, circuitId: string): MeterDoubt | null => {
  const found = own(state.doubts, circuitId)
  return found !== undefined && found.votes >= conflictVotes ? found : null
}
