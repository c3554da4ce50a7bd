import type { Exchange } from './exchange.ts'
import { own } from '../own.ts'

export interface DeviceStats {
  readonly unit: number
  readonly requests: number
  readonly replies: number
  readonly timeouts: number
  readonly crcErrors: number
  readonly framingErrors: number
  readonly wrongUnit: number
  readonly lateReplies: number
  /** Count by exception code. */
  readonly exceptions: Readonly<Record<string, number>>
  /** Null without a reply in the window. `n` values; percentiles by nearest rank, so p99 of fewer than 100 is the maximum. */
  readonly turnaroundMs: {
    readonly p50: number
    readonly p95: number
    readonly p99: number
    readonly max: number
    readonly n: number
  } | null
  /** Share of the window in which the line was busy with it, from request to reply or to its being given up; 0 to 1. */
  readonly busShare: number
}

/** Nearest rank: the smallest value that at least `share` of all are not above. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0

/** Until when an exchange kept the line: its reply's end, or the next request where none came. */
export const busyUntilMs = (exchange: Exchange, next: Exchange | undefined): number =>
  exchange.replyEndMs !== null && exchange.result !== 'late'
    ? exchange.replyEndMs
    : (next?.startMs ?? exchange.requestEndMs)

export const statsOf = (unit: number, exchanges: readonly Exchange[], windowMs: number): DeviceStats => {
  const mine = exchanges.filter((exchange) => exchange.unit === unit)
  const count = (...results: readonly Exchange['result'][]) =>
    mine.filter(({ result }) => results.includes(result)).length
  const exceptions: Record<string, number> = {}
  for (const { exceptionCode } of mine)
    if (exceptionCode !== null) exceptions[String(exceptionCode)] = (own(exceptions, String(exceptionCode)) ?? 0) + 1
  const turnarounds = mine
    .flatMap(({ turnaroundMs }) => (turnaroundMs === null ? [] : [turnaroundMs]))
    .sort((left, right) => left - right)
  let busyMs = 0
  exchanges.forEach((exchange, index) => {
    if (exchange.unit === unit) busyMs += Math.max(0, busyUntilMs(exchange, exchanges[index + 1]) - exchange.startMs)
  })
  return {
    unit,
    requests: mine.length - count('open'),
    replies: count('ok'),
    timeouts: count('timeout', 'late'),
    crcErrors: count('crc'),
    framingErrors: count('framing'),
    wrongUnit: count('wrong-unit'),
    lateReplies: count('late'),
    exceptions,
    turnaroundMs:
      turnarounds.length === 0
        ? null
        : {
            p50: percentile(turnarounds, 0.5),
            p95: percentile(turnarounds, 0.95),
            p99: percentile(turnarounds, 0.99),
            max: turnarounds.at(-1) ?? 0,
            n: turnarounds.length,
          },
    busShare: windowMs > 0 ? Math.min(1, busyMs / windowMs) : 0,
  }
}
