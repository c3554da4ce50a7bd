import type { ExchangeOptions, ExchangeOutcome, ModbusRequest } from '../../core/ports.ts'

export interface Queued {
  readonly request: ModbusRequest
  readonly options: ExchangeOptions
  readonly settle: (outcome: ExchangeOutcome) => void
}

/** First in, first out, writes ahead of reads: a set-point never waits behind a sweep, and writes keep their order. */
export const createRequestQueue = () => {
  const writes: Queued[] = []
  const reads: Queued[] = []
  return {
    push(item: Queued): void { (item.options.priority === 'write' ? writes : reads).push(item) },
    take: (): Queued | undefined => writes.shift() ?? reads.shift(),
    takeAll: (): Queued[] => [...writes.splice(0), ...reads.splice(0)],
  }
}
