import { phases, type Phase } from '../model/phase.ts'
import { hypotheses, wiredRight, type Hypothesis } from './hypotheses.ts'

/** What one phase shows: amperes, active and apparent power, and the reactive power where the meter has it. */
export interface PhaseLook {
  readonly currentA: number
  readonly activeW: number
  readonly apparentVA: number
  readonly reactiveVar: number | null
}

export interface Signature {
  readonly best: Hypothesis
  /** The next best that means something else, and by how much it is worse. */
  readonly margin: number
  /** 0 to 1. */
  readonly confidence: number
  /** By phase, degrees of the current behind the voltage; only the loaded ones. With `isSigned` false its sign is not known. */
  readonly angles: ReadonlyMap<Phase, number>
  readonly isSigned: boolean
  /** Whether it fits well; where not, only "look at it" can be said. */
  readonly fits: boolean
}

/*
 * What loads at charging sites do, all editable assumptions: cars near 8 degrees behind, motors up to 40, electronics a little ahead.
 * A phase's own angle is taken to be 10 +- 16 degrees, and the phases of one circuit alike within 22.
 */
const usualDeg = 10
const ownSpreadDeg = 16
const mutualSpreadDeg = 22
/** Within this every phase is right whatever else would fit (electrical.md 6.3: up to 35 degrees is right), */
const rightUpToDeg = 35
/** and a lagging motor reaches this (power factor 0.4). */
const laggingUpToDeg = 66
/** A cost up to this for each phase is a good fit. */
const goodFit = 5
/** A meter without a sign of its reactive power fits everything twice as well. */
const unsignedCost = 0.5

const degrees = (radians: number): number => (radians * 180) / Math.PI
/** Into -180 to 180. */
export const wrapped = (angle: number): number => ((((angle + 180) % 360) + 360) % 360) - 180
const square = (value: number): number => value * value

/** The angle of one phase; by the power factor alone where the meter gives no reactive power, and then without a sign. */
const angleOf = ({ activeW, apparentVA, reactiveVar }: PhaseLook, isSigned: boolean): number =>
  isSigned && reactiveVar !== null
    ? degrees(Math.atan2(reactiveVar, activeW))
    : degrees(Math.acos(Math.max(-1, Math.min(1, activeW / Math.max(apparentVA, 1e-9)))))

interface Seen {
  readonly index: number
  readonly angle: number
}

const ownCost = (load: number): number => square((load - usualDeg) / ownSpreadDeg)

/** The load's own angle under a hypothesis: of the two an unsigned angle may be, the likelier. */
const loadOf = ({ index, angle }: Seen, { offsets }: Hypothesis, isSigned: boolean): number => {
  const offset = offsets[index] ?? 0
  const ahead = wrapped(angle - offset)
  if (isSigned) return ahead
  const behind = wrapped(-angle - offset)
  return ownCost(ahead) <= ownCost(behind) ? ahead : behind
}

const costOf = (seen: readonly Seen[], hypothesis: Hypothesis, isSigned: boolean): number => {
  const loads = seen.map((each) => loadOf(each, hypothesis, isSigned))
  const own = loads.reduce((sum, load) => sum + ownCost(load), 0)
  const mutual = loads.reduce(
    (sum, load, index) =>
      sum + loads.slice(index + 1).reduce((inner, other) => inner + square((load - other) / mutualSpreadDeg), 0),
    0,
  )
  return own + mutual / Math.max(1, seen.length - 1) + hypothesis.cost + (isSigned ? 0 : unsignedCost * seen.length)
}

/** A healthy circuit whatever its loads: all within 35 degrees, or all lagging, or one of them leading a little beyond. */
const isPlausible = (seen: readonly Seen[], isSigned: boolean): boolean =>
  seen.every(({ angle }) => Math.abs(angle) <= rightUpToDeg) ||
  seen.every(({ angle }) => (isSigned ? angle >= -rightUpToDeg : true) && Math.abs(angle) <= laggingUpToDeg) ||
  (isSigned && seen.every(({ angle }) => angle <= rightUpToDeg && angle >= -laggingUpToDeg))

/** Two hypotheses that look the same on the phases that carry current cannot be told apart by them. */
const looksLike = (one: Hypothesis, other: Hypothesis, seen: readonly Seen[], isSigned: boolean): boolean =>
  seen.every(({ index }) => {
    const [a, b] = [one.offsets[index] ?? 0, other.offsets[index] ?? 0]
    return wrapped(a - b) === 0 || (!isSigned && wrapped(a + b) === 0)
  })

interface Ranked {
  readonly hypothesis: Hypothesis
  readonly cost: number
  readonly isSigned: boolean
}

const rank = (seen: readonly Seen[], isSigned: boolean): readonly Ranked[] =>
  hypotheses
    .map((hypothesis) => ({ hypothesis, cost: costOf(seen, hypothesis, isSigned), isSigned }))
    .toSorted((a, b) => a.cost - b.cost)

/** Makers who count reactive power without a sign show it of a healthy motor as of a swapped pair: then only its size counts. */
const signsTell = (looks: ReadonlyMap<Phase, PhaseLook>): boolean =>
  [...looks.values()].every(({ reactiveVar }) => reactiveVar !== null)

const seenBy = (looks: ReadonlyMap<Phase, PhaseLook>, isSigned: boolean): readonly Seen[] =>
  phases.flatMap((phase, index) => {
    const look = looks.get(phase)
    return look === undefined ? [] : [{ index, angle: angleOf(look, isSigned) }]
  })

/** Likeness of a margin in cost: the ratio of the two likelihoods. */
const confidenceOfMargin = (margin: number): number => 1 / (1 + Math.exp(-margin / 2))

const judge = (looks: ReadonlyMap<Phase, PhaseLook>, isSigned: boolean): Signature => {
  const seen = seenBy(looks, isSigned)
  const angles = new Map(seen.map(({ index, angle }) => [phases[index] as Phase, angle]))
  const ranked = rank(seen, isSigned)
  const first = isPlausible(seen, isSigned)
    ? (ranked.find(({ hypothesis }) => hypothesis === wiredRight) as Ranked)
    : (ranked[0] as Ranked)
  const other = ranked.find(
    ({ hypothesis }) => hypothesis !== first.hypothesis && !looksLike(hypothesis, first.hypothesis, seen, isSigned),
  )
  const isRight = first.hypothesis === wiredRight
  const margin = isRight && first !== ranked[0] ? goodFit : (other?.cost ?? Infinity) - first.cost
  return {
    best: first.hypothesis,
    margin,
    confidence: confidenceOfMargin(Math.max(0, margin)),
    angles,
    isSigned,
    fits: first.cost - first.hypothesis.cost <= goodFit * seen.length,
  }
}

/**
 * How a meter is connected, from what its loaded phases show at one time; null where none carries enough. Only phases whose current
 * is worth judging belong into `looks` (electrical.md 6.3: at least 5 % of the transformer's rating and 0.5 A).
 */
export const signatureOf = (looks: ReadonlyMap<Phase, PhaseLook>): Signature | null => {
  if (looks.size === 0) return null
  const bySize = judge(looks, false)
  if (!signsTell(looks)) return bySize
  const bySign = judge(looks, true)
  return bySign.fits || !bySize.fits ? bySign : bySize
}

/** Whether another way of being connected shows the very same: what only an active test can tell. */
export const sameLook = (signature: Signature): readonly Hypothesis[] => {
  const seen = [...signature.angles].map(([phase, angle]) => ({ index: phases.indexOf(phase), angle }))
  return hypotheses.filter(
    (hypothesis) => hypothesis !== signature.best && looksLike(hypothesis, signature.best, seen, signature.isSigned),
  )
}
