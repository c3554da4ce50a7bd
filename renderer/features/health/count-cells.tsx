import type { ExchangeCounts } from '../../../shared/model/health.ts'
import { formatNumber } from '../../format/number.ts'
import { Dash } from '../../ui/dash.tsx'

/** Requests, time-outs, and what was wrong with replies, in the order of the columns and of the exported table. */
export const countsOf = (counts: ExchangeCounts): readonly number[] => [
  counts.requests,
  counts.timeouts,
  counts.crcErrors,
  counts.malformed + (counts.doubted ?? 0),
  counts.lateReplies,
]

/** Counters of one cell; marked, in words too, when one that should be zero is not. */
const Counts = ({ counts, areFaults = true }: { readonly counts: readonly number[]; readonly areFaults?: boolean }) => {
  const isWrong = areFaults && counts.some((count) => count > 0)
  return (
    <td className={`num nowrap ${isWrong ? 'warn' : ''}`}>
      {counts.map((count) => formatNumber(count, 0)).join(' / ')}
      {isWrong ? <span className="sr-only"> not zero</span> : ''}
    </td>
  )
}

export const CountCells = ({ counts }: { readonly counts: ExchangeCounts }) => (
  <>
    <Counts counts={[counts.requests]} areFaults={false} />
    <Counts counts={[counts.timeouts]} />
    <Counts counts={[counts.crcErrors, counts.malformed + (counts.doubted ?? 0), counts.lateReplies]} />
    <Counts counts={[counts.exceptions, counts.gatewaySilent, counts.gatewayNoPath]} />
    <td className="num nowrap">
      {counts.turnaroundMs === null ? (
        <Dash why="No reply has come yet" />
      ) : (
        (['p50', 'p95', 'max'] as const).map((key) => formatNumber(counts.turnaroundMs?.[key] ?? 0, 0)).join(' / ')
      )}
    </td>
  </>
)

export const CountHeads = () => (
  <>
    <th scope="col" className="num">
      Requests
    </th>
    <th scope="col" className="num">
      Timeouts
    </th>
    <th scope="col" className="num">
      Bad replies
      <br />
      checksum /<br />
      malformed / late
    </th>
    <th scope="col" className="num">
      Exceptions
      <br />
      own / <abbr title="Exception 0x0B: the gateway got no reply from the device behind it">0B</abbr> /{' '}
      <abbr title="Exception 0x0A: the gateway has no path to this unit; a setting of the gateway">0A</abbr>
    </th>
    <th scope="col" className="num">
      Turnaround ms
      <br />
      median / 95 % /<br />
      longest
    </th>
  </>
)
