import type { ExchangeOptions, ExchangeOutcome, ModbusRequest } from '../../core/lines/modbus-line.ts'

export interface Queued {
  readonly request: ModbusRequest
  readonly options: ExchangeOptions
  readonly settle: (outcome: ExchangeOutcome) => void
}

/** Whether a request may go beside those under way: now, after one of its own unit, or only when the line is empty. */
export type MayFly = 'now' | 'later' | 'when-empty'

/** First in, first out, writes ahead of reads: a set-point never waits behind a sweep, and writes keep their order. */
export const createRequestQueue = () => {
  const writes: Queued[] = []
  const reads: Queued[] = []
  return {
    push(item: Queued): void {
      ;(item.options.priority === 'write' ? writes : reads).push(item)
    },
    /** The next one; with `mayFly` the first that may go beside what is under way. */
    take(mayFly?: (item: Queued) => MayFly): Queued | undefined {
      if (mayFly === undefined) return writes.shift() ?? reads.shift()
      // What has to wait holds back the later requests of its own unit, so that their order stays.
      const heldBack = new Set<number>()
      for (const list of [writes, reads]) {
        for (const [index, item] of list.entries()) {
          const verdict = heldBack.has(item.request.unit) ? 'later' : mayFly(item)
          if (verdict === 'now') return list.splice(index, 1)[0]
          // Others that keep passing it would keep it waiting for ever.
          if (verdict === 'when-empty') return undefined
          heldBack.add(item.request.unit)
        }
      }
      return undefined
    },
    takeAll: (): Queued[] => [...writes.splice(0), ...reads.splice(0)],
  }
}
