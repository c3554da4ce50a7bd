/**
 * A meter whose registers must be looked up first: it walks the device's SunSpec chain, then is polled like any other. The walk
 * takes its turn on the line one request at a time, so that it costs the others no more than a poll does.
 */
import type { DeviceHealth } from '../../../shared/model/health.ts'
import type { Quality } from '../../../shared/model/sample.ts'
import { withExtremes } from '../../../shared/profile/extremes.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { SunSpecDevice, SunSpecReply, SunSpecWalk } from '../../../shared/sunspec/device.ts'
import { placeSunSpec, type PlacedMeter, type SunSpecChoice } from '../../../shared/sunspec/place.ts'
import { sunSpecBases, walkSunSpec } from '../../../shared/sunspec/walk.ts'
import type { Clock, ExchangeOutcome, ModbusLine } from '../ports.ts'
import type { ExchangeCounter } from './exchange-counts.ts'
import { createPolledDevice, type DeviceOptions, type DeviceReader, type PolledDevice } from './polled-device.ts'
import type { ScheduledBlock } from './poll-schedule.ts'
import { gatewaySays, qualityOfFault } from './sample-age.ts'
import { identityText, type SunSpecFound } from './sunspec-found.ts'

/** The number of the model, read with the fast quantities: while it is there the registers behind it are what they were. */
const modelKey = 'sunspec-model'
/** After a silence this long the device may have been updated or exchanged, so its chain is walked again. */
const longSilenceMs = 30_000
/** A device without a usable map is looked at again: soon, because it may be starting; then seldom. */
const againMs = [5000, 10_000, 60_000] as const
/** Longest wait between two questions to a device that does not answer, as of any other device (polled-device.ts). */
const longestProbeMs = 5000
/** So many refusals of the model's number in a row say that the map has moved. */
const refusalsThatTell = 3

export interface SunSpecDeviceOptions extends Omit<DeviceOptions, 'profile'> {
  readonly profile: MeterProfile
  /** Every layout that will do (shared/sunspec/place.ts). */
  readonly layouts: readonly MeterProfile[]
  readonly choice: SunSpecChoice
  /** A meter was found, at first or elsewhere than before: the reader that decodes its registers. */
  readonly onFound: (found: SunSpecFound) => DeviceReader
}

interface Question {
  readonly address: number
  readonly count: number
  readonly answer: (reply: SunSpecReply) => void
  isRepeated: boolean
}

const replyOf = (outcome: ExchangeOutcome): SunSpecReply => {
  if (outcome.ok) return { ok: true, words: outcome.words }
  const { fault } = outcome
  const said = gatewaySays(fault)
  // Acknowledge and busy (Modbus Application Protocol V1.1b3, 7: 5 and 6) say nothing about the register.
  const isRefused = fault.kind === 'exception' && said === null && fault.code !== 5 && fault.code !== 6
  return {
    ok: false,
    isRefused,
    isSilent: fault.kind === 'timeout' || fault.kind === 'offline' || said !== null,
    message: fault.message,
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
  const { profile: typical, unit, layouts, choice } = options
  const keys = Object.keys(typical.quantities)
  let target = reader
  let found: PlacedMeter | null = null
  let bases: readonly number[] = sunSpecBases
  let isSearching = true
  /** Why there is nothing to read, for a person. */
  let problem: { readonly atMs: number; readonly message: string } | null = null
  let question: Question | null = null
  let isWalking = false
  /** Someone waits for the walk to ask on or to end. */
  let moved: () => void = () => undefined
  let hadSilence = false
  let isQuiet = false
  let dueMs = 0
  let failures = 0
  let underWay = 0
  let refusals = 0
  /** The model's number was read since the last walk. */
  let wasRead = false
  let isMoved = false
  let silentSinceMs: number | null = null

  const missAll = (quality: Exclude<Quality, 'good'>): void => {
    const atMs = clock.nowMs()
    for (const key of keys) target.miss(key, quality, atMs)
    target.done(keys, atMs)
  }

  const gate: DeviceReader = {
    accept(key, words, atMs, periodMs) {
      if (key === modelKey) {
        refusals = 0
        wasRead = true
        isMoved = words[0] !== found?.meter.id
      } else if (isMoved || isSearching) target.miss(key, 'waiting', atMs)
      else target.accept(key, words, atMs, periodMs)
    },
    miss(key, quality, atMs) {
      if (key !== modelKey) {
        target.miss(key, quality, atMs)
        return
      }
      refusals = quality === 'refused' ? refusals + 1 : 0
      // Before it was ever read, refusals are of a block too long for this device, and the plan is being split.
      if (refusals >= refusalsThatTell && wasRead) isMoved = true
    },
    done: (read, atMs) => {
      target.done(
        read.filter((key) => key !== modelKey),
        atMs,
      )
    },
  }
  const inner = createPolledDevice({ ...options, profile: withExtremes(typical) }, line, lineCounter, gate, clock)

  const search = (): void => {
    isSearching = true
    isMoved = false
    isQuiet = false
    refusals = 0
    failures = 0
    dueMs = clock.monotonicMs()
    missAll('waiting')
  }

  const take = (placed: PlacedMeter, device: SunSpecDevice): void => {
    const isWhereItWas =
      found !== null && found.meter.id === placed.meter.id && found.meter.address === placed.meter.address
    found = placed
    problem = null
    failures = 0
    bases = [device.base, ...sunSpecBases.filter((base) => base !== device.base)]
    target = options.onFound({ ...placed, device })
    const readable = withExtremes(placed.profile)
    // What was learned of the reads this device bears is kept where nothing moved.
    if (!isWhereItWas)
      inner.adopt({
        ...readable,
        quantities: {
          ...readable.quantities,
          [modelKey]: { address: placed.meter.address, type: 'uint16', every: 'fast' },
        },
      })
    isSearching = false
    isMoved = false
    wasRead = false
  }

  /** Nothing to read here for now: why, and when to look again. */
  const giveUp = (message: string, quality: Exclude<Quality, 'good'>): void => {
    problem = { atMs: clock.nowMs(), message }
    missAll(quality)
    dueMs = clock.monotonicMs() + (againMs[Math.min(failures, againMs.length - 1)] ?? againMs[2])
    failures += 1
  }

  const end = (walk: SunSpecWalk): void => {
    isWalking = false
    if (walk.ok) {
      const placing = placeSunSpec(typical, layouts, walk.device, choice)
      if (placing.ok) take(placing, walk.device)
      else giveUp(placing.message, 'absent')
    } else if (walk.kind === 'silent' || hadSilence) {
      // What was asked while the device was away tells nothing: the walk begins anew, at the pace of probes.
      if (walk.kind !== 'silent') dueMs = clock.monotonicMs()
    } else giveUp(walk.message, 'absent')
    moved()
  }

  const walk = (): void => {
    isWalking = true
    hadSilence = false
    const ask = (address: number, count: number) =>
      new Promise<SunSpecReply>((answer) => {
        question = { address, count, answer, isRepeated: false }
        moved()
      })
    // A bug in the walk must not leave the device waiting for ever: the loop logs it.
    void walkSunSpec(ask, { bases }).then(end, (error: unknown) => {
      giveUp(`looking the meter up failed; please report this: ${String(error)}`, 'absent')
      isWalking = false
      moved()
    })
  }

  const askOne = async (silentOnLine: number, isAlone: boolean): Promise<void> => {
    if (!isWalking) walk()
    const asked = question
    if (asked === null) return
    const outcome = await inner.transact(
      { unit, functionCode: 3, address: asked.address, count: asked.count },
      'read',
      true,
    )
    if (!outcome.ok && outcome.fault.kind === 'closed') return
    const reply = replyOf(outcome)
    dueMs = clock.monotonicMs()
    if (!reply.ok && !outcome.ok && reply.isSilent) {
      // One frame lost on the way of a device that answers is asked for again.
      if (!isQuiet && !asked.isRepeated) {
        asked.isRepeated = true
        return
      }
      isQuiet = true
      hadSilence = true
      missAll(qualityOfFault(outcome.fault))
      dueMs += Math.max(
        Math.min(longestProbeMs, 2 * options.periodMs),
        isAlone ? 0 : 3 * options.link.ceilingMs * Math.max(1, silentOnLine),
      )
    } else isQuiet = false
    question = null
    const goesOn = new Promise<void>((resolve) => {
      moved = resolve
    })
    asked.answer(reply)
    await goesOn
  }

  const noteSilence = (): void => {
    if (inner.isSilent()) {
      silentSinceMs ??= clock.monotonicMs()
      return
    }
    const wasLong = silentSinceMs !== null && clock.monotonicMs() - silentSinceMs >= longSilenceMs
    silentSinceMs = null
    if (isMoved || wasLong) search()
  }

  const turn: ScheduledBlock = {
    id: 0,
    block: { functionCode: 3, address: 0, count: 2, keys: [] },
    periodMs: options.periodMs,
    dueMs: 0,
    role: 'plan',
    isUrgent: false,
    isProven: false,
    refusals: 0,
    answersAtMiss: null,
    held: 0,
    isForward: false,
    isFlying: false,
  }

  return {
    ...inner,
    isSilent: () => (isSearching ? isQuiet : inner.isSilent()),
    start(startMs) {
      inner.start(startMs)
      dueMs = startMs
    },
    next() {
      if (!isSearching) return isMoved && underWay > 0 ? null : inner.next()
      // One question after the other, and none while a read of the old registers is under way.
      return underWay > 0 ? null : { item: turn, dueMs, deadlineMs: dueMs + options.periodMs }
    },
    async poll(item, silentOnLine, isAlone) {
      underWay += 1
      try {
        if (isSearching) await askOne(silentOnLine, isAlone)
        else await inner.poll(item, silentOnLine, isAlone)
      } finally {
        underWay -= 1
      }
      if (!isSearching) noteSilence()
    },
    lineDown(message) {
      silentSinceMs ??= clock.monotonicMs()
      inner.lineDown(message)
      if (isSearching) missAll('offline')
    },
    lineUp() {
      inner.lineUp()
      isQuiet = false
      if (isSearching) dueMs = clock.monotonicMs()
    },
    health(isLineDown): DeviceHealth {
      const health = inner.health(isLineDown)
      const identity = found === null ? {} : { identity: identityText(found) }
      if (!isSearching || isLineDown) return { ...health, ...identity }
      const state =
        health.state === 'unrouted' ? health.state : isQuiet ? 'silent' : problem === null ? 'waiting' : 'degraded'
      return {
        ...health,
        ...identity,
        state,
        requestsPerSweep: 0,
        lastFault: problem === null || isQuiet ? health.lastFault : { ...problem, kind: 'sunspec' },
      }
    },
  }
}
