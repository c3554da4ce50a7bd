import type { Clock } from '../../core/ports.ts'
import type { ExchangeFault } from '../../core/lines/field-line.ts'
import type { ExchangeOutcome, ModbusRequest } from '../../core/lines/modbus-line.ts'
import { createAnsweredTransactions } from './answered-transactions.ts'
import { faultOf } from './fault.ts'
import { createLost, newFlight, type Flight, type LostFlights } from './mbap-flights.ts'
import { faultOfReply, fitsButForNumber, verdictOfTimeOut } from './mbap-verdicts.ts'
import { createMbapReceiver, encodeMbap, holdsHeader, type MbapFound, type MbapFrame } from './mbap.ts'
import { patientAfter } from './patient-timer.ts'
import { replyWords, requestBody } from './pdu.ts'
import { exceptionLength } from './reply-shape.ts'
import type { ExchangeWish, Wire, WireDeps } from './wire.ts'

export interface MbapDeps extends WireDeps {
  /** The stream is out of step: the connection is to be opened anew. */
  readonly desync: (why: string) => void
}

/** One connection between two bytes. Thousands of replies a second come this way, so what changes is changed in place. */
interface Connection {
  readonly clock: Clock
  readonly deps: MbapDeps
  readonly receiver: ReturnType<typeof createMbapReceiver>
  readonly flights: Map<number, Flight>
  readonly lost: LostFlights
  readonly answered: ReturnType<typeof createAnsweredTransactions>
  transaction: number
  lastActivityMs: number
  /** When the first of the bytes came that make no frame yet. */
  restSinceMs: number
}

const finish = ({ flights }: Connection, flight: Flight, outcome: ExchangeOutcome): void => {
  if (!flights.delete(flight.transaction)) return
  flight.stopTimer()
  flight.settle(outcome)
}
const fail = (wire: Connection, flight: Flight, fault: ExchangeFault): void => {
  finish(wire, flight, { ok: false, fault, atMs: wire.clock.nowMs() })
}
const failAll = (wire: Connection, fault: ExchangeFault): void => {
  for (const flight of [...wire.flights.values()]) {
    wire.lost.add(flight)
    fail(wire, flight, fault)
  }
}

const timeOut = (wire: Connection, flight: Flight): void => {
  const { receiver, flights } = wire
  wire.lost.add(flight)
  const begun = receiver.pendingTransaction()
  const isOthers = flights.size > 1 && (begun === null || (begun !== flight.transaction && flights.has(begun)))
  const { deadlineMs } = flight.wish
  const { fault, desync } = verdictOfTimeOut({ ...flight, deadlineMs, pending: receiver.pending(), isOthers })
  fail(wire, flight, fault)
  if (desync === null) return
  receiver.reset()
  wire.deps.desync(desync)
}

const reply = (wire: Connection, flight: Flight, body: Uint8Array): void => {
  const fault = faultOfReply(flight, body)
  if (fault !== null) return fail(wire, flight, fault)
  finish(wire, flight, {
    ok: true,
    words: 'count' in flight.request ? replyWords(body) : [],
    atMs: wire.clock.nowMs(),
    turnaroundMs: Math.max(0, wire.restSinceMs - flight.sentAtMs),
    completeMs: Math.max(0, wire.clock.monotonicMs() - flight.sentAtMs),
  })
}

/** A frame of no request under way: late, twice, or with a number nobody here gave. */
const strange = (wire: Connection, { transaction: number, body, bytes }: MbapFrame): void => {
  const { flights, lost, answered, clock, deps } = wire
  const late = lost.take(number)
  const atMs = clock.nowMs()
  if (late !== undefined) {
    answered.add(number, late.shape)
    const afterMs = clock.monotonicMs() - late.sentAtMs
    deps.emit({ kind: 'late-reply', atMs, unit: body[0] ?? late.shape.unit, afterMs })
    return
  }
  const isTwice = answered.has(number)
  if (!isTwice) for (const each of flights.values()) if (fitsButForNumber(each, body)) each.foreignNumber = number
  deps.emit({ kind: 'stray', atMs, bytes: bytes.length, why: isTwice ? 'duplicate' : 'unknown-transaction' })
}

const take = (wire: Connection, frame: MbapFrame): void => {
  wire.deps.tap('received', frame.bytes, wire.restSinceMs)
  const flight = wire.flights.get(frame.transaction)
  if (flight === undefined) return strange(wire, frame)
  wire.answered.add(frame.transaction, flight.shape)
  reply(wire, flight, frame.body)
}

/** Whether what lies there after the last frame may be the next one: of a transaction of ours. A cut frame ends within another one. */
const isBegun = ({ receiver, flights, lost, answered }: Connection): boolean => {
  if (receiver.pending() === 0) return true
  const number = receiver.pendingTransaction()
  const isOurs = number === null || flights.has(number) || lost.get(number) !== undefined || answered.has(number)
  return isOurs && receiver.mayBegin()
}

/** Why what was cut off is no frame to believe; null where it is one. A frame before a lost place may have been filled up by the next. */
const outOfStep = (wire: Connection, found: MbapFound, next: MbapFound | undefined): string | null => {
  if (found.kind === 'desync') return found.why
  if (next?.kind === 'desync') return next.why
  if (next === undefined && !isBegun(wire)) return 'what follows a reply is no reply'
  const { flights, lost, answered } = wire
  const isReply = (number: number, unit: number, length: number): boolean => {
    const asked = (lost.get(number) ?? flights.get(number))?.shape ?? answered.get(number)
    if (asked === null || asked.unit !== unit) return false
    return length === asked.length - 2 || length === exceptionLength - 2
  }
  return holdsHeader(found.frame.bytes, isReply) ? 'a reply inside another one' : null
}

const fly = (wire: Connection, request: ModbusRequest, wish: ExchangeWish): Promise<ExchangeOutcome> =>
  new Promise((settle) => {
    const { flights, clock, deps } = wire
    // After 65536 requests the count begins anew; a number still under way is passed over.
    do wire.transaction = (wire.transaction + 1) & 0xffff
    while (flights.has(wire.transaction))
    const { transaction } = wire
    wire.lost.take(transaction)
    wire.answered.forget(transaction)
    const flight = newFlight(request, wish, transaction, clock.monotonicMs(), settle)
    flights.set(transaction, flight)
    flight.stopTimer = patientAfter(clock, wish.deadlineMs, () => {
      timeOut(wire, flight)
    })
    const bytes = encodeMbap(transaction, requestBody(request))
    deps.tap('sent', bytes)
    deps.send(bytes)
  })

const takeBytes = (wire: Connection, bytes: Uint8Array): void => {
  const { receiver } = wire
  wire.lastActivityMs = wire.clock.monotonicMs()
  if (receiver.pending() === 0) wire.restSinceMs = wire.lastActivityMs
  const all = receiver.push(bytes)
  let index = 0
  for (const found of all) {
    index += 1
    const why = outOfStep(wire, found, all[index])
    if (why === null) {
      if (found.kind === 'frame') take(wire, found.frame)
      wire.restSinceMs = wire.lastActivityMs
      continue
    }
    const words = `the stream is out of step: ${why}; the connection is opened anew`
    failAll(wire, { ...faultOf('malformed', words), isOutOfStep: true })
    receiver.reset()
    wire.deps.desync(why)
    break
  }
}

/** Waits that an abort ends. */
const createSleepers = (clock: Clock) => {
  const sleepers = new Set<() => void>()
  return {
    sleep: (leftMs: number): Promise<void> =>
      new Promise((resolve) => {
        const rouse = (): void => {
          stop()
          sleepers.delete(rouse)
          resolve()
        }
        const stop = clock.after(leftMs, rouse)
        sleepers.add(rouse)
      }),
    rouseAll: (): void => {
      for (const rouse of [...sleepers]) rouse()
    },
  }
}

/**
 * Modbus TCP: replies are matched by transaction number, 16 bits of our own counting, so a late one can never be mistaken, and
 * several requests may be under way. How many is the line's decision.
 */
export const createMbapWire = (clock: Clock, deps: MbapDeps): Wire => {
  const wire: Connection = {
    clock,
    deps,
    receiver: createMbapReceiver(),
    flights: new Map(),
    lost: createLost(),
    answered: createAnsweredTransactions(),
    transaction: 0,
    lastActivityMs: -Infinity,
    restSinceMs: -Infinity,
  }
  const sleepers = createSleepers(clock)
  /** Of the last abort, and how many there were: a request that waited through one is not sent. */
  let aborted: ExchangeFault | null = null
  let aborts = 0
  return {
    async exchange(request, wish) {
      const { quietMs = 0 } = wish
      const leftMs = quietMs === 0 ? 0 : wire.lastActivityMs + quietMs - clock.monotonicMs()
      if (leftMs > 0) {
        const before = aborts
        await sleepers.sleep(leftMs)
        if (aborts !== before && aborted !== null) return { ok: false, fault: aborted, atMs: clock.nowMs() }
      }
      return fly(wire, request, wish)
    },
    data(bytes) {
      takeBytes(wire, bytes)
    },
    abort(fault) {
      aborted = fault
      aborts += 1
      wire.receiver.reset()
      failAll(wire, fault)
      sleepers.rouseAll()
    },
  }
}
