import type { Clock } from '../ports.ts'
import type { ExchangeOptions, ExchangeOutcome, ModbusRequest } from '../lines/modbus-line.ts'

/**
 * Longest wait of background work for a gap in the polling. After it one request goes between two reads all the same, so that a
 * busy line can be searched at all; at this rate the others notice no more than one dead device.
 */
const patienceMs = 2000
/** What an exchange may take beyond its deadline: the quiet time after a fault (io/modbus/line-timing.ts), roughly. */
const settleMs = 100

/** A read that must not disturb the polling: a search, a look at registers. */
export interface Background {
  readonly request: ModbusRequest
  readonly options: Omit<ExchangeOptions, 'priority'>
  readonly settle: (outcome: ExchangeOutcome) => void
  readonly sinceMs: number
}

/** Reads that wait for a gap in the polling of their line, in order. */
export const createBackgroundQueue = (clock: Clock) => {
  const waiting: Background[] = []
  /** When one last ran although a read was due. */
  let pressedMs = -Infinity
  return {
    add: (job: Omit<Background, 'sinceMs'>): void => {
      waiting.push({ ...job, sinceMs: clock.monotonicMs() })
    },
    /** The next one where it may go now: it fits before the next poll, or waited long enough. */
    take(isPollDue: boolean, nextPollMs: number): Background | undefined {
      const job = waiting[0]
      if (job === undefined) return undefined
      const nowMs = clock.monotonicMs()
      if (!isPollDue && nextPollMs - nowMs >= job.options.deadlineMs + settleMs) return waiting.shift()
      if (nowMs - Math.max(job.sinceMs, pressedMs) < patienceMs) return undefined
      pressedMs = nowMs
      return waiting.shift()
    },
    takeAll: (): Background[] => waiting.splice(0),
  }
}
