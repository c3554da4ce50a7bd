import type { ChargerAllocation } from '../../../shared/allocation/problem.ts'
import { sayA } from '../../../shared/allocation/bounds.ts'
import type { Bound } from '../../../shared/model/bound.ts'
import type { Site } from '../../../shared/site/site.ts'
import { floorToStep, type ControlledCharger } from './controlled-charger.ts'
import type { OverrideCap } from './overrides.ts'

/** Everything one charger's limit rests on in this cycle. */
export interface Case {
  readonly charger: ControlledCharger
  readonly control: Site['control']
  /** Its share beside the load of now: never exceeded. */
  readonly share: ChargerAllocation
  readonly fallback: { readonly limitA: number; readonly why: string } | null
  readonly override: OverrideCap | null
  /** What the last decision gave it, A; null: there is none, or control was just armed on a charger that says no limit. */
  readonly givenA: number | null
  /** How long there has been room above that (beside the worst load of the last seconds), and the least it was; null: none. */
  readonly rise: { readonly lastedMs: number; readonly roomA: number } | null
  /** Why nothing may rise now: a reading is late. */
  readonly holdWhy: string | null
  /** Kept at 0 A while it goes to another number of phases (phase-switch/): why; null: it does not. */
  readonly switching: string | null
  /** Paused with a vehicle for lack of room or sight: it resumes after the resume delay. */
  readonly pausedForRoom: boolean
}

export interface Narrowing {
  readonly maxA: number
  readonly bounds: readonly Bound[]
}
type Constraint = (item: Case) => Narrowing | null

const bound = (kind: Bound['kind'], limitA: number, detail: string): readonly Bound[] => [
  { kind, circuitId: null, phase: null, limitA, detail },
]
const seconds = (ms: number): string => `${Math.floor(ms / 1000)} s`

/**
 * A fallback has its own rule (blind-fallback.ts). A person's limit is a ceiling, never a licence: what it raises waits for fresh
 * readings, for room that lasts and for its turn like every other raise.
 */
const damped = (item: Case): boolean =>
  item.givenA !== null && item.fallback === null && item.share.targetA > item.givenA

/** The same in every decision. */
const maxima = new WeakMap<ControlledCharger, Narrowing>()
const charger: Constraint = ({ charger: item }) => {
  const known = maxima.get(item)
  if (known !== undefined) return known
  const { maximumA } = item
  const detail = `maximum of the charger and its cable ${sayA(maximumA)}`
  const made = { maxA: maximumA, bounds: bound('charger-maximum', maximumA, detail) }
  maxima.set(item, made)
  return made
}

const circuit: Constraint = ({ share }) => ({ maxA: share.targetA, bounds: share.boundBy })

const fallback: Constraint = (item) =>
  item.fallback === null
    ? null
    : { maxA: item.fallback.limitA, bounds: bound('fallback', item.fallback.limitA, item.fallback.why) }

const override: Constraint = (item) =>
  item.override === null
    ? null
    : {
        maxA: item.override.limitA,
        bounds: bound('override', item.override.limitA, item.override.text),
      }

/** No contactor moves under load, and until it says where it is nothing flows. */
const phaseSwitch: Constraint = (item) =>
  item.switching === null ? null : { maxA: 0, bounds: bound('phase-switch', 0, item.switching) }

/** A limit rises only after the room has lasted, and by one step at a time; falling is never delayed. */
const ramp: Constraint = (item) => {
  if (!damped(item)) return null
  const givenA = item.givenA ?? 0
  const delayMs = item.control.increaseDelay * 1000
  if (item.holdWhy !== null) return { maxA: givenA, bounds: bound('ramp', givenA, `not raised: ${item.holdWhy}`) }
  if (item.rise === null)
    return {
      maxA: givenA,
      bounds: bound('ramp', givenA, 'not raised: the room of this moment was not there throughout the last seconds'),
    }
  if (item.rise.lastedMs < delayMs) {
    return {
      maxA: givenA,
      bounds: bound(
        'ramp',
        givenA,
        `room for ${sayA(item.rise.roomA)} must last ${seconds(delayMs)} before a raise, ${seconds(item.rise.lastedMs)} so far`,
      ),
    }
  }
  const first =
    givenA === 0 ? item.charger.minimumA : givenA + Math.max(item.control.increaseStep, item.charger.resolutionA)
  const allowed = Math.max(givenA, floorToStep(item.charger, Math.min(item.rise.roomA, first)))
  return {
    maxA: allowed,
    bounds: bound(
      'ramp',
      allowed,
      `rises towards ${sayA(item.rise.roomA)} by at most ${sayA(item.control.increaseStep)} every ${seconds(delayMs)}`,
    ),
  }
}

const resume: Constraint = (item) => {
  if (!damped(item) || item.givenA !== 0 || !item.pausedForRoom) return null
  const lastedMs = item.rise?.lastedMs ?? 0
  const delayMs = item.control.resumeDelay * 1000
  return lastedMs >= delayMs
    ? null
    : {
        maxA: 0,
        bounds: bound(
          'resume-delay',
          0,
          `resumes when there has been room for ${seconds(delayMs)}, ${seconds(lastedMs)} so far`,
        ),
      }
}

/**
 * In this order; each may only lower what the ones before it left. A switch comes first: while it lasts it is the reason, whatever room the
 * old number of phases would have.
 */
export const constraints: readonly Constraint[] = [charger, phaseSwitch, circuit, fallback, override, ramp, resume]

/** The limit and what holds it there, the binding one first. */
export const narrow = (item: Case): Narrowing => {
  let result: Narrowing = { maxA: Infinity, bounds: [] }
  for (const constraint of constraints) {
    const next = constraint(item)
    if (next === null || next.maxA >= result.maxA) continue
    result = result.bounds.length === 0 ? next : { maxA: next.maxA, bounds: [...next.bounds, ...result.bounds] }
  }
  const {
    charger: { minimumA, canPause },
  } = item
  if (result.maxA >= minimumA || result.maxA === 0 || !canPause) return result
  return {
    maxA: 0,
    bounds: [
      ...result.bounds,
      ...bound('charger-minimum', 0, `less than the minimum of ${sayA(minimumA)}, and nothing between 0 and it exists`),
    ],
  }
}
