import type { Clock, ExchangeFault, ExchangeOutcome, Log, ModbusRequest, Stop } from '../../core/ports.ts'
import { createModbusClient, type ClientResult } from './client-port.ts'
import type { Received, SerialFraming } from './frame-receiver.ts'
import type { LineTiming } from './line-timing.ts'
import { patientAfter } from './patient-timer.ts'
import { stepPending, type Candidate } from './pending-reply.ts'
import type { ReplyMemory } from './reply-memory.ts'
import { isUnbelieved, judgeException, judgeHeld, mustHold, type HeldReply } from './serial-judge.ts'
import { newFlight, notParsed, outcomeOf, type Flight, type Taken } from './serial-flight.ts'
import { exceptionOfOthers, heldFault, twoReplies, unexpectedFrame, verdictOfRest } from './serial-verdicts.ts'
import { createTurnarounds } from './turnarounds.ts'
import type { ExchangeWish, Wire, WireDeps } from './wire.ts'

/** A bus that never falls silent is used all the same after this long: the CRC still guards every frame. */
const longestDrainMs = 2000
/** Longest guard for a device that has been seen to answer late in its turn: its reply would meet the next request on the bus. */
const longestGuardMs = 1000
/** Where one reply comes that was kept back others follow: the line must be silent for this long before it is asked again (assumption). */
const burstGuardMs = 50
/** A second reply is listened for at least so long after the first, ms. */
const leastHoldMs = 5

export interface SerialWireOptions {
  readonly timing: LineTiming
  readonly localEcho: boolean
}

/**
 * A serial line, or one behind a network gateway: one exchange at a time. RTU and ASCII differ only in how a frame looks (`framing`);
 * neither has a transaction number, so what is said of late replies and copies (settle-doubt.ts) holds for both.
 */
export const createSerialWire = (
  framing: SerialFraming,
  options: SerialWireOptions,
  memory: ReplyMemory,
  clock: Clock,
  log: Log,
  deps: WireDeps,
): Wire => {
  const { timing } = options
  const receiver = framing.createReceiver()
  const turnarounds = createTurnarounds()
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
    memory.sent(flight.shape)
    deps.tap('sent', bytes)
    deps.send(bytes)
  })

  const strayed = (bytes: number, why?: 'duplicate'): void => {
    deps.emit({ kind: 'stray', atMs: clock.nowMs(), bytes, ...(why === undefined ? {} : { why }) })
  }
  const takeRest = (): Uint8Array => {
    const rest = receiver.takeRest()
    if (rest.length > 0) {
      deps.tap('received', rest, restSinceMs)
      strayed(rest.length)
    }
    return rest
  }

  /** `answered`: the device's own reply is here; `spoilt`: it may be, but nothing tells; `unanswered`: it may still come. */
  const finish = (outcome: ExchangeOutcome, how: 'answered' | 'spoilt' | 'unanswered'): void => {
    const done = flight
    if (done === null) return
    const { shape, place, sentAtMs, wish } = done
    done.stopTimers()
    flight = null
    receiver.expect(null)
    if (how === 'answered') {
      memory.answered(shape.unit, sentAtMs)
      lateByUnit.delete(shape.unit)
    } else if (how === 'unanswered') {
      memory.lost(shape, place, sentAtMs, wish.isTrial ?? false)
      const lateMs = memory.isOutOfTurn() ? 0 : (lateByUnit.get(shape.unit) ?? 0)
      guardMs = Math.max(timing.guardMs, Math.min(longestGuardMs, lateMs * 1.25 - wish.deadlineMs))
    }
    done.settle(outcome)
  }
  const fail = (fault: ExchangeFault, how: 'spoilt' | 'unanswered' = 'unanswered'): void => {
    finish({ ok: false, fault, atMs: clock.nowMs() }, how)
  }

  /** Judges what is there when nothing more will come: at the deadline, or when a started reply stopped. */
  const conclude = ({ request, shape, wish, wrongUnit }: Flight): void => {
    const asked = { request, shape, deadlineMs: wish.deadlineMs, wrongUnit }
    fail(verdictOfRest(framing, takeRest(), asked))
  }

  const takenBy = ({ firstByteAtMs, sentAtMs, shape }: Flight): Taken => {
    const turnaroundMs = Math.max(0, (firstByteAtMs ?? clock.monotonicMs()) - sentAtMs)
    const wireMs = framing.wireLength(shape.length) * timing.characterMs
    return { turnaroundMs, completeMs: Math.max(turnaroundMs, lastActivityMs - sentAtMs - wireMs) }
  }

  /** modbus-serial takes the frame apart and calls back at once. */
  const parsed: { result: ClientResult } = { result: notParsed() }
  const accept = (current: Flight, frame: Uint8Array, taken: Taken): void => {
    parsed.result = notParsed()
    client.deliver(frame)
    const { result } = parsed
    if (result.kind === 'words') {
      memory.note(frame, current.place, true)
      turnarounds.note(current.shape.unit, taken.turnaroundMs)
    }
    finish(outcomeOf(current.request, result, clock.nowMs(), taken), 'answered')
  }

  const takeException = (current: Flight, frame: Uint8Array): void => {
    const { unit, functionCode } = current.shape
    const taken = takenBy(current)
    const verdict = judgeException({
      isTrial: current.wish.isTrial === true,
      hasOpenTrial: memory.hasOpenTrial(unit, functionCode),
      hasOpen: memory.hasOpen(unit, functionCode),
      hasBeenLate: memory.hasBeenLate(),
      fit: turnarounds.fit(unit, taken.turnaroundMs),
    })
    if (verdict.kind === 'refuse') {
      fail(exceptionOfOthers(current.request))
      return
    }
    const result: ClientResult = { kind: 'exception', code: frame[2] ?? 0 }
    finish(outcomeOf(current.request, result, clock.nowMs(), taken), verdict.isOpen ? 'unanswered' : 'answered')
  }

  /** How long a second reply is listened for: as long as this unit's prompt replies take at most, from when the request was sent. */
  const holdMs = (current: Flight): number => {
    const { shape, sentAtMs, wish } = current
    const longestMs = turnarounds.longestMs(shape.unit) ?? wish.deadlineMs
    const untilMs =
      sentAtMs + Math.min(longestMs, wish.deadlineMs) + framing.wireLength(shape.length) * timing.characterMs
    return Math.max(leastHoldMs, untilMs - clock.monotonicMs())
  }

  /** Whether an older request is known whose reply would look the same. */
  const isRival = ({ wish, shape }: Flight): boolean => wish.isDoubted === true || memory.wasLost(shape.key)

  const endHold = (current: Flight, held: Candidate, taken: Taken): void => {
    const { request, shape, place, sentAtMs } = current
    const reply: HeldReply = {
      heard: held.heard,
      isRival: isRival(current),
      metOlder: current.metOlder,
      fit: turnarounds.fit(shape.unit, taken.turnaroundMs),
      hasBeenLate: memory.hasBeenLate(),
      hasCopies: memory.hasCopies(),
    }
    // A copy of what is not believed may come as well.
    if (isUnbelieved(reply)) memory.note(held.frame, place, false)
    const verdict = judgeHeld(reply, takeRest().length > 0)
    if (verdict.kind === 'accept') {
      accept(current, held.frame, taken)
      return
    }
    if (verdict.kind === 'sooner') memory.sawTwo(shape.key)
    if (verdict.kind === 'later') turnarounds.noteLater(shape.unit, taken.turnaroundMs)
    if (verdict.kind === 'later' || verdict.kind === 'among-older') memory.answeredOneOf(shape, place, sentAtMs)
    fail(heldFault[verdict.kind](request), verdict.isSpoilt ? 'spoilt' : 'unanswered')
  }

  const hold = (current: Flight, held: Candidate): void => {
    const taken = takenBy(current)
    current.pending = { state: 'held', reply: held }
    current.stopTimers()
    current.stopTimers = clock.after(holdMs(current), () => {
      endHold(current, held, taken)
    })
  }

  const passOver = (current: Flight, copy: Uint8Array): void => {
    memory.sawCopyOf(copy)
    strayed(copy.length, 'duplicate')
    receiver.expect(current.shape)
  }

  const take = (current: Flight, frame: Uint8Array): void => {
    if (((frame[1] ?? 0) & 0x80) !== 0) {
      takeException(current, frame)
      return
    }
    const { place, request, shape } = current
    const isDoubted = isRival(current) || memory.isTroubled()
    const heard = 'count' in request ? memory.judge(frame, place, isDoubted) : 'new'
    const isHeld = mustHold({
      heard,
      isDoubted,
      isFollowed: receiver.rest().length > 0,
      mayBeCopy: heard === 'again' && memory.mayBeCopy(frame, place),
    })
    const step = stepPending(current.pending, { frame, heard, mustHold: isHeld }, isDoubted)
    switch (step.kind) {
      case 'accept':
        accept(current, frame, takenBy(current))
        break
      case 'hold':
        hold(current, step.reply)
        receiver.expect(shape)
        break
      case 'go-on':
        passOver(current, step.copy)
        break
      case 'replace':
        passOver(current, step.copy)
        accept(current, frame, takenBy(current))
        break
      case 'two':
        memory.sawTwo(shape.key)
        guardMs = Math.max(guardMs, burstGuardMs)
        deps.emit({ kind: 'late-reply', atMs: clock.nowMs(), unit: shape.unit })
        memory.note(frame, place, false)
        if (current.pending.state === 'held') memory.note(current.pending.reply.frame, place, false)
        memory.answeredOneOf(shape, place, current.sentAtMs)
        fail(twoReplies(request), 'spoilt')
        break
    }
  }

  const other = (frame: Uint8Array): void => {
    const unit = frame[0] ?? 0
    const stranger = memory.stranger(frame)
    if (stranger.kind !== 'copy') guardMs = Math.max(guardMs, burstGuardMs)
    if (stranger.kind === 'late') {
      lateByUnit.set(unit, stranger.afterMs)
      deps.emit({ kind: 'late-reply', atMs: clock.nowMs(), unit, afterMs: stranger.afterMs })
    } else strayed(frame.length, stranger.kind === 'copy' ? 'duplicate' : undefined)
    if (flight === null) return
    // Whatever waits for its reply goes on waiting: this was none.
    flight.firstByteAtMs = null
    if (stranger.kind !== 'copy') flight.metOlder = true
    if (stranger.kind !== 'unknown' || flight.pending.state === 'held') return
    if (unit !== flight.shape.unit) flight.wrongUnit = unit
    else fail(unexpectedFrame(flight.request, flight.shape, frame))
  }

  const receive = (item: Received): void => {
    if (item.kind === 'stray') {
      deps.tap('received', item.bytes, restSinceMs)
      strayed(item.bytes.length)
      // What follows began after them.
      if (flight !== null) flight.firstByteAtMs = lastActivityMs
    } else if (item.kind === 'echo') {
      deps.tap('received', item.bytes, restSinceMs)
      if (!lineEchoes) log.warn('the line echoes what is sent: set localEcho: true for it in the site file')
      lineEchoes = true
      if (flight !== null) flight.firstByteAtMs = null
    } else {
      deps.tap('received', item.wire ?? item.frame, restSinceMs)
      if (item.kind === 'reply' && flight !== null) take(flight, item.frame)
      else other(item.frame)
    }
  }

  /** Waits for the silence the bus and the device want; bytes that still come start it anew. */
  const silence = async (quietMs: number): Promise<void> => {
    const untilMs = clock.monotonicMs() + longestDrainMs
    for (;;) {
      const wanted = Math.max(timing.silenceMs + quietMs, guardMs, memory.copyWaitMs())
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
    takeRest()
  }

  const fly = (request: ModbusRequest, wish: ExchangeWish): Promise<ExchangeOutcome> =>
    new Promise((settle) => {
      const current = newFlight(request, wish, settle)
      const { shape } = current
      flight = current
      client.request(request, (result) => {
        if (flight === current) parsed.result = result
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
      receiver.add(bytes)
      for (let item = receiver.next(); item !== null; item = receiver.next()) {
        receive(item)
        restSinceMs = lastActivityMs
        if (flight !== null && receiver.rest().length > 0) flight.firstByteAtMs ??= lastActivityMs
      }
      stopIdle?.()
      const current = flight
      if (current === null || current.pending.state === 'held' || receiver.rest().length === 0) return
      stopIdle = patientAfter(clock, Math.max(timing.idleMs, current.wish.pauseMs ?? 0), () => {
        if (
          flight === current &&
          current.pending.state === 'waiting' &&
          framing.isStarted(receiver.rest(), current.shape)
        )
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
