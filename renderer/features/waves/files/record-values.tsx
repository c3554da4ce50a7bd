import type { WaveFileTrace } from '../../../../shared/api/wave-files-contract.ts'
import { secondsText } from '../../../charts/record-data.ts'
import { formatNumber } from '../../../format/number.ts'
import { Dash } from '../../../ui/dash.tsx'
import { againstFirst } from './against-first.ts'
import type { CursorAnswer } from './use-wave-file.ts'

const digits = (value: number): number => {
  const size = Math.abs(value)
  return size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3
}
const Value = ({ value, why }: { readonly value: number | null | undefined; readonly why: string }) =>
  value == null ? <Dash why={why} /> : <>{formatNumber(value, digits(value))}</>

const noWave = 'No whole cycle of samples around the cursor, or no waveform'

/** One row a trace, in step with the cursors of the plots. */
export const RecordValues = ({
  traces,
  chosen,
  here,
  there,
  spanS,
  cycle,
}: {
  readonly traces: readonly WaveFileTrace[]
  readonly chosen: readonly number[]
  readonly here: CursorAnswer | null
  readonly there: CursorAnswer | null
  readonly spanS: number
  readonly cycle: string
}) => {
  const find = (answer: CursorAnswer | null, trace: number) => answer?.traces.find((each) => each.trace === trace)
  const turned = againstFirst(here, traces)
  return (
    <section className="panel wave-values" aria-label="Values at the cursors">
      <h2>
        Values <span className="dim">{here === null ? 'at the cursor' : `at ${secondsText(here.atS, spanS)}`}</span>
      </h2>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Values of the traces at the cursors">
        <table className="table is-dense">
          <thead>
            <tr>
              <th scope="col">Trace</th>
              <th scope="col" className="num">
                Instant
              </th>
              <th scope="col" className="num" title="Instant at the cursor less instant at the second cursor">
                Difference
              </th>
              <th scope="col" className="num" title={`Over one cycle around the cursor: ${cycle}`}>
                RMS
              </th>
              <th scope="col" className="num" title="Of the fundamental, against the first voltage">
                Angle
              </th>
              <th scope="col">Unit</th>
            </tr>
          </thead>
          <tbody>
            {chosen.map((number) => {
              const trace = traces[number]
              const [own, other] = [find(here, number), find(there, number)]
              const difference = own?.instant == null || other?.instant == null ? null : own.instant - other.instant
              const angle = turned(own?.angleDeg)
              return (
                <tr key={number}>
                  <th scope="row">{trace?.name}</th>
                  <td className="num">
                    <Value value={own?.instant} why="No sample at the cursor" />
                  </td>
                  <td className="num">
                    <Value value={difference} why="No second cursor, or no sample there" />
                  </td>
                  <td className="num">
                    <Value value={own?.rms} why={noWave} />
                  </td>
                  <td className="num">{angle === null ? <Dash why={noWave} /> : `${formatNumber(angle, 1)}°`}</td>
                  <td>{trace?.unit === '' ? <Dash why="The file states no unit" /> : trace?.unit}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      <p>
        Frequency{' '}
        {here?.frequencyHz == null ? (
          <Dash why="No wave of some cycles around the cursor" />
        ) : (
          `${formatNumber(here.frequencyHz, 3)} Hz`
        )}{' '}
        <span className="dim">around the cursor</span>
      </p>
    </section>
  )
}
