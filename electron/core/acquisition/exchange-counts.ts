import type { ExchangeCounts } from '../../../shared/model/health.ts'
import type { ExchangeFault } from '../lines/field-line.ts'
import { gatewaySays } from './sample-age.ts'

/** Turnarounds kept for the percentiles (health.ts). */
const kept = 200

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0

/** What is counted of an exchange, whatever is spoken on the line. */
export type Counted =
  | { readonly ok: true; readonly turnaroundMs: number }
  | { readonly ok: false; readonly fault: Pick<ExchangeFault, 'kind' | 'code' | 'message'> }

/** Counts every exchange of one device or one line since start. */
export const createExchangeCounter = () => {
  const counts = {
    requests: 0,
    replies: 0,
    timeouts: 0,
    exceptions: 0,
    gatewaySilent: 0,
    gatewayNoPath: 0,
    crcErrors: 0,
    malformed: 0,
    doubted: 0,
    lateReplies: 0,
  }
  const turnarounds: number[] = []
  return {
    note(outcome: Counted): void {
      // Never sent: an offline or closed line says nothing about the device.
      if (!outcome.ok && (outcome.fault.kind === 'offline' || outcome.fault.kind === 'closed')) return
      counts.requests += 1
      if (outcome.ok) {
        counts.replies += 1
        turnarounds.push(outcome.turnaroundMs)
        if (turnarounds.length > kept) turnarounds.shift()
        return
      }
      switch (outcome.fault.kind) {
        case 'timeout':
          counts.timeouts += 1
          break
        case 'exception': {
          const said = gatewaySays(outcome.fault)
          if (said === 'silent') counts.gatewaySilent += 1
          else if (said === 'no-path') counts.gatewayNoPath += 1
          else counts.exceptions += 1
          break
        }
        case 'crc':
          counts.crcErrors += 1
          break
        case 'doubtful':
          counts.doubted += 1
          break
        default:
          counts.malformed += 1
      }
    },
    noteLateReply(): void {
      counts.lateReplies += 1
    },
    read(): ExchangeCounts {
      if (turnarounds.length === 0) return { ...counts, turnaroundMs: null }
      const sorted = turnarounds.toSorted((left, right) => left - right)
      return {
        ...counts,
        turnaroundMs: { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), max: sorted.at(-1) ?? 0 },
      }
    },
  }
}
export type ExchangeCounter = ReturnType<typeof createExchangeCounter>
