import { formatNumber } from '../../format/number.ts'
import { formatPeriod } from '../../format/duration.ts'
import { useSite } from '../../state/live.ts'
import { momentRoute } from '../../state/moment.ts'
import { subjectName, useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty } from '../../ui/notice.tsx'
import { severityKind } from '../../ui/severity.ts'
import { Dash } from '../../ui/dash.tsx'
import type { ExcursionRow } from './excursions.ts'

/** "1.5 to 2.4 s": at least and at most; an open one has no upper bound yet. */
const duration = (atLeastS: number | null, atMostS: number | null): string => {
  const least = atLeastS === null ? '?' : formatNumber(atLeastS, 1)
  return atMostS === null ? `over ${least} s` : `${least} to ${formatNumber(atMostS, 1)} s`
}
const Volts = ({ value }: { readonly value: number | null }) =>
  value === null ? <Dash why="The finding does not state it" /> : <>{formatNumber(value, 1)}</>

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
          <table className="table excursions">
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
                  Duration
                </th>
                <th scope="col" className="num">
                  Blind
                </th>
                <th scope="col">How it is known</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ finding, direction, extreme, thresholdV, atLeastS, atMostS }) => {
                const moment = momentRoute(overview, finding.subject, finding.raisedAtMs)
                return (
                  <tr key={finding.id}>
                    <th scope="row" className="nowrap event-time">
                      {time.dateTime(finding.raisedAtMs)}
                      {moment === null ? null : (
                        <>
                          {' '}
                          <a
                            className="no-print"
                            href={moment}
                            aria-label={`History at ${time.dateTime(finding.raisedAtMs)}`}
                          >
                            History
                          </a>
                        </>
                      )}
                    </th>
                    <td className="nowrap">
                      <Mark kind={severityKind(finding.severity)}>
                        {direction === 'over' ? 'overvoltage' : 'undervoltage'}
                      </Mark>
                      {finding.state === 'active' ? <strong> now</strong> : ''}
                    </td>
                    <td className="where" title={subjectName(overview, finding.subject)}>
                      {subjectName(overview, finding.subject)}
                    </td>
                    <td className="nowrap">{finding.phase ?? <Dash why="Not of one phase" />}</td>
                    <td className="num">
                      <strong>
                        <Volts value={extreme?.valueV ?? null} />
                      </strong>{' '}
                      <span className="dim">{extreme?.label ?? ''}</span>
                    </td>
                    <td className="num">
                      <Volts value={thresholdV} />
                    </td>
                    <td
                      className="num"
                      title="Bounds: polling saw it for at least the first, and not before or after the second"
                    >
                      {duration(atLeastS, atMostS)}
                    </td>
                    <td className="num">
                      {finding.blindMs === null ? (
                        <Dash why="How often it was read is not known" />
                      ) : (
                        formatPeriod(finding.blindMs)
                      )}
                    </td>
                    <td className="dim evidence" title={finding.evidence}>
                      {finding.evidence}
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
