import type { Clock, ExchangeFault, ExchangeOutcome, ModbusRequest, Stop } from '../../core/ports.ts'
import { createModbusClient } from './client-port.ts'
import { describeRequest, exceptionFault, faultOf, timeoutFault } from './fault.ts'
import { createMbapReceiver, encodeMbap, type MbapFrame } from './mbap.ts'
import { patientAfter } from './patient-timer.ts'
import { replyShape, startsWith, type ReplyShape } from './reply-shape.ts'
import type { ExchangeWish, Wire, WireDeps } from './wire.ts'

/** Requests that timed out and may still be answered; older ones are long forgotten by any device. */
const rememberedTimeouts = 64

interface Flight {
  readonly request: ModbusRequest
  readonly wish: ExchangeWish
  readonly shape: ReplyShape
  transaction: number
  sentAtMs: number
  turnaroundMs: number
  settle: (outcome: ExchangeOutcome) => void
  stopTimer: Stop
}

/** Modbus TCP: replies are matched by transaction number, 16 bits of our own counting, so a late one can never be mistaken. */
export const createMbapWire = (clock: Clock, deps: WireDeps & { readonly desync: (why: string) => void }): Wire => {
  const receiver = createMbapReceiver()
  const lateUnits = new Map<number, number>()
  let transaction = 0
  let flight: Flight | null = null
  let firstByteAtMs: number | null = null
  let lastActivityMs = -Infinity
  /** When the first of the bytes came that make no frame yet. */
  let restSinceMs = -Infinity
  let aborted: ExchangeFault | null = null
  let wake: Stop | null = null

  const client = createModbusClient((frame) => {
    if (flight === null) return
    transaction = (transaction + 1) & 0xffff
    flight.transaction = transaction
    flight.sentAtMs = clock.monotonicMs()
    const bytes = encodeMbap(transaction, frame)
    deps.tap('sent', bytes)
    deps.send(bytes)
  })

  const finish = (outcome: ExchangeOutcome): void => {
    const done = flight
    if (done === null) return
    done.stopTimer()
    flight = null
    done.settle(outcome)
  }
  const fail = (fault: ExchangeFault): void => finish({ ok: false, fault, atMs: clock.nowMs() })

  const timeOut = (current: Flight): void => {
    lateUnits.set(current.transaction, current.shape.unit)
    if (lateUnits.size > rememberedTimeouts) for (const oldest of lateUnits.keys()) { lateUnits.delete(oldest); break }
    const pending = receiver.pending()
    if (pending === 0) { fail(timeoutFault(current.request, current.wish.deadlineMs, false)); return }
    const why = `${describeRequest(current.request)}: half a reply, ${String(pending)} bytes`
    fail(faultOf('malformed', `${why}; the connection is opened anew`))
    deps.desync(why)
  }

  const reply = (current: Flight, rtu: Uint8Array): void => {
    const { shape, request } = current
    const what = describeRequest(request)
    const functionCode = rtu[1] ?? 0
    if (rtu[0] !== shape.unit) {
      fail(faultOf('wrong-unit', `${what}: unit ${String(rtu[0])} answered instead; check the unit number in the device or gateway`))
    } else if (functionCode !== shape.functionCode && functionCode !== (shape.functionCode | 0x80)) {
      fail(faultOf('malformed', `${what}: the reply is for function ${String(functionCode)}, asked was ${String(shape.functionCode)}`))
    } else if (functionCode === shape.functionCode && (rtu.length !== shape.length || !startsWith(rtu, shape.head))) {
      fail(faultOf('malformed', `${what}: the reply has ${String(rtu.length - 2)} bytes, expected were ${String(shape.length - 2)}, or it confirms another register`))
    } else client.deliver(rtu)
  }

  const take = ({ transaction: number, rtu, bytes }: MbapFrame): void => {
    deps.tap('received', bytes, restSinceMs)
    if (flight !== null && number === flight.transaction) {
      flight.turnaroundMs = Math.max(0, (firstByteAtMs ?? clock.monotonicMs()) - flight.sentAtMs)
      reply(flight, rtu)
      return
    }
    const lateUnit = lateUnits.get(number)
    lateUnits.delete(number)
    deps.emit(lateUnit === undefined
      ? { kind: 'stray', atMs: clock.nowMs(), bytes: bytes.length }
      : { kind: 'late-reply', atMs: clock.nowMs(), unit: rtu[0] ?? lateUnit })
  }

  const fly = (request: ModbusRequest, wish: ExchangeWish): Promise<ExchangeOutcome> => new Promise((settle) => {
    const current: Flight = {
      request, wish, shape: replyShape(request), transaction: -1, sentAtMs: 0, turnaroundMs: 0, settle, stopTimer: () => undefined,
    }
    flight = current
    firstByteAtMs = null
    client.request(request, (result) => {
      if (flight !== current) return
      const atMs = clock.nowMs()
      if (result.kind === 'words') finish({ ok: true, words: result.words, atMs, turnaroundMs: current.turnaroundMs })
      else if (result.kind === 'exception') fail(exceptionFault(request, result.code))
      else fail(faultOf('malformed', `${describeRequest(request)}: ${result.message}`))
    })
    current.stopTimer = patientAfter(clock, wish.deadlineMs, () => { timeOut(current) })
  })

  return {
    async exchange(request, wish) {
      aborted = null
      const leftMs = lastActivityMs + (wish.quietMs ?? 0) - clock.monotonicMs()
      if (leftMs > 0) {
        await new Promise<void>((resolve) => {
          const stop = clock.after(leftMs, resolve)
          wake = () => { stop(); resolve() }
        })
        wake = null
      }
      return aborted === null ? fly(request, wish) : { ok: false, fault: aborted, atMs: clock.nowMs() }
    },
    data(bytes) {
      lastActivityMs = clock.monotonicMs()
      firstByteAtMs ??= lastActivityMs
      if (receiver.pending() === 0) restSinceMs = lastActivityMs
      for (const found of receiver.push(bytes)) {
        if (found.kind === 'frame') {
          take(found.frame)
          restSinceMs = lastActivityMs
          continue
        }
        fail(faultOf('malformed', `the stream is out of step: ${found.why}; the connection is opened anew`))
        deps.desync(found.why)
      }
    },
    abort(fault) {
      aborted = fault
      receiver.reset()
      fail(fault)
      wake?.()
    },
  }
}
