import { formatNumber } from '../../format/number.ts'
import { formatPeriod } from '../../format/duration.ts'
import { useSite } from '../../state/live.ts'
import { momentRoute } from '../../state/moment.ts'
import { subjectName, useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty } from '../../ui/notice.tsx'
import { severityKind } from '../../ui/severity.ts'
import type { ExcursionRow } from './excursions.ts'

const seconds = (value: number | null): string => (value === null ? 'open' : `${formatNumber(value, 1)} s`)
const volts = (value: number | null): string => (value === null ? '–' : formatNumber(value, 1))

export const ExcursionTable = ({ rows }: { readonly rows: readonly ExcursionRow[] }) => {
  const overview = useSite((state) => state.overview)
  const time = useTimeFormat()
  return (
    <div className="stack">
      <p className="dim">
        Seen in polled RMS values: not IEC 61000-4-30 dips, which need every half cycle. A value between two reads is
        not seen, so the true extreme can be worse, the duration has two bounds, and an excursion shorter than the blind
        time can be missed entirely.
      </p>
      {rows.length === 0 ? (
        <Empty title="No voltage excursion in this time">
          Polled values stayed within the limits of the site file. Choose a longer time above to look further back.
        </Empty>
      ) : (
        <div className="panel table-scroll" role="region" aria-label="Voltage excursions" tabIndex={0}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Began</th>
                <th scope="col">Kind</th>
                <th scope="col">Where</th>
                <th scope="col">Phases</th>
                <th scope="col" className="num">
                  Worst polled V
                </th>
                <th scope="col" className="num">
                  Threshold V
                </th>
                <th scope="col" className="num">
                  At least
                </th>
                <th scope="col" className="num">
                  At most
                </th>
                <th scope="col" className="num">
                  Blind time
                </th>
                <th scope="col">How it is known</th>
                <th scope="col" className="no-print">
                  <span className="sr-only">Go to</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ finding, direction, extreme, thresholdV, atLeastS, atMostS }) => {
                const moment = momentRoute(overview, finding.subject, finding.raisedAtMs)
                return (
                  <tr key={finding.id}>
                    <th scope="row" className="nowrap event-time">
                      {time.dateTime(finding.raisedAtMs)}
                    </th>
                    <td className="nowrap">
                      <Mark kind={severityKind(finding.severity)}>
                        {direction === 'over' ? 'overvoltage' : 'undervoltage'}
                      </Mark>
                      {finding.state === 'active' ? <strong> now</strong> : ''}
                    </td>
                    <td className="nowrap">{subjectName(overview, finding.subject)}</td>
                    <td className="nowrap">{finding.phase ?? '–'}</td>
                    <td className="num">
                      <strong>{volts(extreme?.valueV ?? null)}</strong>{' '}
                      <span className="dim">{extreme?.label ?? ''}</span>
                    </td>
                    <td className="num">{volts(thresholdV)}</td>
                    <td className="num">{seconds(atLeastS)}</td>
                    <td className="num">{seconds(atMostS)}</td>
                    <td className="num">{finding.blindMs === null ? '–' : formatPeriod(finding.blindMs)}</td>
                    <td className="dim">{finding.evidence}</td>
                    <td className="no-print">
                      {moment === null ? null : (
                        <a href={moment} aria-label={`History at ${time.dateTime(finding.raisedAtMs)}`}>
                          History
                        </a>
                      )}
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
    </div>
  )
}
