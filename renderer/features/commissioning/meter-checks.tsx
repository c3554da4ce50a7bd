import type { WiringCheck } from '../../../shared/wiring/check-result.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark } from '../../ui/mark.tsx'
import { formatNumber } from '../../format/number.ts'
import { routeTo } from '../../state/route.ts'
import { MeterLimits } from './meter-limits.tsx'
import { stateWords } from './wiring-words.ts'

const digitsOf = (value: number): number => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)

const Numbers = ({ check }: { readonly check: WiringCheck }) =>
  check.numbers.length === 0 ? null : (
    <details className="check-numbers">
      <summary>
        {check.numbers.length} {check.numbers.length === 1 ? 'number' : 'numbers'}
      </summary>
      <dl className="facts">
        {check.numbers.map(({ label, value, unit }) => (
          <div key={label} className="check-number">
            <dt>{label}</dt>
            <dd className="num">
              {formatNumber(value, digitsOf(value))} {unit === '1' ? '' : unit === 'deg' ? '°' : unit}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )

const CheckRow = ({ check }: { readonly check: WiringCheck }) => {
  const { word, kind } = stateWords[check.state]
  return (
    <tr data-check={check.id} data-state={check.state}>
      <td className="nowrap">
        <Mark kind={kind}>{word}</Mark>
      </td>
      <th scope="row" className="check-title">
        {check.title}
      </th>
      <td className={check.state === 'not-assessed' ? 'dim' : ''}>
        {check.says}
        {check.toCheck === null ? null : (
          <div className="check-what">
            <strong>Check:</strong> {check.toCheck}.
          </div>
        )}
        <Numbers check={check} />
      </td>
      <td className="num nowrap">
        {check.confidence === null ? <Dash why="Not assessed" /> : `${formatNumber(check.confidence * 100, 0)} %`}
      </td>
    </tr>
  )
}

/** All passive checks of one meter, the worst first. */
export const MeterChecks = ({
  meterId,
  name,
  checks,
}: {
  readonly meterId: string
  readonly name: string
  readonly checks: readonly WiringCheck[]
}) => {
  const sorted = checks.toSorted((a, b) => stateWords[a.state].rank - stateWords[b.state].rank)
  return (
    <section className="panel table-scroll" aria-label={`Checks of ${name}`} tabIndex={0}>
      <h2>{name}</h2>
      <MeterLimits meterId={meterId} />
      <nav className="row no-print" aria-label="Where to look and to change">
        <a href={routeTo('site', meterId)}>Its entry in the site editor</a>
        <a href={routeTo('meters', meterId)}>Its values and registers</a>
        <a href={routeTo('commissioning', null, { tab: 'test' })}>Test it with a charger below</a>
      </nav>
      <table className="table wiring-checks">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Check</th>
            <th scope="col">What was found</th>
            <th scope="col" className="num">
              Confidence
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((check) => (
            <CheckRow key={check.id} check={check} />
          ))}
        </tbody>
      </table>
    </section>
  )
}
