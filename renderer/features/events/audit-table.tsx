import type { AuditRow } from '../../../shared/model/event.ts'
import { detailText } from '../../format/detail-text.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Empty } from '../../ui/notice.tsx'

/** Who did what and why, with the hash that chains each row to the one before it. */
export const AuditTable = ({ rows }: { readonly rows: readonly AuditRow[] }) => {
  const time = useTimeFormat()
  if (rows.length === 0)
    return (
      <Empty title="Nobody changed anything in this time">Arming, overrides and acknowledgements appear here.</Empty>
    )
  return (
    <div className="panel table-scroll" role="region" aria-label="Audit trail" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col" className="num">
              Row
            </th>
            <th scope="col">Time</th>
            <th scope="col">Who</th>
            <th scope="col">Action</th>
            <th scope="col">Subject</th>
            <th scope="col">Detail</th>
            <th scope="col">Hash</th>
          </tr>
        </thead>
        <tbody>
          {[...rows]
            .sort((one, other) => other.seq - one.seq)
            .map((row) => (
              <tr key={row.seq}>
                <td className="num">{row.seq}</td>
                <th scope="row" className="nowrap event-time">
                  {time.dateTime(row.atMs)}
                </th>
                <td>{row.who}</td>
                <td className="nowrap">{row.action}</td>
                <td>{row.subject}</td>
                <td className="audit-detail">{detailText(row.detail, time)}</td>
                <td className="mono" title={row.hash}>
                  {row.hash.slice(0, 12)}…
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  )
}
