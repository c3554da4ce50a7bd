import type { Live } from '../../../shared/api/live-contract.ts'
import type { Image } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { own } from '../../../shared/own.ts'
import { keysOf } from '../../../shared/wiring/meter-view.ts'
import { median, type Plateau } from '../../../shared/wiring/step-test.ts'
import { grow, nothingYet, plateauOf, terminalCurrents, type Growing } from './test-reading.ts'

/** What the test of one socket rests on; it never changes while it runs. */
export interface TestSetup {
  readonly chargerId: string
  readonly chargerName: string
  readonly declared: readonly Phase[]
  readonly lowA: number
  readonly highA: number
  readonly repeats: number
  /** Meters with currents; those whose circuits feed the charger must have their readings before a level is over. */
  readonly meterIds: readonly string[]
  readonly above: readonly string[]
  /** Meters with currents that are read too seldom to take part, such as those on M-Bus. */
  readonly tooSlow: readonly { readonly name: string; readonly periodS: number }[]
  readonly measuresItself: boolean
  /** How long the slowest meter above takes for a reading, s. */
  readonly paceS: number
  /** How long the load control waits before it raises anything, s. */
  readonly raiseDelayS: number
}

export interface TestState {
  readonly plateaus: readonly Plateau[]
  readonly level: 'low' | 'high'
  readonly askedAtMs: number
  /** Since when it has shown the level without leaving it, before that counts as reached; null: it is not there. */
  readonly nearSinceMs: number | null
  /** Since when the charger is where it should be; null: not yet. */
  readonly reachedAtMs: number | null
  /** The high level was asked for while the low one was still being read: the load control waits before it raises. */
  readonly hasAskedNext: boolean
  /** How often a level had to be taken anew; then the next one is asked for late. */
  readonly spoiled: number
  /** Since when the load control gives what was asked for. */
  readonly givenAtMs: number | null
  readonly recent: readonly { readonly atMs: number; readonly amperes: number }[]
  readonly growing: Growing
  /** When each meter first showed nine tenths of the change, ms after it was asked for. */
  readonly settleMs: ReadonlyMap<string, number>
  readonly seenMeterMs: ReadonlyMap<string, number>
}

/** `ask`: have the charger held at this, through the controller. */
export type TestAct =
  | { readonly kind: 'go-on'; readonly doing: string }
  | { readonly kind: 'ask'; readonly limitA: number; readonly doing: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'stop'; readonly why: string }

/*
 * Editable assumptions. A car follows within 5 s (IEC 61851-1) and its charger tells it within two; raising goes by the site's own
 * ramp, a step every ten seconds by default. A level is taken when the current has stood still for three seconds; what is read from the
 * second of them on counts then, since a slow meter's window spoils two or three of ten readings, which a median of them does not mind.
 */
const stillMs = 3000
const windowMs = 1000
const stillA = 0.8
const lowWithinMs = 40_000
const highWithinMs = 100_000
/** After this a rise that has stopped short is taken as it is, if it is a step at all. */
const shortRiseMs = 45_000
const leastStepA = 4
/** A car that takes less than it may has shown that by now. */
const followsMs = 7000
const readingsNeeded = 10
const readingsWithinMs = 40_000
const fewestReadings = 4
const silentMs = 12_000

export const beginTest = (nowMs: number): TestState => ({
  plateaus: [],
  level: 'low',
  askedAtMs: nowMs,
  nearSinceMs: null,
  reachedAtMs: null,
  hasAskedNext: false,
  spoiled: 0,
  givenAtMs: null,
  recent: [],
  growing: nothingYet,
  settleMs: new Map(),
  seenMeterMs: new Map(),
})

const most = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value): value is number => value !== null).map(Math.abs)
  return known.length === 0 ? null : Math.max(...known)
}
const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`
const amps = (value: number): string => `${value.toFixed(1)} A`

/** Anything that ends a test at once: limits, sight, arming, the car. Each says what a person may do. */
export const stopReason = (live: Live, setup: TestSetup, state: TestState): string | null => {
  const { image, control } = live
  if (control.mode !== 'armed') return 'control was disarmed'
  for (const [id, { phases: each }] of Object.entries(image.circuits))
    for (const phase of phases) {
      const reading = each[phase]
      const current = reading?.currentA.value
      if (reading !== undefined && current != null && Math.abs(current) > reading.limitA)
        return `${id}, ${phase} carries ${amps(Math.abs(current))} of ${amps(reading.limitA)}: nothing is tested at a limit`
    }
  const decision = own(control.decision?.chargers ?? {}, setup.chargerId)
  if (decision?.state === 'fallback') return `the charger went to its fallback: ${decision.why}`
  const critical = live.findings.find(
    ({ severity, state: is, detector }) => is === 'active' && severity === 'critical' && detector === 'overcurrent',
  )
  if (critical !== undefined) return critical.title
  const status = own(image.chargers, setup.chargerId)?.status.value
  if (status === 'available') return 'the car left, or was never there'
  if (status === 'fault') return 'the charger says that it has a fault'
  for (const id of setup.above) {
    const seen = state.seenMeterMs.get(id)
    if (seen !== undefined && image.atMs - seen > silentMs)
      return `meter ${id} above it has been silent for ${seconds(image.atMs - seen)}`
  }
  return null
}

const noteMeters = (state: TestState, image: Image, setup: TestSetup): ReadonlyMap<string, number> => {
  const seen = new Map(state.seenMeterMs)
  for (const id of setup.above) {
    const hasValue = phases.some((phase) => own(own(image.meters, id)?.samples ?? {}, keysOf(phase).i)?.value != null)
    if (hasValue || !seen.has(id)) seen.set(id, image.atMs)
  }
  return seen
}

/** Nine tenths of the way from the level before to what it shows now, for the meters that move. */
const noteSettled = (state: TestState, image: Image, setup: TestSetup): ReadonlyMap<string, number> => {
  const before = state.plateaus.at(-1)
  // Upwards the load control's own ramp decides; only downwards it is the charger, the car and the meter.
  if (before === undefined || state.level === 'high' || state.reachedAtMs !== null) return state.settleMs
  const settled = new Map(state.settleMs)
  const expected = 0.9 * (setup.highA - setup.lowA)
  for (const id of setup.meterIds) {
    if (settled.has(id)) continue
    const moved = phases.some((phase) => {
      const sample = own(own(image.meters, id)?.samples ?? {}, keysOf(phase).i)
      const from = median(before.meters.get(id)?.i[phase] ?? [])
      return sample?.value != null && from !== null && Math.abs(Math.abs(sample.value) - Math.abs(from)) >= expected
    })
    if (moved) settled.set(id, image.atMs - state.askedAtMs)
  }
  return settled
}

const isStill = (recent: TestState['recent'], nowMs: number): boolean => {
  const window = recent.filter(({ atMs }) => atMs > nowMs - stillMs)
  const values = window.map(({ amperes }) => amperes)
  return window.length >= 3 && Math.max(...values) - Math.min(...values) <= stillA
}

interface Where {
  /** It shows the level, though not for long enough yet. */
  readonly near: boolean
  readonly reached: boolean
  readonly stop: string | null
}

/** Whether the charger is on its level, or will not come there. */
const whereIs = (state: TestState, live: Live, setup: TestSetup, drawnA: number | null): Where => {
  const nowMs = live.image.atMs
  const waitedMs = nowMs - state.askedAtMs
  const decision = own(live.control.decision?.chargers ?? {}, setup.chargerId)
  const targetA = decision?.targetA ?? 0
  if (drawnA === null) {
    // It does not measure itself: its limit read back has to do.
    const heldA = own(live.image.chargers, setup.chargerId)?.samples['limit']?.value ?? targetA
    const wanted = state.level === 'low' ? setup.lowA : setup.highA
    if (Math.abs(heldA - wanted) < 0.6 && waitedMs > 15_000) return { near: true, reached: true, stop: null }
    return {
      near: false,
      reached: false,
      stop: waitedMs > highWithinMs ? `it did not come to ${amps(wanted)} within ${seconds(waitedMs)}` : null,
    }
  }
  const still = isStill(state.recent, nowMs)
  if (state.level === 'low') {
    const near = drawnA <= setup.lowA + 1 && drawnA >= 2
    if (near && still && waitedMs > stillMs) return { near, reached: true, stop: null }
    if (waitedMs <= lowWithinMs) return { near, reached: false, stop: null }
    return {
      near,
      reached: false,
      stop:
        drawnA < 2
          ? `no car draws current: ${amps(drawnA)} at a limit of ${amps(setup.lowA)}`
          : `the charger does not obey: ${amps(drawnA)} at a limit of ${amps(setup.lowA)} after ${seconds(waitedMs)}`,
    }
  }
  const lowA = setup.lowA
  if (drawnA < 2 && waitedMs > 15_000) return { near: false, reached: false, stop: 'the car stopped drawing current' }
  const givenMs = state.givenAtMs === null ? 0 : nowMs - state.givenAtMs
  const isUp = drawnA >= setup.highA - 1 || givenMs > followsMs || waitedMs > shortRiseMs
  const near = isUp && drawnA >= lowA + leastStepA
  if (near && still && waitedMs > stillMs) return { near, reached: true, stop: null }
  return {
    near,
    reached: false,
    stop:
      waitedMs > highWithinMs
        ? `it did not rise by ${amps(leastStepA)} within ${seconds(waitedMs)}: ${decision?.why ?? 'the controller gives no reason'}`
        : null,
  }
}

const hasReadings = (state: TestState, setup: TestSetup, nowMs: number, isRaised: boolean): boolean => {
  const waitedMs = nowMs - (state.reachedAtMs ?? nowMs)
  const counts = setup.above.map((id) => state.growing.meters.get(id)?.count ?? 0)
  const fewest = counts.length === 0 ? Math.floor(waitedMs / 1000) : Math.min(...counts)
  return fewest >= readingsNeeded || ((waitedMs > readingsWithinMs || isRaised) && fewest >= fewestReadings)
}

/** The load control raises already, as it was asked to while the low level was being read: what is read from now on is of neither level. */
const isRaisedEarly = (state: TestState, { control }: Live, setup: TestSetup): boolean =>
  state.level === 'low' &&
  state.hasAskedNext &&
  (own(control.decision?.chargers ?? {}, setup.chargerId)?.targetA ?? 0) > setup.lowA + 0.6

const doingText = (state: TestState, setup: TestSetup): string => {
  const at = Math.floor(state.plateaus.length / 2) + 1
  const round = `round ${Math.min(at, setup.repeats)} of ${setup.repeats}`
  const wanted = state.level === 'low' ? setup.lowA : setup.highA
  return state.reachedAtMs === null ? `${round}: waiting for ${amps(wanted)}` : `${round}: reading at ${amps(wanted)}`
}

const givenSince = ({ givenAtMs, level }: TestState, { image, control }: Live, setup: TestSetup): number | null => {
  const targetA = own(control.decision?.chargers ?? {}, setup.chargerId)?.targetA ?? 0
  const isGiven = level === 'low' ? targetA <= setup.lowA + 0.6 : targetA >= setup.highA - 0.6
  return isGiven ? (givenAtMs ?? image.atMs) : null
}

/** Readings of a level begin while it is still to be seen whether it stays; what was read is forgotten when it leaves it. */
const nearing = (state: TestState, live: Live, setup: TestSetup, near: boolean): TestState => {
  const { atMs } = live.image
  const since = state.recent.filter(({ atMs: at }) => state.nearSinceMs !== null && at >= state.nearSinceMs)
  const values = since.map(({ amperes }) => amperes)
  const hasLeft = values.length > 0 && Math.max(...values) - Math.min(...values) > stillA
  if (!near) return state.nearSinceMs === null ? state : { ...state, nearSinceMs: null, growing: nothingYet }
  if (state.nearSinceMs === null || hasLeft) return { ...state, nearSinceMs: atMs, growing: nothingYet }
  return atMs - state.nearSinceMs < windowMs ? state : { ...state, growing: growingOf(state, live, setup) }
}

const growingOf = ({ growing }: TestState, { image }: Live, setup: TestSetup): Growing =>
  grow(growing, image, setup.chargerId, setup.declared, setup.meterIds)

/**
 * Whether the next level may be asked for already, so that the readings are whole just before the load control raises. It raises no
 * earlier than its delay, and a car takes a moment more.
 */
const mayAskNext = (state: TestState, setup: TestSetup, nowMs: number): boolean => {
  const isLast = state.plateaus.length === 2 * setup.repeats
  if (state.level !== 'low' || state.hasAskedNext || isLast || state.nearSinceMs === null || state.spoiled > 1)
    return false
  const counts = setup.above.map((id) => state.growing.meters.get(id)?.count ?? 0)
  const untilReadS = Math.max(0, windowMs - (nowMs - state.nearSinceMs)) / 1000
  return counts.length > 0 && untilReadS + (readingsNeeded - Math.min(...counts)) * setup.paceS <= setup.raiseDelayS
}

const goOn = (state: TestState, setup: TestSetup, nowMs: number): { state: TestState; act: TestAct } => {
  const doing = doingText(state, setup)
  return mayAskNext(state, setup, nowMs)
    ? { state: { ...state, hasAskedNext: true }, act: { kind: 'ask', limitA: setup.highA, doing } }
    : { state, act: { kind: 'go-on', doing } }
}

/** The low level once more: what was read of it is spoiled, by the car or by a raise that came before the readings. */
const lowAgain = (state: TestState, setup: TestSetup, nowMs: number): { state: TestState; act: TestAct } => {
  const { plateaus, seenMeterMs, spoiled } = state
  const again: TestState = { ...beginTest(nowMs), plateaus, seenMeterMs, spoiled: spoiled + 1 }
  return { state: again, act: { kind: 'ask', limitA: setup.lowA, doing: doingText(again, setup) } }
}

/** One image. Pure: what it wants done is in the answer. */
export const stepTest = (
  before: TestState,
  live: Live,
  setup: TestSetup,
): { readonly state: TestState; readonly act: TestAct } => {
  const { image } = live
  const nowMs = image.atMs
  const drawnA = setup.measuresItself ? most(terminalCurrents(image, setup.chargerId, setup.declared)) : null
  const noted: TestState = {
    ...before,
    seenMeterMs: noteMeters(before, image, setup),
    settleMs: noteSettled(before, image, setup),
    givenAtMs: givenSince(before, live, setup),
    recent:
      drawnA === null
        ? before.recent
        : [...before.recent.filter(({ atMs }) => atMs > nowMs - 2 * stillMs), { atMs: nowMs, amperes: drawnA }],
  }
  const stop = stopReason(live, setup, noted)
  if (stop !== null) return { state: noted, act: { kind: 'stop', why: stop } }
  if (noted.reachedAtMs === null) {
    const { near, reached, stop: why } = whereIs(noted, live, setup, drawnA)
    if (why !== null) return { state: noted, act: { kind: 'stop', why } }
    const nearer = nearing(noted, live, setup, near)
    if (nearer.hasAskedNext && nearer.nearSinceMs === null) return lowAgain(nearer, setup, nowMs)
    const state = reached ? { ...nearer, reachedAtMs: nowMs } : nearer
    return goOn(state, setup, nowMs)
  }
  if (drawnA !== null && drawnA < 1)
    return { state: noted, act: { kind: 'stop', why: 'the car stopped drawing current' } }
  const isRaised = isRaisedEarly(noted, live, setup)
  const read: TestState = isRaised ? noted : { ...noted, growing: growingOf(noted, live, setup) }
  if (!hasReadings(read, setup, nowMs, isRaised)) {
    if (isRaised) return lowAgain(read, setup, nowMs)
    const waitedMs = nowMs - (read.reachedAtMs ?? nowMs)
    return waitedMs > 2 * readingsWithinMs
      ? { state: read, act: { kind: 'stop', why: 'a meter above it brings too few readings to compare' } }
      : goOn(read, setup, nowMs)
  }
  const plateaus = [...read.plateaus, plateauOf(read.level, read.growing, read.settleMs)]
  if (plateaus.length > 2 * setup.repeats) return { state: { ...read, plateaus }, act: { kind: 'done' } }
  const level = read.level === 'low' ? 'high' : 'low'
  const state: TestState = {
    ...beginTest(nowMs),
    plateaus,
    level,
    seenMeterMs: read.seenMeterMs,
  }
  const limitA = level === 'low' ? setup.lowA : setup.highA
  const doing = doingText(state, setup)
  return read.hasAskedNext ? { state, act: { kind: 'go-on', doing } } : { state, act: { kind: 'ask', limitA, doing } }
}
