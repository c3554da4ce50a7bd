import type { Clock, ExchangeFault, ExchangeOutcome, Log, ModbusRequest, Stop } from '../../core/ports.ts'
import { createModbusClient } from './client-port.ts'
import { describeRequest, exceptionFault, faultOf, timeoutFault } from './fault.ts'
import type { Received, SerialFraming } from './frame-receiver.ts'
import type { LineTiming } from './line-timing.ts'
import { patientAfter } from './patient-timer.ts'
import { replyShape, type ReplyShape } from './reply-shape.ts'
import type { Suspects } from './suspects.ts'
import type { ExchangeWish, Wire, WireDeps } from './wire.ts'

/** A bus that never falls silent is used all the same after this long: the CRC still guards every frame. */
const longestDrainMs = 2000
/** Longest guard for a device that has been seen to answer late. */
const longestGuardMs = 1000

interface Flight {
  readonly request: ModbusRequest
  readonly wish: ExchangeWish
  readonly shape: ReplyShape
  sentAtMs: number
  firstByteAtMs: number | null
  wrongUnit: number | null
  held: ExchangeOutcome | null
  settle: (outcome: ExchangeOutcome) => void
  stopTimers: () => void
}

export interface SerialWireOptions {
  readonly timing: LineTiming
  readonly localEcho: boolean
}

/**
 * A serial line, or one behind a network gateway: one exchange at a time. RTU and ASCII differ only in how a frame looks (`framing`);
 * neither has a transaction number, so what is said of late replies holds for both.
 */
export const createSerialWire = (
  framing: SerialFraming,
  options: SerialWireOptions,
  suspects: Suspects,
  clock: Clock,
  log: Log,
  deps: WireDeps,
): Wire => {
  const { timing } = options
  const receiver = framing.createReceiver()
  let flight: Flight | null = null
  let lastActivityMs = -Infinity
  /** When the first of the bytes came that make no frame yet. */
  let restSinceMs = -Infinity
  /** Silence wanted before the next request because of a fault; 0 when all is well. */
  let guardMs = 0
  let lineEchoes = options.localEcho
  const lateByUnit = new Map<number, number>()
  let aborted: ExchangeFault | null = null
  let wake: Stop | null = null

  const client = createModbusClient((frame) => {
    if (flight === null) return
    const bytes = framing.encode(frame)
    receiver.expect(flight.shape, bytes, lineEchoes)
    lastActivityMs = clock.monotonicMs() + bytes.length * timing.characterMs
    flight.sentAtMs = lastActivityMs
    deps.tap('sent', bytes)
    deps.send(bytes)
  })

  const finish = (outcome: ExchangeOutcome, isAnswered: boolean): void => {
    const done = flight
    if (done === null) return
    done.stopTimers()
    flight = null
    receiver.expect(null)
    if (isAnswered) {
      suspects.pass(done.shape.unit)
      lateByUnit.delete(done.shape.unit)
    } else {
      suspects.add(done.shape, done.sentAtMs)
      const lateMs = lateByUnit.get(done.shape.unit) ?? 0
      guardMs = Math.max(timing.guardMs, Math.min(longestGuardMs, lateMs * 1.25 - done.wish.deadlineMs))
    }
    done.settle(outcome)
  }
  const fail = (fault: ExchangeFault, isAnswered = false): void =>
    finish({ ok: false, fault, atMs: clock.nowMs() }, isAnswered)

  /** Judges what is there when nothing more will come: at the deadline, or when a started reply stopped. */
  const conclude = (current: Flight): void => {
    const { request, shape, wish } = current
    const rest = receiver.takeRest()
    if (rest.length > 0) {
      deps.tap('received', rest, restSinceMs)
      deps.emit({ kind: 'stray', atMs: clock.nowMs(), bytes: rest.length })
    }
    const asked = describeRequest(request)
    const what = framing.judge(rest, shape)
    if (what === 'check-sum') {
      fail(
        faultOf(
          'crc',
          `${asked}: the reply's check sum is wrong; check shielding, bus ends, and that only one master and one device of this number are on the bus`,
        ),
      )
    } else if (what === 'cut') {
      fail({
        ...faultOf(
          'malformed',
          `${asked}: the reply stopped after ${String(rest.length)} of ${String(framing.wireLength(shape.length))} bytes; check wiring and the gateway's settings`,
        ),
        isCut: true,
      })
    } else if (current.wrongUnit !== null) {
      fail(
        faultOf(
          'wrong-unit',
          `${asked}: unit ${String(current.wrongUnit)} answered instead; check that unit numbers are unique and that no second master is on the bus`,
        ),
      )
    } else if (what === 'noise') {
      fail(
        faultOf(
          'malformed',
          `${asked}: ${String(rest.length)} bytes came that are no Modbus frame; ${framing.noiseRemedy}`,
        ),
      )
    } else fail(timeoutFault(request, wish.deadlineMs, true))
  }

  const reply = (current: Flight, frame: Uint8Array): void => {
    if (current.held !== null) {
      // Two replies for one request: one was late, and nothing says which. Both are thrown away, and both are accounted for.
      suspects.strikeOff(frame)
      deps.emit({ kind: 'late-reply', atMs: clock.nowMs(), unit: current.shape.unit })
      fail(
        faultOf(
          'timeout',
          `${describeRequest(current.request)}: two replies came, one of them late; both were thrown away`,
        ),
        true,
      )
      return
    }
    // An exception tells only unit and function: with an older request of that function open it may be the answer to either.
    const isUnclear =
      ((frame[1] ?? 0) & 0x80) !== 0 && suspects.hasFunction(current.shape.unit, current.shape.functionCode)
    const turnaroundMs = Math.max(0, (current.firstByteAtMs ?? clock.monotonicMs()) - current.sentAtMs)
    pending = (outcome) => {
      const { holdMs } = current.wish
      if (holdMs === undefined || !outcome.ok) {
        finish(outcome, !isUnclear)
        return
      }
      current.held = outcome
      current.stopTimers()
      receiver.expect(current.shape)
      current.stopTimers = clock.after(holdMs, () => {
        finish(outcome, true)
      })
    }
    replyTurnaroundMs = turnaroundMs
    client.deliver(frame)
  }
  let pending: ((outcome: ExchangeOutcome) => void) | null = null
  let replyTurnaroundMs = 0

  const other = (frame: Uint8Array): void => {
    const unit = frame[0] ?? 0
    const ageMs = suspects.strikeOff(frame)
    if (ageMs !== null) {
      lateByUnit.set(unit, ageMs)
      deps.emit({ kind: 'late-reply', atMs: clock.nowMs(), unit, afterMs: ageMs })
      return
    }
    deps.emit({ kind: 'stray', atMs: clock.nowMs(), bytes: frame.length })
    if (flight === null) return
    if (unit !== flight.shape.unit) {
      flight.wrongUnit = unit
      return
    }
    if (flight.held !== null) return
    const what = describeRequest(flight.request)
    const isOtherFunction = ((frame[1] ?? 0) & 0x7f) !== flight.shape.functionCode
    fail(
      faultOf(
        'malformed',
        isOtherFunction
          ? `${what}: the reply is for function ${String(frame[1])}, asked was ${String(flight.shape.functionCode)}`
          : `${what}: the reply has ${String(frame.length)} bytes, expected were ${String(flight.shape.length)}, or it confirms another register`,
      ),
    )
  }

  const take = (item: Received): void => {
    if (item.kind === 'stray') {
      deps.tap('received', item.bytes, restSinceMs)
      deps.emit({ kind: 'stray', atMs: clock.nowMs(), bytes: item.bytes.length })
    } else if (item.kind === 'echo') {
      deps.tap('received', item.bytes, restSinceMs)
      if (!lineEchoes) log.warn('the line echoes what is sent: set localEcho: true for it in the site file')
      lineEchoes = true
      if (flight !== null) flight.firstByteAtMs = null
    } else {
      deps.tap('received', item.wire ?? item.frame, restSinceMs)
      if (item.kind === 'reply' && flight !== null) reply(flight, item.frame)
      else other(item.frame)
    }
  }

  /** Waits for the silence the bus and the device want; bytes that still come start it anew. */
  const silence = async (quietMs: number): Promise<void> => {
    const untilMs = clock.monotonicMs() + longestDrainMs
    for (;;) {
      const wanted = Math.max(timing.silenceMs + quietMs, guardMs)
      const leftMs = Math.min(lastActivityMs + wanted, untilMs) - clock.monotonicMs()
      // A remainder below a microsecond is rounding, not silence.
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
    guardMs = 0
    const rest = receiver.takeRest()
    if (rest.length === 0) return
    deps.tap('received', rest, restSinceMs)
    deps.emit({ kind: 'stray', atMs: clock.nowMs(), bytes: rest.length })
  }

  const fly = (request: ModbusRequest, wish: ExchangeWish): Promise<ExchangeOutcome> =>
    new Promise((settle) => {
      const shape = replyShape(request)
      const current: Flight = {
        request,
        wish,
        shape,
        sentAtMs: 0,
        firstByteAtMs: null,
        wrongUnit: null,
        held: null,
        settle,
        stopTimers: () => undefined,
      }
      flight = current
      client.request(request, (result) => {
        if (flight !== current || pending === null) return
        const settleReply = pending
        pending = null
        const atMs = clock.nowMs()
        if (result.kind === 'words')
          settleReply({
            ok: true,
            words: result.words,
            atMs,
            turnaroundMs: replyTurnaroundMs,
            completeMs: Math.max(
              replyTurnaroundMs,
              lastActivityMs - current.sentAtMs - framing.wireLength(shape.length) * timing.characterMs,
            ),
          })
        else if (result.kind === 'exception')
          settleReply({ ok: false, fault: exceptionFault(request, result.code), atMs })
        else
          settleReply({
            ok: false,
            fault: faultOf('malformed', `${describeRequest(request)}: ${result.message}`),
            atMs,
          })
      })
      // The deadline is the device's; on a wire of known speed the time of the bytes themselves comes on top.
      const limitMs =
        current.sentAtMs - clock.monotonicMs() + wish.deadlineMs + framing.wireLength(shape.length) * timing.characterMs
      current.stopTimers = patientAfter(clock, limitMs, () => {
        conclude(current)
      })
    })

  let stopIdle: Stop | null = null
  return {
    async exchange(request, wish) {
      aborted = null
      await silence(wish.quietMs ?? 0)
      if (aborted !== null) return { ok: false, fault: aborted, atMs: clock.nowMs() }
      return fly(request, wish)
    },
    data(bytes) {
      lastActivityMs = clock.monotonicMs()
      if (flight !== null) flight.firstByteAtMs ??= lastActivityMs
      if (receiver.rest().length === 0) restSinceMs = lastActivityMs
      for (const item of receiver.push(bytes)) {
        take(item)
        restSinceMs = lastActivityMs
      }
      stopIdle?.()
      const current = flight
      if (current === null || current.held !== null || receiver.rest().length === 0) return
      stopIdle = patientAfter(clock, Math.max(timing.idleMs, current.wish.pauseMs ?? 0), () => {
        if (flight === current && current.held === null && framing.isStarted(receiver.rest(), current.shape))
          conclude(current)
      })
    },
    abort(fault) {
      stopIdle?.()
      aborted = fault
      receiver.takeRest()
      if (flight !== null) fail(fault)
      wake?.()
    },
  }
}
