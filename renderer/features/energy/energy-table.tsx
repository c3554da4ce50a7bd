import type { EnergyLine, EnergyReport } from '../../../shared/energy-report/report-schema.ts'
import { formatNumber } from '../../format/number.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark } from '../../ui/mark.tsx'
import {
  billingWords,
  coverageText,
  groupingWords,
  kindWords,
  kwhText,
  momentText,
  noEnergyWhy,
} from './energy-words.ts'

const Peak = ({ peak }: { readonly peak: EnergyLine['peak'] }) => {
  const time = useTimeFormat()
  if (peak === null) return <Dash why="No quarter of an hour was measured whole, or it is a part of others" />
  return (
    <>
      {formatNumber(peak.kW, 2)} <span className="dim nowrap">{momentText(time, peak.fromMs)}</span>
    </>
  )
}

const Row = ({ line, isOne }: { readonly line: EnergyLine; readonly isOne: boolean }) => {
  const { importKwh, exportKwh, gapKwh, coverage, register, money, billing } = line
  return (
    <tr className={line.kind === 'period' ? 'energy-part' : ''}>
      <th scope="row">
        {line.name} <span className="dim">{isOne ? '' : kindWords[line.kind]}</span>
      </th>
      <td className="num">{importKwh === null ? <Dash why={noEnergyWhy(line)} /> : kwhText(importKwh)}</td>
      <td className="num">{importKwh === null ? '' : gapKwh === 0 ? '0' : kwhText(gapKwh)}</td>
      <td className="num">
        {exportKwh === null ? <Dash why="It tells no exported energy, or this is a difference" /> : kwhText(exportKwh)}
      </td>
      <td className="num">
        <Peak peak={line.peak} />
      </td>
      <td className="num">
        {coverage === null ? <Dash why="A share of others has no coverage of its own" /> : coverageText(coverage)}
      </td>
      {isOne ? (
        <td className="num">
          {register === null ? (
            <Dash why="It tells no register that goes on" />
          ) : (
            <>
              {kwhText(register.first.kwh)} <span className="dim">to</span> {kwhText(register.last.kwh)}
            </>
          )}
        </td>
      ) : (
        <td className="num">
          {money === null ? <Dash why="No tariff, no energy, or a part of others" /> : formatNumber(money.amount, 2)}
        </td>
      )}
      <td>
        <Mark kind={billing.use === 'no' ? 'warning' : 'info'}>{billingWords[billing.use]}</Mark>{' '}
        <span className="dim">{billing.why}</span>
      </td>
    </tr>
  )
}

/** One row an account, meter, charger or part of the day; beside each number whether it may be billed by. */
export const EnergyTable = ({ report }: { readonly report: EnergyReport }) => {
  const isOne = report.grouping === 'meter' || report.grouping === 'charger'
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Energy">
      <table className="table is-dense energy-table">
        <thead>
          <tr>
            <th scope="col">{groupingWords[report.grouping]}</th>
            <th scope="col" className="num">
              Import kWh
            </th>
            <th scope="col" className="num">
              In gaps kWh
            </th>
            <th scope="col" className="num">
              Export kWh
            </th>
            <th scope="col" className="num">
              Highest 15 min kW
            </th>
            <th scope="col" className="num">
              Coverage
            </th>
            <th scope="col" className="num">
              {isOne ? 'Register kWh' : `Money ${report.currency}`}
            </th>
            <th scope="col">May it be billed by?</th>
          </tr>
        </thead>
        <tbody>
          {report.lines.map((line) => (
            <Row key={line.id} line={line} isOne={isOne} />
          ))}
          {report.lines.length > 0 ? null : (
            <tr>
              <td colSpan={8}>There is nothing of this kind on the site.</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  )
}
