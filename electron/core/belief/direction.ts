/**
 * Where something below is declared to feed in, power tells what is export. A transformer mounted the wrong way round calls load
 * export then, and the room it seems to make is none. Two things give it away: an export shrinks by what the chargers draw more,
 * this one grows by it; and it was above the circuit's limit while they drew. From then on it is load, until the site is opened anew.
 */
import type { UsedNumber } from '../../../shared/model/finding.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { currentKey, powerKey } from '../derive/phase-keys.ts'
import { drawnBelow, type BelowInput } from './drawn-below.ts'
import { trackOf, type Memory } from './memory.ts'

/** A step of the chargers is compared over so long before and after it, with as long in between for both sides to settle, ms. Assumptions. */
const sideMs = 3000
const settleMs = 7000
const spanMs = 2 * sideMs + settleMs
const leastStepA = 5
/** So many steps in a row must show it; clouds don't move by the same amount as the chargers twice. */
const stepsNeeded = 2
/** The chargers keep still below this, A; their steps tell something only where sun and building move by a third of what is looked for (3 sigma). */
const stillA = 0.5
const looksNeeded = 10
/** How near to the step itself the export must have grown. */
const nearness = 0.35
/** Above the limit for so long, ms: a reading may be odd. */
const overNeededMs = 1000
/** Chargers draw, A. */
const drawsA = 3

interface Point {
  readonly atMs: number
  readonly who: string
  readonly drawnA: number
  /** With the sign of its power; null where it is not known. */
  readonly meterA: number | null
}
interface PhaseDirection {
  readonly points: readonly Point[]
  readonly nextStepMs: number
  /** Mean square of what the meter moves over the same time while the chargers keep still, A^2, of so many looks. */
  readonly ownSquareA: number
  readonly ownLooks: number
  /** Share of each of the last steps by which the current moved, with its sign. */
  readonly gains: readonly number[]
  readonly overSinceMs: number | null
  /** What gave it away; null while it is taken as it says. */
  readonly found: readonly UsedNumber[] | null
}
export type DirectionState = Readonly<Partial<Record<Phase, PhaseDirection>>>

const idle: PhaseDirection = {
  points: [],
  nextStepMs: -Infinity,
  ownSquareA: 0,
  ownLooks: 0,
  gains: [],
  overSinceMs: null,
  found: null,
}

const used = (label: string, value: number, unit: string): UsedNumber => ({ label, value, unit })
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** A current with the sign of its power, where that clearly points the other way. */
const signedA = (memory: Memory, phase: Phase, nominalVoltage: number): number | null => {
  const current = trackOf(memory, currentKey[phase])
  if (current === undefined) return null
  const amperes = Math.abs(current.value)
  const power = trackOf(memory, powerKey[phase])
  return power !== undefined && power.value < -0.5 * nominalVoltage * amperes ? -amperes : amperes
}

/** The chargers' step and the meter's, from before the settling time to after it; null where a side is not steady or others are counted. */
const stepOf = (
  points: readonly Point[],
  nowMs: number,
): { readonly drawnA: number; readonly meterA: number } | null => {
  const before = points.filter(({ atMs }) => nowMs - atMs > sideMs + settleMs && nowMs - atMs <= spanMs + 100)
  const after = points.filter(({ atMs }) => nowMs - atMs <= sideMs)
  const [first] = before
  if (first === undefined || before.length < 3 || after.length < 3) return null
  const delta = (of: (point: Point) => number): number => mean(after.map(of)) - mean(before.map(of))
  const isSteady = [before, after].every((side) => {
    const drawn = side.map(({ drawnA }) => drawnA)
    return Math.max(...drawn) - Math.min(...drawn) <= 1
  })
  const isWhole = [...before, ...after].every(({ who, meterA }) => who === first.who && meterA !== null)
  return isSteady && isWhole
    ? { drawnA: delta(({ drawnA }) => drawnA), meterA: delta(({ meterA }) => meterA ?? 0) }
    : null
}

/** What the site moves by itself, followed over some ten looks. */
const noteOwn = (
  before: PhaseDirection,
  step: ReturnType<typeof stepOf>,
): Pick<PhaseDirection, 'ownSquareA' | 'ownLooks'> => {
  const { ownSquareA, ownLooks } = before
  if (step === null || Math.abs(step.drawnA) >= stillA) return { ownSquareA, ownLooks }
  const weight = 1 / Math.min(ownLooks + 1, looksNeeded)
  return { ownSquareA: ownSquareA + weight * (step.meterA ** 2 - ownSquareA), ownLooks: ownLooks + 1 }
}

const stepPhase = (before: PhaseDirection, point: Point, limitA: number, phase: Phase): PhaseDirection => {
  const nowMs = point.atMs
  const points = [...before.points.filter(({ atMs }) => nowMs - atMs <= spanMs + 1000), point]
  const exportA = point.meterA === null ? 0 : -point.meterA
  const overSinceMs = exportA > limitA && point.drawnA > drawsA ? (before.overSinceMs ?? nowMs) : null
  const step = nowMs < before.nextStepMs ? null : stepOf(points, nowMs)
  const isStep = step !== null && Math.abs(step.drawnA) >= leastStepA
  const isClear =
    isStep && before.ownLooks >= looksNeeded && 3 * Math.sqrt(before.ownSquareA) < nearness * Math.abs(step.drawnA)
  const gains =
    isClear && exportA > 0
      ? [...before.gains, step.meterA / step.drawnA].slice(-stepsNeeded)
      : isStep
        ? []
        : before.gains
  const grew = gains.length >= stepsNeeded && gains.every((gain) => Math.abs(gain + 1) <= nearness)
  const isOver = overSinceMs !== null && nowMs - overSinceMs >= overNeededMs
  const found = isOver
    ? [
        used(`called export ${phase}`, exportA, 'A'),
        used('limit', limitA, 'A'),
        used(`drawn by chargers below ${phase}`, point.drawnA, 'A'),
      ]
    : grew
      ? [used(`share of the chargers' steps it grew by ${phase}`, -100 * mean(gains), '%')]
      : null
  return {
    points,
    // The same step must not be counted twice.
    nextStepMs: isStep ? nowMs + spanMs : before.nextStepMs,
    ...noteOwn(before, step),
    gains,
    overSinceMs,
    found: before.found ?? found,
  }
}

/** One look, once an image. `measured`: the phases of the circuit. Nothing to tell where nothing below feeds in: all counts as load there. */
export const stepDirection = (
  state: DirectionState,
  measured: readonly Phase[],
  memory: Memory,
  input: BelowInput & { readonly limitA: number; readonly nominalVoltage: number },
): DirectionState => {
  if (!input.feedsIn) return state
  return Object.fromEntries(
    measured.map((phase) => [
      phase,
      stepPhase(
        state[phase] ?? idle,
        {
          atMs: input.nowMs,
          ...drawnBelow(input.fed, phase),
          meterA: signedA(memory, phase, input.nominalVoltage),
        },
        input.limitA,
        phase,
      ),
    ]),
  )
}

/** Phases whose export is load. */
export const turnedPhases = (state: DirectionState): readonly Phase[] =>
  phases.filter((phase) => (state[phase]?.found ?? null) !== null)
