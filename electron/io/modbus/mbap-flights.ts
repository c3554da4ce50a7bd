import type { ExchangeOutcome, ModbusRequest } from '../../core/lines/modbus-line.ts'
import type { Stop } from '../../core/ports.ts'
import { replyShape, type ReplyShape } from './reply-shape.ts'
import type { ExchangeWish } from './wire.ts'

/** Requests that timed out and may still be answered; older ones are long forgotten by any device. */
const remembered = 256

/** One request under way over Modbus TCP. */
export interface Flight {
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

export const newFlight = (
  request: ModbusRequest,
  wish: ExchangeWish,
  transaction: number,
  sentAtMs: number,
  settle: (outcome: ExchangeOutcome) => void,
): Flight => ({
  request,
  wish,
  shape: replyShape(request),
  transaction,
  sentAtMs,
  settle,
  foreignNumber: null,
  stopTimer: () => undefined,
})

/** Requests whose reply may still come, by transaction. */
export const createLost = () => {
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

export type LostFlights = ReturnType<typeof createLost>
