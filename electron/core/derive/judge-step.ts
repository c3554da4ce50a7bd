import { perPhase, phases, type PerPhase, type Phase } from '../../../shared/model/phase.ts'
import type { SiteCharger, SiteCircuit } from '../../../shared/site/site.ts'
import {
  changeOver,
  isMeasuredIn,
  levelIn,
  wentStraight,
  type Change,
  type CurrentStep,
  type Track,
  type Window,
} from './step-track.ts'

export interface Mover {
  readonly charger: SiteCharger
  readonly track: Track
  /** A vehicle is there, or that is not known. */
  readonly mayDraw: boolean
  /** Its map is contradicted: on which phases it moved is not known. */
  readonly isDoubtful: boolean
  /** Phases where a meter above saw it although its own meter shows nothing there. */
  readonly seenOn: readonly Phase[]
}

/** One charger below one meter. */
export interface StepPlace {
  readonly own: Mover
  /** The other chargers below the same meter. */
  readonly others: readonly Mover[]
  /** The meter's currents, A, and its powers, W. */
  readonly node: { readonly track: Track; readonly watts: Track }
  readonly circuit: SiteCircuit
  readonly nominalVoltageV: number
  /** Something below may feed in: the sign of a current is then known only from its power. */
  readonly feedsIn: boolean
}

export interface Judgement {
  readonly verdicts: PerPhase<'moved' | 'still' | 'unclear'>
  /** Phases that moved although the charger's own meter and its map know nothing of them. */
  readonly ownless: readonly Phase[]
  /** Declared phase -> the one phase that moved instead of it. */
  readonly instead: Partial<Record<Phase, Phase>>
  /** follows: the meter shows the step; not: it shows nothing of it, or far too little; unclear: something else moved too. */
  readonly follows: 'follows' | 'not' | 'unclear'
  /** Size of this charger's step, and of all that moved with it, A; what the meter showed of it over its phases, A. */
  readonly ownA: number
  readonly stepA: number
  readonly shownA: number
}

/*
 * Editable assumptions. 2.5 A is well above the noise of a charger's and a meter's reading and below the smallest raise of 4 A.
 * A phase on which the meter shows nothing at all may have a dead sensor: that it stands still proves nothing. One that shows under a fifth of the step stood still, one that shows half of it moved. What other chargers moved at the same
 * time is taken off as they measured it; where that is more than a quarter of the step, what is left proves no new map.
 */
const leastStepA = 2.5
const leastLevelA = 5
const aliveA = 0.5
const stillShare = 0.2
const leastStillA = 0.6
const movedShare = 0.5
const mostShare = 1.6
const aloneShare = 0.25
const allShare = 0.75
/** With power the phase angle of other load plays no part; current alone may show as little as the cosine of it. */
const followsShareW = 0.62
const followsShareA = 0.45
/** A phase that strays by this share of the step on its way shows other load too. */
const bentShare = 0.25

const biggest = (change: Change): number =>
  phases.reduce((most, phase) => (Math.abs(change[phase] ?? 0) > Math.abs(most) ? (change[phase] ?? 0) : most), 0)

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const sumOf = (change: Change): number => sum(phases.map((phase) => change[phase] ?? 0))

interface Others {
  /** What they moved on each phase, by their own meters and where a meter above saw them; null where that is not known. */
  readonly onPhase: Change
  /** Signed sum of what each moved at most on a phase, A, and of its sizes: equal when all move the same way. */
  readonly sumA: number
  readonly totalA: number
  /** Signed sum over all phases of what their own meters measured, A. */
  readonly measuredA: number
  /** The largest step of one of them, A. */
  readonly mostA: number
  /** Every one of them kept its level before and after. */
  readonly isSettled: boolean
}

const nowhereKnown: Change = perPhase(() => null)

/** What the others did meanwhile; null when one that may draw did something nobody measured. */
const othersOver = ({ others }: StepPlace, step: CurrentStep, leastA: number): Others | null => {
  const moved: { readonly change: Change; readonly most: number }[] = []
  let isSettled = true
  let measuredA = 0
  for (const { track, mayDraw, isDoubtful, seenOn } of others) {
    const change = changeOver(track, step)
    const isMeasured = (phase: Phase): boolean => isMeasuredIn(track, step, phase)
    if (!phases.some(isMeasured)) {
      if (mayDraw) return null
      continue
    }
    const most = biggest(change)
    measuredA += sumOf(change)
    const isUnsettled = phases.some((phase) => isMeasured(phase) && change[phase] === null)
    isSettled &&= !isUnsettled
    const isQuiet = !isUnsettled && Math.abs(most) <= leastA
    moved.push({
      most,
      change:
        isDoubtful && !isQuiet
          ? nowhereKnown
          : perPhase((phase) =>
              seenOn.includes(phase) ? (isUnsettled ? null : most) : (change[phase] ?? (isQuiet ? 0 : null)),
            ),
    })
  }
  const most = moved.map((item) => item.most)
  return {
    onPhase: perPhase((phase) =>
      moved.some(({ change }) => change[phase] === null) ? null : sum(moved.map(({ change }) => change[phase] ?? 0)),
    ),
    sumA: sum(most),
    totalA: sum(most.map(Math.abs)),
    measuredA,
    mostA: Math.max(0, ...most.map(Math.abs)),
    isSettled,
  }
}

/** How much of a step each phase of the meter showed, A; the larger of what its current and its power say. */
const shownBy = (input: StepPlace, step: CurrentStep): { readonly shown: Change; readonly byPower: boolean } => {
  const current = changeOver(input.node.track, step)
  const power = changeOver(input.node.watts, step)
  const inAmperes = (phase: Phase): number | null => {
    const watts = power[phase]
    return watts === null ? null : watts / input.nominalVoltageV
  }
  const byPower = input.circuit.phases.every((phase) => power[phase] !== null)
  return {
    byPower,
    shown: perPhase((phase) => {
      const amperes = current[phase]
      const fromPower = inAmperes(phase)
      if (input.feedsIn) return fromPower
      if (amperes === null) return null
      return fromPower !== null && Math.abs(fromPower) > Math.abs(amperes)
        ? Math.sign(amperes) * Math.abs(fromPower)
        : amperes
    }),
  }
}

type Verdicts = Judgement['verdicts']

/** Where nothing moved with it, a phase that stood still says nothing of this charger. */
const nothingSeen: Verdicts = perPhase(() => 'unclear')

/**
 * null: too small a step, or nothing to compare it with. Chargers whose limits rise together move together: a phase that shows
 * them all was moved by each, one that shows none by none, and else what the others moved by their own meters is taken off.
 */
export const judgeStep = (input: StepPlace, step: CurrentStep): Judgement | null => {
  const own = changeOver(input.own.track, step)
  const stepA = biggest(own)
  const sizeA = Math.abs(stepA)
  if (sizeA < leastStepA) return null
  const others = othersOver(input, step, aloneShare * sizeA)
  if (others === null) return null
  const { shown, byPower } = shownBy(input, step)
  const isAlone = others.isSettled && others.totalA <= aloneShare * sizeA
  const isTogether = others.isSettled && Math.abs(others.sumA + stepA) > 0.95 * (others.totalA + sizeA)
  const allA = others.sumA + stepA
  // A fall is often control's answer to other load that rose by as much: what stands still then has moved twice.
  const rises = stepA > 0
  const stillA = Math.max(leastStillA, stillShare * sizeA)
  const level = levelIn(input.node.track, step.to)
  const known = input.circuit.phases.filter(
    (phase) => shown[phase] !== null && wentStraight(input.node.track, step, phase),
  )
  // What is missing must be less than this charger's own part, or the phase may be that of all the others and not its own.
  const showsAll = (value: number): boolean =>
    isTogether && within(value / allA, allShare, 1 / allShare) && Math.abs(value - allA) <= movedShare * sizeA
  const verdictOf = (phase: Phase): 'moved' | 'still' | 'unclear' => {
    const value = shown[phase]
    if (value === null || !known.includes(phase)) return 'unclear'
    if (isTogether && Math.abs(value) <= stillA) return rises ? 'still' : 'unclear'
    if (showsAll(value)) return 'moved'
    const moved = others.onPhase[phase]
    if (moved === null) return 'unclear'
    const left = value - moved
    if (Math.abs(left) <= stillA) return rises ? 'still' : 'unclear'
    return within(left / stepA, movedShare, mostShare) ? 'moved' : 'unclear'
  }
  const verdicts = perPhase(verdictOf)
  const moved = known.filter((phase) => verdicts[phase] === 'moved')
  const shownA = sum(known.map((phase) => Math.max(0, (shown[phase] ?? 0) * Math.sign(allA))))
  const isTold = isTogether && known.length === input.circuit.phases.length
  // A charger's own meter may see fewer phases than it draws on, never more: so much at least must be seen here, and on some phase all of
  // the largest step, whatever the map.
  const measuredA = Math.max(Math.abs(allA), Math.abs(others.measuredA + sumOf(own)))
  const highestA = Math.max(0, ...known.map((phase) => (shown[phase] ?? 0) * Math.sign(allA)))
  const share = Math.min(shownA / measuredA, highestA / Math.max(sizeA, others.mostA))
  const followed = followsOf(share, isTold && rises, isAlone && moved.length > 0, byPower)
  const follows = followed === 'not' && isBentByOther(input, step, shown, allA) ? 'unclear' : followed
  const sizes = { ownA: sizeA, stepA: measuredA, shownA }
  if (moved.length === 0) return { verdicts: nothingSeen, ownless: [], instead: {}, follows, ...sizes }
  const isOwn = (phase: Phase): boolean => Math.abs(own[phase] ?? 0) >= movedShare * sizeA
  const ownless = moved.filter((phase) => !isOwn(phase) && (isAlone || showsAll(shown[phase] ?? 0)))
  const missing = phases.filter((phase) => isOwn(phase) && verdicts[phase] === 'still')
  const instead = Object.fromEntries(
    missing.flatMap((phase, index) => (ownless[index] === undefined ? [] : [[phase, ownless[index]]])),
  )
  // A dead sensor stands still too: what it shows frees no phase.
  const isAlive = (phase: Phase): boolean => Math.abs(level[phase] ?? 0) >= aliveA
  return {
    verdicts: perPhase((phase) => (verdicts[phase] === 'still' && !isAlive(phase) ? 'unclear' : verdicts[phase])),
    ownless,
    instead,
    follows,
    ...sizes,
  }
}

/**
 * Whether something else moved at this meter meanwhile, a lift or an oven: a phase fell although the chargers rose, or strayed on its way
 * by more than a part of the step. What a meter shows of a step can't be told then; one that measures another circuit stands still.
 */
const isBentByOther = ({ node, circuit }: StepPlace, step: CurrentStep, shown: Change, stepA: number): boolean => {
  const slackA = Math.max(leastStillA, bentShare * Math.abs(stepA))
  return circuit.phases.some((phase) => (shown[phase] ?? 0) < -slackA || !wentStraight(node.track, step, phase, slackA))
}

const within = (value: number, low: number, high: number): boolean => value >= low && value <= high

/** Whether the meter shows the step of all that moved together: `share` of it, over all phases. */
const followsOf = (share: number, isTold: boolean, isSeen: boolean, byPower: boolean): Judgement['follows'] => {
  if (!isTold) return 'unclear'
  if (share < (byPower ? followsShareW : followsShareA)) return 'not'
  return isSeen || share >= followsShareW ? 'follows' : 'unclear'
}

/**
 * Phases that carry too little for this charger to be on them, beside what the others there were seen to move: evidence of a level
 * where no limit moves for long. `isOn`: a step of that charger moved this phase of this meter. Empty where nothing can be said.
 */
export const notOn = (
  input: StepPlace,
  window: Window,
  isOn: (chargerId: string, phase: Phase) => boolean,
): readonly Phase[] => {
  if (input.feedsIn) return []
  const own = biggest(levelIn(input.own.track, window))
  if (own < leastLevelA) return []
  const node = levelIn(input.node.track, window)
  const others = input.others.map((other) => ({ id: other.charger.id, level: levelIn(other.track, window) }))
  const left = perPhase((phase): number | null => {
    const value = node[phase]
    if (value === null) return null
    return Math.abs(value) - sum(others.map(({ id, level }) => (isOn(id, phase) ? (level[phase] ?? 0) : 0)))
  })
  const isThere = input.circuit.phases.some((phase) => (left[phase] ?? 0) >= movedShare * own)
  if (!isThere) return []
  return input.circuit.phases.filter(
    (phase) => left[phase] !== null && left[phase] <= stillShare * own && Math.abs(node[phase] ?? 0) >= aliveA,
  )
}
