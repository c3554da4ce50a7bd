/**
 * A meter whose registers must be looked up first: it walks the device's SunSpec chain, then is polled like any other. The walk
 * takes its turn on the line one request at a time, so that it costs the others no more than a poll does.
 */
import type { DeviceHealth } from '../../../shared/model/health.ts'
import type { Quality } from '../../../shared/model/sample.ts'
import { withExtremes } from '../../../shared/profile/extremes.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { SunSpecDevice, SunSpecWalk } from '../../../shared/sunspec/device.ts'
import { placeSunSpec, type PlacedMeter, type SunSpecChoice } from '../../../shared/sunspec/place.ts'
import { sunSpecBases } from '../../../shared/sunspec/walk.ts'
import type { Clock } from '../ports.ts'
import type { ModbusLine } from '../lines/modbus-line.ts'
import type { ExchangeCounter } from './exchange-counts.ts'
import { createPolledDevice, type DeviceOptions, type DeviceReader, type PolledDevice } from './polled-device.ts'
import type { ScheduledBlock } from './poll-schedule.ts'
import type { PolledProfile } from './polled-step.ts'
import { qualityOfFault } from './sample-age.ts'
import { identityText, type SunSpecFound } from './sunspec-found.ts'
import { newSunSpec, stepSunSpec, type SunSpecEffect, type SunSpecEvent, type SunSpecState } from './sunspec-step.ts'
import { createWalker, replyOf } from './sunspec-walker.ts'

/** The number of the model, read with the fast quantities: while it is there the registers behind it are what they were. */
const modelKey = 'sunspec-model'
/** Longest wait between two questions to a device that does not answer, as of any other device (polled-device.ts). */
const longestProbeMs = 5000

export interface SunSpecDeviceOptions extends Omit<DeviceOptions, 'profile'> {
  readonly profile: MeterProfile
  /** Every layout that will do (shared/sunspec/place.ts). */
  readonly layouts: readonly MeterProfile[]
  readonly choice: SunSpecChoice
  /** A meter was found, at first or elsewhere than before: the reader that decodes its registers. */
  readonly onFound: (found: SunSpecFound) => DeviceReader
}

/** The search's place in the line's beat: it reads what the walk asks for, not a block. */
const turnOf = (periodMs: number): ScheduledBlock => ({
  id: 0,
  block: { functionCode: 3, address: 0, count: 2, keys: [] },
  periodMs,
  dueMs: 0,
  role: 'plan',
  isUrgent: false,
  isProven: false,
  refusals: 0,
  answersAtMiss: null,
  held: 0,
  isForward: false,
  isFlying: false,
})

/** What a device's health says while it is being looked up. */
const searchHealth = (health: DeviceHealth, { isQuiet, problem }: SunSpecState): DeviceHealth => ({
  ...health,
  state: health.state === 'unrouted' ? health.state : isQuiet ? 'silent' : problem === null ? 'waiting' : 'degraded',
  requestsPerSweep: 0,
  lastFault: problem === null || isQuiet ? health.lastFault : { ...problem, kind: 'sunspec' },
})

/** The profile of a meter that was found, and with it the number of its model. */
const watchedProfile = ({ profile, meter }: PlacedMeter): PolledProfile => {
  const readable = withExtremes(profile)
  return {
    ...readable,
    quantities: { ...readable.quantities, [modelKey]: { address: meter.address, type: 'uint16', every: 'fast' } },
  }
}

/** What is known of the meter behind a SunSpec device, and the steps on it. `first`: takes what is missing until a meter was found. */
const createStanding = (options: SunSpecDeviceOptions, first: DeviceReader, clock: Clock) => {
  const keys = Object.keys(options.profile.quantities)
  let state = newSunSpec
  let found: PlacedMeter | null = null
  let target = first
  let bases: readonly number[] = sunSpecBases

  const missAll = (quality: Exclude<Quality, 'good'>): void => {
    const atMs = clock.nowMs()
    for (const key of keys) target.miss(key, quality, atMs)
    target.done(keys, atMs)
  }
  const happened = (event: SunSpecEvent): readonly SunSpecEffect[] => {
    const step = stepSunSpec(state, event)
    state = step.state
    for (const effect of step.effects) if (effect.kind === 'miss-all') missAll(effect.quality)
    return step.effects
  }
  /** Takes what is read: the model's number for itself, the rest for the meter that was found. */
  const gate: DeviceReader = {
    accept(key, words, atMs, periodMs) {
      if (key === modelKey) happened({ kind: 'model-read', isSame: words[0] === found?.meter.id })
      else if (state.isMoved || state.isSearching) target.miss(key, 'waiting', atMs)
      else target.accept(key, words, atMs, periodMs)
    },
    miss(key, quality, atMs) {
      if (key === modelKey) happened({ kind: 'model-missed', isRefused: quality === 'refused' })
      else target.miss(key, quality, atMs)
    },
    done: (read, atMs) => {
      target.done(
        read.filter((key) => key !== modelKey),
        atMs,
      )
    },
  }
  return {
    gate,
    happened,
    state: () => state,
    found: () => found,
    bases: () => bases,
    dueAt: (dueMs: number): void => {
      state = { ...state, dueMs }
    },
    /** A meter was found; whether it is where one was before. */
    take: (placed: PlacedMeter, device: SunSpecDevice): boolean => {
      const { id, address } = placed.meter
      const isWhereItWas = found !== null && found.meter.id === id && found.meter.address === address
      found = placed
      bases = [device.base, ...sunSpecBases.filter((base) => base !== device.base)]
      target = options.onFound({ ...placed, device })
      return isWhereItWas
    },
  }
}

/** `reader` takes what is missing until a meter was found; then the one of `onFound` takes what is read. */
export const createSunSpecDevice = (
  options: SunSpecDeviceOptions,
  line: ModbusLine,
  lineCounter: ExchangeCounter,
  reader: DeviceReader,
  clock: Clock,
): PolledDevice => {
  const { profile: typical, unit, layouts, choice, periodMs } = options
  const standing = createStanding(options, reader, clock)
  const { state, happened } = standing
  const inner = createPolledDevice(
    { ...options, profile: withExtremes(typical) },
    line,
    lineCounter,
    standing.gate,
    clock,
  )
  let underWay = 0

  const giveUp = (message: string): void => {
    happened({ kind: 'gave-up', message, atMs: clock.nowMs(), nowMs: clock.monotonicMs() })
  }
  const ended = (walk: SunSpecWalk): void => {
    if (walk.ok) {
      const placing = placeSunSpec(typical, layouts, walk.device, choice)
      if (!placing.ok) return giveUp(placing.message)
      // What was learned of the reads this device bears is kept where nothing moved.
      if (!standing.take(placing, walk.device)) inner.adopt(watchedProfile(placing))
      happened({ kind: 'found' })
    } else if (walk.kind === 'silent' || state().hadSilence)
      happened({ kind: 'walked-in-silence', isWhole: walk.kind !== 'silent', nowMs: clock.monotonicMs() })
    else giveUp(walk.message)
  }
  const walker = createWalker({
    bases: standing.bases,
    begins: () => happened({ kind: 'walk-begins' }),
    ended,
    failed: (error) => giveUp(`looking the meter up failed; please report this: ${String(error)}`),
  })

  const askOne = async (silentOnLine: number, isAlone: boolean): Promise<void> => {
    const asked = walker.question()
    if (asked === null) return
    const { address, count, isRepeated } = asked
    const outcome = await inner.transact({ unit, functionCode: 3, address, count }, 'read', true)
    if (!outcome.ok && outcome.fault.kind === 'closed') return
    const reply = replyOf(outcome)
    const probeMs = Math.max(
      Math.min(longestProbeMs, 2 * periodMs),
      isAlone ? 0 : 3 * options.link.ceilingMs * Math.max(1, silentOnLine),
    )
    const isSilent = !reply.ok && reply.isSilent
    const quality = outcome.ok ? 'waiting' : qualityOfFault(outcome.fault)
    const effects = happened({ kind: 'replied', nowMs: clock.monotonicMs(), isSilent, quality, isRepeated, probeMs })
    if (effects.some(({ kind }) => kind === 'ask-again')) asked.isRepeated = true
    else await walker.answer(asked, reply)
  }

  const turn = turnOf(periodMs)
  return {
    ...inner,
    isSilent: () => (state().isSearching ? state().isQuiet : inner.isSilent()),
    start(startMs) {
      inner.start(startMs)
      standing.dueAt(startMs)
    },
    next() {
      const { isSearching, isMoved, dueMs } = state()
      if (!isSearching) return isMoved && underWay > 0 ? null : inner.next()
      // One question after the other, and none while a read of the old registers is under way.
      return underWay > 0 ? null : { item: turn, dueMs, deadlineMs: dueMs + periodMs }
    },
    async poll(item, silentOnLine, isAlone) {
      underWay += 1
      try {
        if (state().isSearching) await askOne(silentOnLine, isAlone)
        else await inner.poll(item, silentOnLine, isAlone)
      } finally {
        underWay -= 1
      }
      if (!state().isSearching) happened({ kind: 'polled', isSilent: inner.isSilent(), nowMs: clock.monotonicMs() })
    },
    lineDown(message) {
      inner.lineDown(message)
      happened({ kind: 'line-down', nowMs: clock.monotonicMs() })
    },
    lineUp() {
      inner.lineUp()
      happened({ kind: 'line-up', nowMs: clock.monotonicMs() })
    },
    health(isLineDown): DeviceHealth {
      const health = inner.health(isLineDown)
      const found = standing.found()
      const whole = found === null ? health : { ...health, identity: identityText(found) }
      return !state().isSearching || isLineDown ? whole : searchHealth(whole, state())
    },
  }
}
