import { createLinkReceiver, encodeLinkFrame, type LinkFrame, type LinkItem } from '../../../shared/mbus/link-frame.ts'
import type { Clock, Stop } from '../../core/ports.ts'
import type { ExchangeFault, LineEvent } from '../../core/lines/field-line.ts'
import type { MbusExchangeOptions, MbusOutcome } from '../../core/lines/mbus-line.ts'
import { createBusSilence } from '../modbus/bus-silence.ts'
import { patientAfter } from '../modbus/patient-timer.ts'
import { withoutEcho, type Echo } from './mbus-echo.ts'
import {
  awaitedAfter,
  conclusion,
  nothingCame,
  stepDebris,
  stepFrame,
  type MbusEffect,
  type MbusState,
  type MbusStep,
} from './mbus-step.ts'
import type { MbusTiming } from './mbus-timing.ts'

export interface MbusWireDeps {
  readonly send: (bytes: Uint8Array) => void
  readonly emit: (event: LineEvent) => void
  /** `firstMs`: monotonic time of the frame's first byte where it is known; now otherwise. */
  readonly tap: (direction: 'sent' | 'received', bytes: Uint8Array, firstMs?: number) => void
}

/** What babbles for longer than this beyond the longest frame is no answer. */
const babbleMs = 1000
const longestFrame = 261

interface Flight {
  readonly request: LinkFrame
  readonly options: MbusExchangeOptions
  readonly waitMs: number
  readonly sentAtMs: number
  readonly settle: (outcome: MbusOutcome) => void
  firstByteAtMs: number | null
  stopTimer: Stop
  stopCap: Stop
}

/** A bus between two bytes; what came and what it means is `state`, changed by the steps of mbus-step.ts alone. */
interface Bus {
  readonly timing: MbusTiming
  readonly clock: Clock
  readonly deps: MbusWireDeps
  readonly receiver: ReturnType<typeof createLinkReceiver>
  state: MbusState
  flight: Flight | null
  echo: Echo | null
  lastActivityMs: number
  /** When the first of the bytes came that make no frame yet. */
  restSinceMs: number
  isTroubled: boolean
}

const finish = (bus: Bus, outcome: MbusOutcome): void => {
  const done = bus.flight
  if (done === null) return
  done.stopTimer()
  done.stopCap()
  bus.flight = null
  bus.echo = null
  bus.isTroubled = !outcome.ok
  bus.state = { came: null, awaited: awaitedAfter(bus.state.awaited, outcome, done.request) }
  done.settle(outcome)
}

const stray = ({ deps, clock }: Bus, bytes: number): void => {
  if (bytes > 0) deps.emit({ kind: 'stray', atMs: clock.nowMs(), bytes })
}

/** Half a frame that stays half: told, shown to who listens, and forgotten. */
const dropPending = (bus: Bus): Uint8Array => {
  const rest = bus.receiver.pending()
  bus.receiver.reset()
  if (rest.length > 0) bus.deps.tap('received', rest, bus.restSinceMs)
  stray(bus, rest.length)
  return rest
}

const isHeld = ({ state }: Bus): boolean => state.came !== null && state.came.held !== null

const hold = (bus: Bus, outcome: MbusOutcome, ms: number): void => {
  const current = bus.flight
  if (current === null) return
  current.stopTimer()
  current.stopTimer = bus.clock.after(ms, () => {
    if (bus.flight !== current) return
    if (bus.receiver.pending().length > 0) conclude(bus, current)
    else finish(bus, outcome)
  })
}

const carryOut = (bus: Bus, effect: MbusEffect): void => {
  const atMs = bus.clock.nowMs()
  switch (effect.kind) {
    case 'stray':
      return stray(bus, effect.bytes)
    case 'late':
      return bus.deps.emit({ kind: 'late-reply', atMs, unit: effect.unit })
    case 'finish':
      return finish(bus, effect.outcome)
    case 'fail':
      return finish(bus, { ok: false, fault: effect.fault, atMs })
    case 'hold':
      return hold(bus, effect.outcome, effect.ms)
  }
}

const happened = (bus: Bus, { state, effects }: MbusStep): void => {
  bus.state = state
  for (const effect of effects) carryOut(bus, effect)
}

const judge = (bus: Bus, item: LinkItem): void => {
  const { clock, flight, state } = bus
  const { bytes } = item
  bus.deps.tap('received', bytes, bus.restSinceMs)
  bus.restSinceMs = bus.lastActivityMs
  if (item.kind !== 'frame') {
    happened(bus, stepDebris(state, item.kind === 'checksum' ? 'checksum' : 'bytes', bytes.length))
    return
  }
  const { firstByteAtMs = null, sentAtMs = 0 } = flight ?? {}
  const turnaroundMs = Math.max(0, (firstByteAtMs ?? clock.monotonicMs()) - sentAtMs)
  happened(bus, stepFrame(state, { frame: item.frame, bytes, atMs: clock.nowMs(), turnaroundMs }, flight))
}

/** Nothing more comes: what is there is judged. Half an echo is what a loose wire gives, not an answer. */
const conclude = (bus: Bus, current: Flight): void => {
  if (bus.flight !== current) return
  const half = bus.echo?.held ?? new Uint8Array()
  bus.echo = null
  if (half.length > 0) for (const item of bus.receiver.push(half)) judge(bus, item)
  if (bus.flight !== current) return
  const pending = dropPending(bus)
  carryOut(bus, conclusion(bus.state.came ?? nothingCame, current.request, pending, current.waitMs))
}

/** The times at which a request under way is given up, or taken as sent where nothing is to answer it. */
const setTimers = (bus: Bus, current: Flight, sendingMs: number): void => {
  const { clock, timing } = bus
  if (current.options.expect === 'nothing') {
    current.stopTimer = clock.after(sendingMs + timing.guardMs, () => {
      finish(bus, { ok: true, frame: null, atMs: clock.nowMs(), turnaroundMs: 0 })
    })
    return
  }
  const limitMs = sendingMs + current.waitMs
  current.stopTimer = patientAfter(clock, limitMs, () => {
    conclude(bus, current)
  })
  current.stopCap = clock.after(limitMs + longestFrame * timing.characterMs + babbleMs, () => {
    if (!isHeld(bus)) conclude(bus, current)
  })
}

const fly = (bus: Bus, request: LinkFrame, options: MbusExchangeOptions): Promise<MbusOutcome> =>
  new Promise((settle) => {
    const { timing, clock, deps } = bus
    const bytes = encodeLinkFrame(request)
    const sendingMs = bytes.length * timing.characterMs
    const waitMs = options.deadlineMs ?? timing.firstByteMs(options.expect)
    const sentAtMs = clock.monotonicMs() + sendingMs
    const unset = { firstByteAtMs: null, stopTimer: () => undefined, stopCap: () => undefined }
    const current: Flight = { request, options, waitMs, sentAtMs, settle, ...unset }
    bus.lastActivityMs = sentAtMs
    bus.receiver.reset()
    bus.echo = { sent: bytes, held: new Uint8Array() }
    bus.flight = current
    bus.state = { ...bus.state, came: nothingCame }
    deps.tap('sent', bytes)
    setTimers(bus, current, sendingMs)
    deps.send(bytes)
  })

/** Silence ends an answer that began; what was only aside leaves the answer its time. */
const watchIdle = (bus: Bus, current: Flight): void => {
  const { checksums, others } = bus.state.came ?? nothingCame
  const hasBegun = checksums + others + bus.receiver.pending().length > 0
  const leftMs = hasBegun ? 0 : current.sentAtMs + current.waitMs - bus.lastActivityMs
  current.stopTimer()
  current.stopTimer = patientAfter(bus.clock, Math.max(bus.timing.idleMs, leftMs), () => {
    conclude(bus, current)
  })
}

const takeBytes = (bus: Bus, received: Uint8Array): void => {
  bus.lastActivityMs = bus.clock.monotonicMs()
  const { echo, bytes, isSeen } = withoutEcho(bus.echo, received)
  if (isSeen && bus.echo !== null) bus.deps.tap('received', bus.echo.sent)
  bus.echo = echo
  if (bytes.length === 0) return
  const current = bus.flight
  if (current !== null) current.firstByteAtMs ??= bus.lastActivityMs
  if (bus.receiver.pending().length === 0) bus.restSinceMs = bus.lastActivityMs
  for (const item of bus.receiver.push(bytes)) judge(bus, item)
  if (current === null || bus.flight !== current || isHeld(bus) || current.options.expect === 'nothing') return
  watchIdle(bus, current)
}

/** Frames on one open channel: one exchange at a time, its end told by the frame's own length. */
export const createMbusWire = (timing: MbusTiming, clock: Clock, deps: MbusWireDeps) => {
  const bus: Bus = {
    timing,
    clock,
    deps,
    receiver: createLinkReceiver(),
    state: { came: null, awaited: null },
    flight: null,
    echo: null,
    lastActivityMs: -Infinity,
    restSinceMs: -Infinity,
    isTroubled: false,
  }
  let aborted: ExchangeFault | null = null
  const silence = createBusSilence(clock, {
    wantedMs: () => (bus.isTroubled ? timing.guardMs : timing.silenceMs),
    lastActivityMs: () => bus.lastActivityMs,
    isOver: () => aborted !== null,
  })
  return {
    /** Never rejects. */
    async exchange(request: LinkFrame, options: MbusExchangeOptions): Promise<MbusOutcome> {
      aborted = null
      await silence.wait()
      bus.isTroubled = false
      dropPending(bus)
      if (aborted !== null) return { ok: false, fault: aborted, atMs: clock.nowMs() }
      return fly(bus, request, options)
    },
    data(received: Uint8Array): void {
      takeBytes(bus, received)
    },
    /** The channel is open: what a converter kept from before comes while nobody waits for it. */
    opened(): void {
      bus.isTroubled = true
      bus.lastActivityMs = clock.monotonicMs()
    },
    /** Ends the exchange in flight at once with this fault, and forgets half-received bytes. */
    abort(fault: ExchangeFault): void {
      aborted = fault
      bus.receiver.reset()
      bus.state = { ...bus.state, awaited: null }
      if (bus.flight !== null) finish(bus, { ok: false, fault, atMs: clock.nowMs() })
      silence.rouse()
    },
  }
}
export type MbusWire = ReturnType<typeof createMbusWire>
