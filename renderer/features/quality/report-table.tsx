import type { QualityReport, QualityReportRow } from '../../../shared/api/quality-contract.ts'
import { formatNumber } from '../../format/number.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark } from '../../ui/mark.tsx'

export const verdictWords = { within: 'within', outside: 'outside', unknown: 'unknown' } as const

const share = ({ counted, inside }: QualityReportRow['all']): string =>
  counted === 0 ? '–' : `${inside} of ${counted} (${formatNumber(Math.floor((inside / counted) * 10_000) / 100, 2)} %)`

const Verdict = ({ verdict }: { readonly verdict: QualityReportRow['all']['verdict'] }) => (
  <Mark kind={verdict === 'outside' ? 'warning' : verdict === 'within' ? 'normal' : 'unknown'}>
    {verdictWords[verdict]}
  </Mark>
)
const Value = ({ value, unit }: { readonly value: number | null; readonly unit: string }) =>
  value === null ? (
    <Dash why="No interval of this week has a value" />
  ) : (
    <>{formatNumber(value, unit === 'Hz' ? 3 : 2)}</>
  )

/** One row a rule and phase: counts with all intervals and without the flagged ones, each with its verdict. */
export const ReportTable = ({ report }: { readonly report: QualityReport }) => (
  <div className="table-scroll" tabIndex={0} role="region" aria-label="Statistics of the week">
    <table className="table is-dense">
      <thead>
        <tr>
          <th scope="col">Quantity</th>
          <th scope="col">Phase</th>
          <th scope="col">Rule</th>
          <th scope="col">All intervals inside</th>
          <th scope="col">Verdict</th>
          <th scope="col">Unflagged inside</th>
          <th scope="col">Verdict</th>
          <th scope="col" className="num">
            Lowest
          </th>
          <th scope="col" className="num">
            95 %
          </th>
          <th scope="col" className="num">
            Highest
          </th>
        </tr>
      </thead>
      <tbody>
        {report.rows.map((row) => (
          <tr key={`${row.group} ${row.phase} ${row.rule}`}>
            <th scope="row">{row.group}</th>
            <td>{row.phase}</td>
            <td>{row.rule}</td>
            <td className="nowrap">{share(row.all)}</td>
            <td>
              <Verdict verdict={row.all.verdict} />
            </td>
            <td className="nowrap">{share(row.unflagged)}</td>
            <td>
              <Verdict verdict={row.unflagged.verdict} />
            </td>
            {[row.lowest, row.p95, row.highest].map((value, index) => (
              <td key={index} className="num">
                <Value value={value} unit={row.unit} /> <span className="dim">{value === null ? '' : row.unit}</span>
              </td>
            ))}
          </tr>
        ))}
        {report.rows.length > 0 ? null : (
          <tr>
            <td colSpan={10}>No interval of ten minutes of this week has been kept yet.</td>
          </tr>
        )}
      </tbody>
    </table>
  </div>
)
