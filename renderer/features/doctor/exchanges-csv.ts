import type { Exchange } from '../../../shared/bus/exchange.ts'
import type { CsvTable } from '../../format/csv.ts'
import { isoTime } from '../../format/time.ts'

export const exchangesCsv = (exchanges: readonly Exchange[]): CsvTable => ({
  header: [
    'at_utc',
    'unit',
    'function',
    'address',
    'count',
    'outcome',
    'exception_code',
    'gap_before_ms',
    'request_ms',
    'turnaround_ms',
    'reply_ms',
  ],
  rows: exchanges.map((each) => [
    isoTime(each.atMs),
    each.unit,
    each.functionCode,
    each.address,
    each.count,
    each.result,
    each.exceptionCode,
    each.gapBeforeMs,
    each.requestEndMs - each.startMs,
    each.turnaroundMs,
    each.replyStartMs === null || each.replyEndMs === null ? null : each.replyEndMs - each.replyStartMs,
  ]),
})
