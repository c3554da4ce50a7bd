import type { Clock, ExchangeFault, ExchangeOutcome, ModbusRequest, Stop } from '../../core/ports.ts'
import { createAnsweredTransactions } from './answered-transactions.ts'
import { describeRequest, exceptionFault, faultOf, timeoutFault } from './fault.ts'
import { createMbapReceiver, encodeMbap, holdsHeader, type MbapFound, type MbapFrame } from './mbap.ts'
import { patientAfter } from './patient-timer.ts'
import { replyWords, requestBody } from './pdu.ts'
import { exceptionLength, replyShape, startsWith, type ReplyShape } from './reply-shape.ts'
import type { ExchangeWish, Wire, WireDeps } from './wire.ts'

/** Requests that timed out and may still be answered; older ones are long forgotten by any device. */
const remembered = 256

interface Flight {
  readonly request: ModbusRequest
  readonly wish: ExchangeWish
  readonly shape: ReplyShape
  readonly transaction: number
  readonly sentAtMs: number
  readonly settle: (outcome: ExchangeOutcome) => void
  /** The number of a reply that fits but for it. */
  foreignNumber: number | null
  stopTimer: Stop
}

/** Requests whose reply may still come, by transaction. */
const createLost = () => {
  const map = new Map<number, Flight>()
  return {
    add(flight: Flight): void {
      map.delete(flight.transaction)
      map.set(flight.transaction, flight)
      if (map.size > remembered)
        for (const oldest of map.keys()) {
          map.delete(oldest)
          break
        }
    },
    get: (number: number): Flight | undefined => map.get(number),
    take(number: number): Flight | undefined {
      if (map.size === 0) return undefined
      const flight = map.get(number)
      map.delete(number)
      return flight
    },
  }
}

const fitsButForNumber = ({ shape }: Flight, body: Uint8Array): boolean =>
  body.length === shape.length - 2 && startsWith(body, shape.head)

const foreignNumberWords = (request: ModbusRequest, asked: number, came: number): string =>
  `${describeRequest(request)}: a reply came with transaction number ${String(came)}, asked was ${String(asked)}; the gateway ` +
  "answers with transaction numbers of its own, so that its replies can't be told apart and none is believed; let it pass on the " +
  'number of the request (Modbus Messaging on TCP/IP V1.0b, 4.2), update its firmware, or connect it as RTU over TCP if it offers that'

/**
 * Modbus TCP: replies are matched by transaction number, 16 bits of our own counting, so a late one can never be mistaken, and
 * several requests may be under way. How many is the line's decision.
 */
export const createMbapWire = (clock: Clock, deps: WireDeps & { readonly desync: (why: string) => void }): Wire => {
  const receiver = createMbapReceiver()
  const flights = new Map<number, Flight>()
  const lost = createLost()
  const answered = createAnsweredTransactions()
  const sleepers = new Set<() => void>()
  let transaction = 0
  let lastActivityMs = -Infinity
  /** When the first of the bytes came that make no frame yet. */
  let restSinceMs = -Infinity
  /** Of the last abort, and how many there were: a request that waited through one is not sent. */
  let aborted: ExchangeFault | null = null
  let aborts = 0

  const finish = (flight: Flight, outcome: ExchangeOutcome): void => {
    if (!flights.delete(flight.transaction)) return
    flight.stopTimer()
    flight.settle(outcome)
  }
  const fail = (flight: Flight, fault: ExchangeFault): void => finish(flight, { ok: false, fault, atMs: clock.nowMs() })
  const failAll = (fault: ExchangeFault): void => {
    for (const flight of [...flights.values()]) {
      lost.add(flight)
      fail(flight, fault)
    }
  }

  const timeOut = (flight: Flight): void => {
    lost.add(flight)
    if (flight.foreignNumber !== null) {
      fail(flight, faultOf('malformed', foreignNumberWords(flight.request, flight.transaction, flight.foreignNumber)))
      return
    }
    const begun = receiver.pendingTransaction()
    // Bytes that lie there may be the beginning of another's reply, which is then still on its way.
    const isOthers = begun === null || (begun !== flight.transaction && flights.has(begun))
    if (receiver.pending() === 0 || (flights.size > 1 && isOthers)) {
      fail(flight, timeoutFault(flight.request, flight.wish.deadlineMs, false))
      return
    }
    const why = `${describeRequest(flight.request)}: half a reply, ${String(receiver.pending())} bytes`
    fail(flight, { ...faultOf('malformed', `${why}; the connection is opened anew`), isCut: true, isOutOfStep: true })
    receiver.reset()
    deps.desync(why)
  }

  const reply = (flight: Flight, body: Uint8Array): void => {
    const { shape, request } = flight
    const functionCode = body[1] ?? 0
    if (body[0] !== shape.unit) {
      fail(
        flight,
        faultOf(
          'wrong-unit',
          `${describeRequest(request)}: unit ${String(body[0])} answered instead; check the unit number in the device or gateway`,
        ),
      )
    } else if (functionCode === (shape.functionCode | 0x80)) {
      fail(flight, exceptionFault(request, body[2] ?? 0))
    } else if (functionCode !== shape.functionCode) {
      fail(
        flight,
        faultOf(
          'malformed',
          `${describeRequest(request)}: the reply is for function ${String(functionCode)}, asked was ${String(shape.functionCode)}`,
        ),
      )
    } else if (body.length !== shape.length - 2 || !startsWith(body, shape.head)) {
      fail(
        flight,
        faultOf(
          'malformed',
          `${describeRequest(request)}: the reply has ${String(body.length)} bytes, expected were ${String(shape.length - 2)}, or it confirms another register`,
        ),
      )
    } else {
      finish(flight, {
        ok: true,
        words: 'count' in request ? replyWords(body) : [],
        atMs: clock.nowMs(),
        turnaroundMs: Math.max(0, restSinceMs - flight.sentAtMs),
        completeMs: Math.max(0, clock.monotonicMs() - flight.sentAtMs),
      })
    }
  }

  const take = ({ transaction: number, body, bytes }: MbapFrame): void => {
    deps.tap('received', bytes, restSinceMs)
    const flight = flights.get(number)
    if (flight !== undefined) {
      answered.add(number, flight.shape)
      reply(flight, body)
      return
    }
    const late = lost.take(number)
    if (late !== undefined) answered.add(number, late.shape)
    const atMs = clock.nowMs()
    const isKnown = late !== undefined || answered.has(number)
    if (!isKnown) for (const each of flights.values()) if (fitsButForNumber(each, body)) each.foreignNumber = number
    if (late !== undefined)
      deps.emit({
        kind: 'late-reply',
        atMs,
        unit: body[0] ?? late.shape.unit,
        afterMs: clock.monotonicMs() - late.sentAtMs,
      })
    else
      deps.emit({
        kind: 'stray',
        atMs,
        bytes: bytes.length,
        why: answered.has(number) ? 'duplicate' : 'unknown-transaction',
      })
  }

  const isReply = (number: number, unit: number, length: number): boolean => {
    const asked = (lost.get(number) ?? flights.get(number))?.shape ?? answered.get(number)
    if (asked === null || asked.unit !== unit) return false
    return length === asked.length - 2 || length === exceptionLength - 2
  }

  /** Whether what lies there after the last frame may be the next one: of a transaction of ours. A cut frame ends within another one. */
  const isBegun = (): boolean => {
    if (receiver.pending() === 0) return true
    const number = receiver.pendingTransaction()
    const isOurs = number === null || flights.has(number) || lost.get(number) !== undefined || answered.has(number)
    return isOurs && receiver.mayBegin()
  }

  /** Why what was cut off is no frame to believe; null where it is one. A frame before a lost place may have been filled up by the next. */
  const outOfStep = (found: MbapFound, next: MbapFound | undefined): string | null => {
    if (found.kind === 'desync') return found.why
    if (next?.kind === 'desync') return next.why
    if (next === undefined && !isBegun()) return 'what follows a reply is no reply'
    return holdsHeader(found.frame.bytes, isReply) ? 'a reply inside another one' : null
  }

  const fly = (request: ModbusRequest, wish: ExchangeWish): Promise<ExchangeOutcome> =>
    new Promise((settle) => {
      // After 65536 requests the count begins anew; a number still under way is passed over.
      do transaction = (transaction + 1) & 0xffff
      while (flights.has(transaction))
      lost.take(transaction)
      answered.forget(transaction)
      const flight: Flight = {
        request,
        wish,
        shape: replyShape(request),
        transaction,
        sentAtMs: clock.monotonicMs(),
        settle,
        foreignNumber: null,
        stopTimer: () => undefined,
      }
      flights.set(transaction, flight)
      flight.stopTimer = patientAfter(clock, wish.deadlineMs, () => {
        timeOut(flight)
      })
      const bytes = encodeMbap(transaction, requestBody(request))
      deps.tap('sent', bytes)
      deps.send(bytes)
    })

  const quiet = (leftMs: number): Promise<void> =>
    new Promise((resolve) => {
      const rouse = (): void => {
        stop()
        sleepers.delete(rouse)
        resolve()
      }
      const stop = clock.after(leftMs, rouse)
      sleepers.add(rouse)
    })

  return {
    async exchange(request, wish) {
      const leftMs =
        wish.quietMs === undefined || wish.quietMs === 0 ? 0 : lastActivityMs + wish.quietMs - clock.monotonicMs()
      if (leftMs > 0) {
        const before = aborts
        await quiet(leftMs)
        if (aborts !== before && aborted !== null) return { ok: false, fault: aborted, atMs: clock.nowMs() }
      }
      return fly(request, wish)
    },
    data(bytes) {
      lastActivityMs = clock.monotonicMs()
      if (receiver.pending() === 0) restSinceMs = lastActivityMs
      const all = receiver.push(bytes)
      let index = 0
      for (const found of all) {
        index += 1
        const why = outOfStep(found, all[index])
        if (why === null) {
          if (found.kind === 'frame') take(found.frame)
          restSinceMs = lastActivityMs
          continue
        }
        const words = `the stream is out of step: ${why}; the connection is opened anew`
        failAll({ ...faultOf('malformed', words), isOutOfStep: true })
        receiver.reset()
        deps.desync(why)
        break
      }
    },
    abort(fault) {
      aborted = fault
      aborts += 1
      receiver.reset()
      failAll(fault)
      for (const rouse of [...sleepers]) rouse()
    },
  }
}
