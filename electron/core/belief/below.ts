/** A circuit's meter against the chargers it feeds: it can't carry less than they draw, nor stand still while they move. */
import type { DoubtKind } from '../../../shared/model/doubt.ts'
import type { UsedNumber } from '../../../shared/model/finding.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { currentKey, voltageKey } from '../derive/phase-keys.ts'
import { drawnBelow, tolerance, type BelowInput } from './drawn-below.ts'
import { isJumping, steadyMs, stepJumping, still, type Jumping } from './jumping.ts'
import { isMapQuestion } from './map-question.ts'
import { habitMs, rangeOf, trackOf, type Memory } from './memory.ts'
import type { MeterFacts } from './meter-facts.ts'
import { settle, trusted, type Patience, type Stand } from './stand.ts'

/** Chargers must draw this much for anything to follow from it, A. */
const leastDrawnA = 3
/** Meter and charger are read at different moments: both must say so throughout this time at least, ms. */
const shortestWindowMs = 3000
/** On top of what the meter itself needs to show a change, ms. */
const skewMs = 1500
/** A car that stops is seen at the meter first; a charger's own register may still show it for so long, ms (assumption). */
const fallWindowMs = 8000
/** Chargers moved by this, and this long ago, A and ms. */
const leastMoveA = 3
const followMs = 6000
const fewestStuckReadings = 10
const keptMs = 60_000
/** Nothing can be told while nothing is drawn: it is tried again after this time, each further time after four times as long, ms. Assumption. */
const retryMs = 900_000

/** What is drawn below on one phase, by one image; monotonic ms. `who` and `by` tell when others than before are counted, or by other meters. */
interface Point {
  readonly atMs: number
  readonly drawnA: number
  readonly who: string
  readonly by: string
  readonly meterA: number | null
}

export interface PhaseState {
  readonly points: readonly Point[]
  readonly less: Stand
  readonly dead: Stand
  readonly stuck: Stand
  readonly jumping: Jumping
  readonly retries: number
  /** What the doubt rests on. */
  readonly numbers: Readonly<Partial<Record<BelowKind, readonly UsedNumber[]>>>
}
export type BelowKind = Extract<DoubtKind, 'below-chargers' | 'dead-input' | 'not-following' | 'jumping'>
export type BelowState = Readonly<Partial<Record<Phase, PhaseState>>>

const idle: PhaseState = {
  points: [],
  less: trusted,
  dead: trusted,
  stuck: trusted,
  jumping: still,
  retries: 0,
  numbers: {},
}

const used = (label: string, value: number, unit: string): UsedNumber => ({ label, value, unit })

/** The points of the last `spanMs`, newest last; null while there are too few or the chargers counted changed in it. */
const within = (points: readonly Point[], nowMs: number, spanMs: number): readonly Point[] | null => {
  const recent = points.filter(({ atMs }) => nowMs - atMs <= spanMs + 100)
  const first = recent[0]
  const isWhole = recent.length >= 3 && first !== undefined && nowMs - first.atMs >= spanMs - 1100
  return isWhole && recent.every(({ who }) => who === first.who) ? recent : null
}

/** How long the meter may take to show what a charger did: its period, refresh and averaging, as stated or as seen. */
const delayMs = (memory: Memory, facts: MeterFacts): number =>
  Math.max(
    2 * facts.periodMs,
    1.5 * Math.max(habitMs([...memory.tracks.values()]) ?? 0, facts.refreshMs ?? 0, facts.windowMs ?? 0),
  )
const windowOf = (memory: Memory, facts: MeterFacts): number =>
  Math.max(shortestWindowMs, delayMs(memory, facts) + skewMs)

interface Evidence {
  readonly evidence: 'bad' | 'good' | 'none'
  readonly numbers: readonly UsedNumber[]
}
const none: Evidence = { evidence: 'none', numbers: [] }

const lessThanBelow = (
  points: readonly Point[],
  before: PhaseState,
  phase: Phase,
  what: string,
  stepA: number,
  windowMs: number,
  nowMs: number,
): Evidence => {
  const short = within(points, nowMs, windowMs)
  if (short === null) return none
  const least = Math.min(...short.map(({ drawnA }) => drawnA))
  const slackA = tolerance(least, stepA)
  const carried = short.map(({ meterA }) => meterA).filter((value) => value !== null)
  if (least < leastDrawnA || carried.length < short.length) return none
  if (Math.max(...carried) >= least - slackA) {
    // Only what would have shown it speaks for the meter: as much drawn as when it was contradicted, or nearly.
    const doubtedA = before.numbers['below-chargers']?.[0]?.value ?? 0
    return { evidence: least >= Math.max(2 * slackA, 0.5 * doubtedA) ? 'good' : 'none', numbers: [] }
  }
  const fell = points.some(
    ({ atMs, meterA }) =>
      nowMs - atMs <= 2 * Math.max(windowMs, fallWindowMs) && meterA !== null && meterA >= least - slackA,
  )
  const long = fell ? within(points, nowMs, Math.max(windowMs, fallWindowMs)) : short
  if (
    long === null ||
    !long.every(({ meterA, drawnA }) => meterA !== null && meterA < drawnA - tolerance(drawnA, stepA))
  )
    return none
  return {
    evidence: 'bad',
    numbers: [
      used(`drawn by ${what} below ${phase}`, least, 'A'),
      used(`current here ${phase}`, Math.max(...carried), 'A'),
      used('tolerance of both', slackA, 'A'),
    ],
  }
}

const deadInput = (
  points: readonly Point[],
  memory: Memory,
  facts: MeterFacts,
  phase: Phase,
  nowMs: number,
): Evidence => {
  const voltage = rangeOf(trackOf(memory, voltageKey[phase]))
  if (voltage === null) return none
  if (voltage.low > 0.5 * facts.nominalVoltage) return { evidence: 'good', numbers: [] }
  const short = within(points, nowMs, windowOf(memory, facts))
  if (short === null || voltage.high > 0.2 * facts.nominalVoltage) return none
  const least = Math.min(...short.map(({ drawnA }) => drawnA))
  if (least < leastDrawnA) return none
  return {
    evidence: 'bad',
    numbers: [used(`drawn by chargers below ${phase}`, least, 'A'), used(`voltage here ${phase}`, voltage.high, 'V')],
  }
}

/** The current repeats to the last bit although chargers below moved some seconds ago and stayed there. */
const standsStill = (
  points: readonly Point[],
  memory: Memory,
  facts: MeterFacts,
  phase: Phase,
  nowMs: number,
): Evidence => {
  const track = trackOf(memory, currentKey[phase])
  if (track === undefined) return none
  if (track.changes > 0 && track.readings === 1) return { evidence: 'good', numbers: [] }
  const habit = Math.max(habitMs([track]) ?? 0, facts.refreshMs ?? 0, facts.windowMs ?? 0)
  const settleMs = Math.max(followMs, 2.5 * habit, 3 * facts.periodMs)
  if (track.readings < fewestStuckReadings || nowMs - track.sinceMs < settleMs) return none
  // What the chargers show right after the meter's last change may be that very change, told late.
  const base = points.find(({ atMs }) => atMs >= track.sinceMs + followMs) ?? null
  const recent = within(points, nowMs, settleMs)
  if (base === null || recent === null || base.atMs > (recent[0]?.atMs ?? 0)) return none
  if (!recent.every(({ who, by }) => who === base.who && by === base.by)) return none
  const moves = recent.map(({ drawnA }) => drawnA - base.drawnA)
  const need = Math.max(leastMoveA, 3 * facts.stepOf(currentKey[phase]), 0.1 * base.drawnA)
  if (!moves.every((move) => move >= need) && !moves.every((move) => move <= -need)) return none
  return {
    evidence: 'bad',
    numbers: [
      used(`current here ${phase}`, Math.abs(track.value), 'A'),
      used(`unchanged for ${phase}`, (nowMs - track.sinceMs) / 1000, 's'),
      used(`chargers below before ${phase}`, base.drawnA, 'A'),
      used(`chargers below now ${phase}`, recent.at(-1)?.drawnA ?? 0, 'A'),
    ],
  }
}

// The window is in the evidence already; a second image must agree.
const lessPatience: Patience = { bad: 2, badMs: 0, good: 5 }
const deadPatience: Patience = { bad: 2, badMs: 0, good: 3 }
const stuckPatience: Patience = { bad: 2, badMs: 0, good: 3 }

const forgetLongAgo = (stand: Stand, retries: number, nowMs: number): Stand =>
  stand.doubted && nowMs - stand.lastBadMs >= retryMs * 4 ** Math.min(retries, 3) ? trusted : stand

const stepPhase = (
  before: PhaseState,
  phase: Phase,
  memory: Memory,
  facts: MeterFacts,
  measured: readonly Phase[],
  input: BelowInput,
): PhaseState => {
  const { fed, feedsIn, nowMs } = input
  const what = fed.some(({ isCircuit }) => isCircuit) ? 'circuits and chargers' : 'chargers'
  const range = rangeOf(trackOf(memory, currentKey[phase]))
  const meterA = range === null ? null : Math.max(Math.abs(range.low), Math.abs(range.high))
  const points = [
    ...before.points.filter(({ atMs }) => nowMs - atMs <= keptMs),
    { atMs: nowMs, ...drawnBelow(fed, phase), meterA },
  ]
  const stepA = facts.stepOf(currentKey[phase])
  const told = feedsIn ? none : lessThanBelow(points, before, phase, what, stepA, windowOf(memory, facts), nowMs)
  const less = told.evidence === 'bad' && isMapQuestion(measured, phase, memory, input) ? none : told
  const dead = deadInput(points, memory, facts, phase, nowMs)
  const stuck = standsStill(points, memory, facts, phase, nowMs)
  const lessStand = settle(before.less, less.evidence, nowMs, lessPatience)
  const newest = trackOf(memory, currentKey[phase])?.points.at(-1)
  const jumping = feedsIn
    ? still
    : stepJumping(
        before.jumping,
        {
          stretch: within(points, nowMs, steadyMs)?.map(({ drawnA }) => drawnA) ?? null,
          meterA: newest === undefined ? null : Math.abs(newest.value),
          slackA: (drawnA) => tolerance(drawnA, stepA),
          leastDrawnA,
          phase,
        },
        nowMs,
      )
  const kept = forgetLongAgo(lessStand, before.retries, nowMs)
  return {
    points,
    less: kept,
    dead: settle(before.dead, dead.evidence, nowMs, deadPatience),
    stuck: settle(before.stuck, stuck.evidence, nowMs, stuckPatience),
    jumping,
    retries: before.retries + (kept === lessStand ? 0 : 1),
    numbers: {
      ...before.numbers,
      ...(less.evidence === 'bad' ? { 'below-chargers': less.numbers } : {}),
      ...(dead.evidence === 'bad' ? { 'dead-input': dead.numbers } : {}),
      ...(stuck.evidence === 'bad' ? { 'not-following': stuck.numbers } : {}),
      ...(isJumping(jumping) ? { jumping: jumping.numbers } : {}),
    },
  }
}

export const stepBelow = (
  state: BelowState,
  measured: readonly Phase[],
  memory: Memory,
  facts: MeterFacts,
  input: BelowInput,
): BelowState =>
  Object.fromEntries(
    phases
      .filter((phase) => measured.includes(phase))
      .map((phase) => [phase, stepPhase(state[phase] ?? idle, phase, memory, facts, measured, input)]),
  )
