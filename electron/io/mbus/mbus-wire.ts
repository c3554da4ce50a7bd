import { createLinkReceiver, encodeLinkFrame, type LinkFrame, type LinkItem } from '../../../shared/mbus/link-frame.ts'
import type { Clock, ExchangeFault, LineEvent, MbusExchangeOptions, MbusOutcome, Stop } from '../../core/ports.ts'
import { patientAfter } from '../modbus/patient-timer.ts'
import { asideFault, debrisFault, describeMbus, mbusFault, mbusTimeout } from './mbus-fault.ts'
import type { MbusTiming } from './mbus-timing.ts'

export interface MbusWireDeps {
  readonly send: (bytes: Uint8Array) => void
  readonly emit: (event: LineEvent) => void
  /** `firstMs`: monotonic time of the frame's first byte where it is known; now otherwise. */
  readonly tap: (direction: 'sent' | 'received', bytes: Uint8Array, firstMs?: number) => void
}

/** A bus that never falls silent is used all the same after this long: the check sum still guards every frame. */
const longestDrainMs = 2000
/** What babbles for longer than this beyond the longest frame is no answer. */
const babbleMs = 1000
const longestFrame = 261
/** A master's frames have this bit in their control field, a meter's have not (EN 13757-2, 5.2). */
const fromMaster = 0x40

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index])

interface Flight {
  readonly request: LinkFrame
  readonly options: MbusExchangeOptions
  readonly waitMs: number
  readonly sentAtMs: number
  firstByteAtMs: number | null
  checksums: number
  others: number
  /** What came and is not what was asked for: it ends nothing, and says why where nothing better comes. */
  readonly aside: { ack: MbusOutcome | null; foreign: number | null; hasData: boolean; hasMaster: boolean }
  /** The answer, held while it is listened whether another one follows. */
  held: MbusOutcome | null
  settle: (outcome: MbusOutcome) => void
  stopTimer: Stop
  stopCap: Stop
}

/** Frames on one open channel: one exchange at a time, its end told by the frame's own length. */
export const createMbusWire = (timing: MbusTiming, clock: Clock, deps: MbusWireDeps) => {
  const receiver = createLinkReceiver()
  let flight: Flight | null = null
  let lastActivityMs = -Infinity
  /** When the first of the bytes came that make no frame yet. */
  let restSinceMs = -Infinity
  let isTroubled = false
  let aborted: ExchangeFault | null = null
  let wake: (() => void) | null = null
  /** What was sent and has not come back yet: most level converters echo. Null once something else came. */
  let echo: { readonly sent: Uint8Array; readonly held: Uint8Array } | null = null
  /** Address of the last request without an answer: what comes from there later is late. */
  let awaited: number | null = null

  const finish = (outcome: MbusOutcome): void => {
    const done = flight
    if (done === null) return
    done.stopTimer()
    done.stopCap()
    flight = null
    echo = null
    isTroubled = !outcome.ok
    if (
      !outcome.ok &&
      (outcome.fault.kind === 'timeout' || outcome.fault.kind === 'wrong-unit') &&
      done.request.kind !== 'ack'
    )
      awaited = done.request.address
    done.settle(outcome)
  }
  const fail = (fault: ExchangeFault): void => {
    finish({ ok: false, fault, atMs: clock.nowMs() })
  }

  const stray = (bytes: Uint8Array): void => {
    if (bytes.length > 0) deps.emit({ kind: 'stray', atMs: clock.nowMs(), bytes: bytes.length })
  }
  /** Half a frame that stays half: told, shown to who listens, and forgotten. */
  const dropPending = (): Uint8Array => {
    const rest = receiver.pending()
    receiver.reset()
    if (rest.length > 0) deps.tap('received', rest, restSinceMs)
    stray(rest)
    return rest
  }

  /** Nothing more comes: what is there is judged. Half an echo is what a loose wire gives, not an answer. */
  const conclude = (current: Flight): void => {
    if (flight !== current) return
    const half = echo?.held ?? new Uint8Array()
    echo = null
    if (half.length > 0) for (const item of receiver.push(half)) judge(item)
    if (flight !== current) return
    const pending = dropPending()
    const { aside } = current
    if (current.checksums + current.others + pending.length === 0) {
      if (aside.ack !== null) finish(aside.ack)
      else fail(asideFault(current.request, aside) ?? mbusTimeout(current.request, current.waitMs))
    } else
      fail(
        aside.hasMaster
          ? (asideFault(current.request, aside) ?? mbusTimeout(current.request, current.waitMs))
          : debrisFault(current.request, { checksums: current.checksums, others: current.others, pending }),
      )
  }

  const unasked = (frame: LinkFrame, bytes: Uint8Array): void => {
    if (awaited === null || (flight !== null && frame.kind !== 'ack' && frame.address !== awaited)) {
      stray(bytes)
      return
    }
    deps.emit({ kind: 'late-reply', atMs: clock.nowMs(), unit: awaited })
    awaited = null
  }

  const isForeign = (request: LinkFrame, frame: LinkFrame): frame is Exclude<LinkFrame, { kind: 'ack' }> =>
    frame.kind !== 'ack' && request.kind !== 'ack' && request.address <= 250 && frame.address !== request.address

  const take = (frame: LinkFrame, bytes: Uint8Array): void => {
    const current = flight
    if (frame.kind !== 'ack' && (frame.control & fromMaster) !== 0) {
      // Our own once more: converter and bus both echo. Otherwise a request nobody here sent: another master is on the bus.
      if (current !== null && isSame(bytes, encodeLinkFrame(current.request))) return
      stray(bytes)
      if (current !== null) current.aside.hasMaster = true
      return
    }
    if (current === null) {
      unasked(frame, bytes)
      return
    }
    if (isForeign(current.request, frame)) {
      // A late answer, or one to another master: ours may still come.
      current.aside.foreign = frame.address
      unasked(frame, bytes)
      return
    }
    const turnaroundMs = Math.max(0, (current.firstByteAtMs ?? clock.monotonicMs()) - current.sentAtMs)
    const outcome: MbusOutcome = { ok: true, frame, atMs: clock.nowMs(), turnaroundMs }
    if (current.options.expect === 'answer' && frame.kind === 'ack') {
      // Most likely the late acknowledgement of what was asked before; an answer itself where nothing else comes.
      if (current.held === null) current.aside.ack ??= outcome
      return
    }
    if (current.held !== null) {
      stray(bytes)
      fail(
        mbusFault(
          'collision',
          `${describeMbus(current.request)}: two answers came, one after the other: several meters feel spoken to`,
        ),
      )
      return
    }
    if (current.options.expect === 'ack' && frame.kind !== 'ack') {
      current.aside.hasData = true
      stray(bytes)
      return
    }
    awaited = null
    const { holdMs } = current.options
    if (holdMs === undefined) {
      finish(outcome)
      return
    }
    current.held = outcome
    current.stopTimer()
    current.stopTimer = clock.after(holdMs, () => {
      if (flight !== current) return
      if (receiver.pending().length > 0) conclude(current)
      else finish(outcome)
    })
  }

  const judge = (item: LinkItem): void => {
    deps.tap('received', item.bytes, restSinceMs)
    restSinceMs = lastActivityMs
    if (item.kind === 'frame') {
      take(item.frame, item.bytes)
      return
    }
    stray(item.bytes)
    if (flight === null) return
    if (item.kind === 'checksum') flight.checksums += 1
    else flight.others += item.bytes.length
  }

  /**
   * Bytes without the echo of what was sent, as far as they are it. A long answer may begin with the same byte as a long request, so
   * what looked like an echo is given back where it goes on differently.
   */
  const withoutEcho = (bytes: Uint8Array): Uint8Array => {
    if (echo === null) return bytes
    const all = Uint8Array.of(...echo.held, ...bytes)
    const seen = Math.min(echo.sent.length, all.length)
    for (let index = 0; index < seen; index += 1) {
      if (all[index] !== echo.sent[index]) {
        echo = null
        return all
      }
    }
    if (seen < echo.sent.length) {
      echo = { ...echo, held: all }
      return new Uint8Array()
    }
    deps.tap('received', echo.sent)
    echo = null
    return all.slice(seen)
  }

  /** Waits until the bus has been silent long enough; bytes that still come are told and start the wait anew. */
  const silence = async (): Promise<void> => {
    const untilMs = clock.monotonicMs() + longestDrainMs
    for (;;) {
      const wantedMs = isTroubled ? timing.guardMs : timing.silenceMs
      const leftMs = Math.min(lastActivityMs + wantedMs, untilMs) - clock.monotonicMs()
      if (leftMs < 0.001 || aborted !== null) break
      await new Promise<void>((resolve) => {
        const stop = clock.after(leftMs, resolve)
        wake = () => {
          stop()
          resolve()
        }
      })
      wake = null
    }
    isTroubled = false
    dropPending()
  }

  const fly = (request: LinkFrame, options: MbusExchangeOptions): Promise<MbusOutcome> =>
    new Promise((settle) => {
      const bytes = encodeLinkFrame(request)
      const sendingMs = bytes.length * timing.characterMs
      const waitMs = options.deadlineMs ?? timing.firstByteMs(options.expect)
      const sentAtMs = clock.monotonicMs() + sendingMs
      lastActivityMs = sentAtMs
      receiver.reset()
      echo = { sent: bytes, held: new Uint8Array() }
      const current: Flight = {
        request,
        options,
        waitMs,
        sentAtMs,
        firstByteAtMs: null,
        checksums: 0,
        others: 0,
        held: null,
        settle,
        aside: { ack: null, foreign: null, hasData: false, hasMaster: false },
        stopTimer: () => undefined,
        stopCap: () => undefined,
      }
      flight = current
      deps.tap('sent', bytes)
      if (options.expect === 'nothing') {
        current.stopTimer = clock.after(sendingMs + timing.guardMs, () => {
          finish({ ok: true, frame: null, atMs: clock.nowMs(), turnaroundMs: 0 })
        })
      } else {
        current.stopTimer = patientAfter(clock, sendingMs + waitMs, () => {
          conclude(current)
        })
        current.stopCap = clock.after(sendingMs + waitMs + longestFrame * timing.characterMs + babbleMs, () => {
          if (current.held === null) conclude(current)
        })
      }
      deps.send(bytes)
    })

  return {
    /** Never rejects. */
    async exchange(request: LinkFrame, options: MbusExchangeOptions): Promise<MbusOutcome> {
      aborted = null
      await silence()
      if (aborted !== null) return { ok: false, fault: aborted, atMs: clock.nowMs() }
      return fly(request, options)
    },
    data(received: Uint8Array): void {
      lastActivityMs = clock.monotonicMs()
      const bytes = withoutEcho(received)
      if (bytes.length === 0) return
      const current = flight
      if (current !== null) current.firstByteAtMs ??= lastActivityMs
      if (receiver.pending().length === 0) restSinceMs = lastActivityMs
      for (const item of receiver.push(bytes)) judge(item)
      if (current === null || flight !== current || current.held !== null || current.options.expect === 'nothing')
        return
      current.stopTimer()
      // Silence ends an answer that began; what was only aside leaves the answer its time.
      const hasBegun = current.checksums + current.others + receiver.pending().length > 0
      const leftMs = hasBegun ? 0 : current.sentAtMs + current.waitMs - lastActivityMs
      current.stopTimer = patientAfter(clock, Math.max(timing.idleMs, leftMs), () => {
        conclude(current)
      })
    },
    /** The channel is open: what a converter kept from before comes while nobody waits for it. */
    opened(): void {
      isTroubled = true
      lastActivityMs = clock.monotonicMs()
    },
    /** Ends the exchange in flight at once with this fault, and forgets half-received bytes. */
    abort(fault: ExchangeFault): void {
      aborted = fault
      receiver.reset()
      awaited = null
      if (flight !== null) fail(fault)
      wake?.()
    },
  }
}
export type MbusWire = ReturnType<typeof createMbusWire>
