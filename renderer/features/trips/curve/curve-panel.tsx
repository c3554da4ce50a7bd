import { useMemo, useState } from 'react'
import { CurveChart } from '../../../charts/curve/curve-chart.tsx'
import { MarginChart } from '../../../charts/curve/margin-chart.tsx'
import { formatAmperes, formatLimit } from '../../../format/number.ts'
import type { TimeFormat } from '../../../format/time.ts'
import {
  bandsOf,
  bandText,
  curveSummary,
  markedA,
  poleFacts,
  selectivityOf,
  shownCurrents,
  tableCurrents,
  type CurveDevice,
  type CurvePole,
  type PoleFacts,
} from './curve-facts.ts'
import './curve.css'

export interface CurvePanelProps {
  /** The breaker that is looked at first, then those that feed it. */
  readonly devices: readonly [CurveDevice, ...CurveDevice[]]
  readonly poles: readonly CurvePole[]
  /** How the readings are known, and what they could have missed. */
  readonly evidence: string
  readonly time: TimeFormat
  readonly cursorMs: number | null
  readonly markMs: number | null
  readonly pointAt: (atMs: number | null) => void
  readonly colours: string
}

const curveHeight = 330
const marginHeight = 130

const CurveTable = ({
  devices,
  cursorA,
}: {
  readonly devices: readonly CurveDevice[]
  readonly cursorA: number | null
}) => {
  const [device] = devices
  if (device === undefined) return null
  const currents = cursorA === null ? tableCurrents(device) : [cursorA, ...tableCurrents(device)]
  return (
    <table className="table is-dense curve-table">
      <caption className="dim">Trip time from cold at a steady current: earliest to latest of the model</caption>
      <thead>
        <tr>
          <th scope="col" className="num">
            current A
          </th>
          <th scope="col" className="num">
            times rating
          </th>
          {devices.map(({ id, name, model }) => (
            <th key={id} scope="col" className="num">
              {name} ({model.label})
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {currents.map((currentA, index) => (
          <tr
            key={`${index - (cursorA === null ? 0 : 1)}`}
            className={cursorA !== null && index === 0 ? 'is-pointed' : ''}
          >
            <th scope="row" className="num">
              {formatAmperes(currentA)}
            </th>
            <td className="num">{(currentA / device.model.effectiveA).toFixed(2)}</td>
            {devices.map((each) => (
              <td key={each.id} className="num">
                {bandText(each, currentA)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What is pointed at, always in the same place so that nothing moves. */
const Pointed = ({
  devices,
  cursorA,
}: {
  readonly devices: readonly CurveDevice[]
  readonly cursorA: number | null
}) => (
  <p className="curve-pointed dim" aria-live="off">
    {cursorA === null
      ? 'Point at a current, or use the arrow keys on the chart, for the times at it.'
      : `At ${formatAmperes(cursorA)} A from cold: ${devices.map((device) => `${device.name} ${bandText(device, cursorA)}`).join('; ')}.`}
  </p>
)

const marginSeries = (facts: readonly PoleFacts[], atMs: readonly number[]) =>
  facts.map(({ trail, moments }) => {
    const at = new Map(moments.map((moment) => [moment.atMs, moment]))
    return {
      label: trail.label,
      colour: trail.colour,
      cold: atMs.map((ms) => at.get(ms)?.earlyCold ?? null),
      hot: atMs.map((ms) => at.get(ms)?.earlyHot ?? null),
    }
  })

/** Time-current curves of a breaker and of those above it, with what its poles carried; takes props, knows no store. */
export const CurvePanel = (props: CurvePanelProps) => {
  const { devices, poles, evidence, time, cursorMs, markMs, pointAt, colours } = props
  const [device] = devices
  const [cursorA, setCursorA] = useState<number | null>(null)
  const bands = useMemo(() => bandsOf(devices), [devices])
  const facts = useMemo(() => poleFacts(device, poles), [device, poles])
  const trails = useMemo(
    () =>
      facts.map(({ trail }, index) => ({ ...trail, markedA: poles[index] ? markedA(poles[index], cursorMs) : null })),
    [facts, poles, cursorMs],
  )
  const sentences = useMemo(() => selectivityOf(devices), [devices])
  const [fromA, toA] = shownCurrents(devices)
  const atMs = useMemo(() => facts[0]?.moments.map((moment) => moment.atMs) ?? [], [facts])
  const series = useMemo(() => marginSeries(facts, atMs), [facts, atMs])
  const summary = curveSummary(devices, facts)
  return (
    <div className="curve-panel">
      <CurveChart
        title={`Time-current curve of ${device.name}`}
        bands={bands}
        trails={trails}
        fromA={fromA}
        toA={toA}
        evidence={evidence}
        summary={summary}
        cursorA={cursorA}
        point={setCursorA}
        height={curveHeight}
        colours={colours}
      />
      <Pointed devices={devices} cursorA={cursorA} />
      {poles.length === 0 ? null : (
        <MarginChart
          title="Thermal margin used, early bound"
          atMs={atMs}
          series={series}
          time={time}
          summary={`Thermal margin used over time on the early bound of ${device.name}. ${summary}`}
          cursorMs={cursorMs}
          markMs={markMs}
          point={pointAt}
          height={marginHeight}
          colours={colours}
        />
      )}
      <section className="panel curve-words" aria-label="What the curves say">
        <ul>
          <li>
            {device.model.label}: carries {formatLimit(Math.round(device.model.conventional.noTripA * 10) / 10)} A for{' '}
            {device.model.conventional.seconds / 3600} h, trips within it at{' '}
            {formatLimit(Math.round(device.model.conventional.tripA * 10) / 10)} A ({device.model.conventional.clause}).
          </li>
          {sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
          <li className="dim">Basis: {device.model.basis}.</li>
          <li className="dim">
            Points: the largest RMS current over 1 s to 10 min of what was read; solid path: the latest time above the
            rating; triangles: now, or at the time cursor. A poll cannot show inrush or a short circuit.
          </li>
        </ul>
        <details>
          <summary>View as table</summary>
          <CurveTable devices={devices} cursorA={cursorA} />
        </details>
      </section>
    </div>
  )
}
