import type { SocketTest } from '../../../shared/api/commissioning-contract.ts'
import { formatNumber } from '../../format/number.ts'
import { useSite } from '../../state/live.ts'
import { meterOf } from '../../state/site-facts.ts'
import { Dash } from '../../ui/dash.tsx'
import { PhaseLabel } from '../../ui/mark.tsx'
import { answerText, milliohm, type Answer } from './test-words.ts'

const phases = ['L1', 'L2', 'L3'] as const

const Cell = ({ answer }: { readonly answer: Answer }) => {
  const ohm = milliohm(answer.ohm)
  return (
    <td
      className={`num matrix-cell ${answer.responds ? 'is-answer' : 'dim'}`}
      title={`noise ${formatNumber(answer.noiseA, 2)} A`}
    >
      {answer.stepA === null ? <Dash why="Not read" /> : answerText(answer)}
      <div className="dim">{ohm ?? '\u00a0'}</div>
    </td>
  )
}

/** Charger against meters and phases: what each did at its steps. Filled darker where it answered. */
export const MatrixTable = ({ test }: { readonly test: SocketTest }) => {
  const overview = useSite((state) => state.overview)
  return (
    <table className="table is-dense matrix">
      <caption>
        Steps {test.steps} of {test.ofSteps}: medians of ten readings before and after each, up and down together
      </caption>
      <thead>
        <tr>
          <th scope="col">Meter</th>
          {phases.map((phase) => (
            <th key={phase} scope="col" className="num">
              <PhaseLabel phase={phase} />
            </th>
          ))}
          <th scope="col" className="num">
            Follows within
          </th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">The charger itself (T1, T2, T3)</th>
          {phases.map((phase, index) => {
            const step = test.terminalStepA[index] ?? null
            return (
              <td key={phase} className="num matrix-cell">
                {step === null ? <Dash why="It does not say" /> : `${formatNumber(step, 1)} A`}
                <div className="dim">{milliohm(test.terminalOhm[index] ?? null) ?? '\u00a0'}</div>
              </td>
            )
          })}
          <td />
        </tr>
        {test.matrix.map(({ meterId, isAbove, phases: answers, settleMs }) => (
          <tr key={meterId}>
            <th scope="row">
              {meterOf(overview, meterId)?.name ?? meterId}
              <div className="dim">{isAbove ? 'feeds it' : 'elsewhere'}</div>
            </th>
            {phases.map((phase) => (
              <Cell key={phase} answer={answers[phase]} />
            ))}
            <td className="num">
              {settleMs === null ? <Dash why="It did not move" /> : `${formatNumber(settleMs / 1000, 0)} s`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
