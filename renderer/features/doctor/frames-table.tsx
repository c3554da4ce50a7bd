import type { Framing } from '../../../shared/bus/tape-entry.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { checksumWord, type FrameRow } from './frame-rows.ts'

/** Rows drawn at once; the filters reach all, and the exports hold them. */
export const mostRows = 250

const checkSumOf = (framing: Framing): string => {
  if (framing === 'mbap') return 'Check sum'
  if (framing === 'rtu') return 'CRC'
  return framing === 'ascii' ? 'LRC' : 'Sum'
}

const Row = ({ row, selected }: { readonly row: FrameRow; readonly selected: boolean }) => {
  const time = useTimeFormat()
  const check = checksumWord(row.said)
  return (
    <tr className={selected ? 'is-selected' : ''} aria-selected={selected}>
      <th scope="row" className="nowrap event-time">
        {time.clock(row.atMs)}.{String(Math.floor(row.atMs % 1000)).padStart(3, '0')}
      </th>
      <td>{row.what}</td>
      <td>
        {row.isFault ? (
          <Mark kind={row.said?.shape === 'exception' ? 'warning' : 'critical'}>{row.words}</Mark>
        ) : (
          row.words
        )}
      </td>
      <td>{check === 'bad' ? <Mark kind="critical">bad</Mark> : check}</td>
      <td className="mono">{row.hex}</td>
    </tr>
  )
}

/** Newest first. `chosen`: only these; null: all. */
export const FramesTable = ({
  rows,
  framing,
  chosen,
}: {
  readonly rows: readonly FrameRow[]
  readonly framing: Framing
  readonly chosen: ReadonlySet<number> | null
}) => (
  <div className="table-scroll doctor-frames" tabIndex={0} role="region" aria-label="Frames, newest first">
    <table className="table is-dense">
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Way</th>
          <th scope="col">In words</th>
          <th scope="col">{checkSumOf(framing)}</th>
          <th scope="col">Bytes</th>
        </tr>
      </thead>
      <tbody>
        {rows
          .filter(({ seq }) => chosen === null || chosen.has(seq))
          .slice(-mostRows)
          .reverse()
          .map((row) => (
            <Row key={row.seq} row={row} selected={chosen?.has(row.seq) ?? false} />
          ))}
      </tbody>
    </table>
  </div>
)
