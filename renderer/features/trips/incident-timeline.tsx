import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Incident } from '../../../shared/forensics/incident.ts'
import { IncidentChart, type IncidentLine } from '../../charts/incident-chart.tsx'
import { pointAt, useCursor } from '../../state/cursor.ts'
import { useTimeFormat } from '../../state/site-facts.ts'

const spans = [
  { label: '1 min', beforeMs: 40_000, afterMs: 20_000 },
  { label: '4 min', beforeMs: 150_000, afterMs: 90_000 },
  { label: '30 min', beforeMs: 900_000, afterMs: 900_000 },
] as const

const phaseColour = (key: string): string => {
  const phase = /:L([123])$/.exec(key)?.[1]
  return phase === undefined ? 'var(--ts-dim)' : `var(--ts-phase-${phase})`
}
const chargerColours = [
  'var(--ts-phase-1)',
  'var(--ts-link)',
  'var(--ts-phase-2)',
  'var(--ts-control)',
  'var(--ts-phase-3)',
  'var(--ts-dim)',
]

const linesOf = (
  incident: Incident,
  group: Incident['series'][number]['group'],
  keep: (key: string) => boolean,
): readonly IncidentLine[] =>
  incident.series
    .filter((series) => series.group === group && keep(series.key) && series.values.some((value) => value !== null))
    .map((series, index) => ({
      key: series.key,
      label: series.label,
      unit: series.unit,
      values: series.values,
      colour:
        group === 'charger' || group === 'limit'
          ? (chargerColours[index % chargerColours.length] ?? 'var(--ts-dim)')
          : phaseColour(series.key),
      isDashed: group === 'limit',
    }))

const summaryOf = (lines: readonly IncidentLine[]): string => {
  const known = lines.flatMap(({ values }) => values.filter((value): value is number => value !== null))
  if (known.length === 0) return 'nothing was read.'
  const [unit] = lines.map((line) => line.unit)
  return `${String(lines.length)} lines, ${Math.min(...known).toFixed(1)} to ${Math.max(...known).toFixed(1)} ${unit ?? ''} within what is kept.`
}

/** Currents, voltages and chargers on one axis of time, and what changed beside them. */
export const IncidentTimeline = ({ incident }: { readonly incident: Incident }) => {
  const time = useTimeFormat()
  const cursorMs = useCursor((state) => state.atMs)
  const [span, setSpan] = useState<(typeof spans)[number]>(spans[1])
  const [isTable, setTable] = useState(false)
  const range = { fromMs: incident.atMs - span.beforeMs, toMs: incident.atMs + span.afterMs }
  const evidence = incident.evidence as { circuit?: { ratingA?: number | null; name?: string } | null }
  const rating = evidence.circuit?.ratingA ?? null
  const own = linesOf(
    incident,
    'current',
    (key) => incident.circuitId === null || key.startsWith(`i:${incident.circuitId}:`),
  )
  const voltages = linesOf(incident, 'voltage', () => true)
  const chargers = linesOf(incident, 'charger', () => true)
  const chart = {
    times: incident.times,
    range,
    momentMs: incident.atMs,
    cursorMs,
    onCursor: pointAt,
    clock: time.clock,
  }
  const changes = incident.changes.filter(({ atMs }) => atMs >= range.fromMs && atMs <= range.toMs)
  return (
    <section className="panel stack" aria-label="Timeline">
      <div className="row">
        <h2 className="grow">Timeline: {incident.circuitName ?? incident.siteName}</h2>
        <div className="row no-print" role="group" aria-label="Span of the timeline">
          {spans.map((each) => (
            <Button
              key={each.label}
              size="compact-sm"
              variant={each === span ? 'filled' : 'default'}
              aria-pressed={each === span}
              onClick={() => setSpan(each)}
            >
              {each.label}
            </Button>
          ))}
          <Button size="compact-sm" variant="default" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? 'As charts' : 'As table'}
          </Button>
        </div>
      </div>
      {isTable ? (
        <div className="table-scroll timeline-table" role="region" aria-label="Readings as a table" tabIndex={0}>
          <table className="table is-dense">
            <thead>
              <tr>
                <th scope="col">Time</th>
                {[...own, ...voltages, ...chargers].map(({ key, label, unit }) => (
                  <th key={key} scope="col" className="num">
                    {label}, {unit}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {incident.times.map((at, index) =>
                at < range.fromMs || at > range.toMs ? null : (
                  <tr key={at}>
                    <th scope="row">{time.clock(at)}</th>
                    {[...own, ...voltages, ...chargers].map(({ key, values }) => (
                      <td key={key} className="num">
                        {values[index]?.toFixed(1) ?? '–'}
                      </td>
                    ))}
                  </tr>
                ),
              )}
            </tbody>
          </table>
        </div>
      ) : (
        <>
          <IncidentChart
            {...chart}
            title="Current"
            summary={summaryOf(own)}
            lines={own}
            levels={rating === null ? [] : [{ value: rating, label: `rating ${String(rating)} A` }]}
          />
          {voltages.length === 0 ? null : (
            <IncidentChart
              {...chart}
              title="Voltage"
              summary={summaryOf(voltages)}
              lines={voltages}
              height={110}
              fromZero={false}
            />
          )}
          {chargers.length === 0 ? null : (
            <IncidentChart
              {...chart}
              title="Chargers"
              summary={summaryOf(chargers)}
              lines={[...chargers, ...(chargers.length <= 4 ? linesOf(incident, 'limit', () => true) : [])]}
              height={120}
            />
          )}
        </>
      )}
      <p className="dim">How it is known: {incident.seriesBasis}.</p>
      <h3>What changed</h3>
      <div className="table-scroll changes" role="region" aria-label="What changed" tabIndex={0}>
        <table className="table is-dense">
          <tbody>
            {changes.map((change, index) => (
              <tr key={index} className={change.kind === 'incident' ? 'is-moment' : ''}>
                <td className="nowrap">
                  <button type="button" className="link" onClick={() => pointAt(change.atMs)}>
                    {time.clock(change.atMs)}
                  </button>
                </td>
                <td className="num">{((change.atMs - incident.atMs) / 1000).toFixed(0)} s</td>
                <td>{change.text}</td>
              </tr>
            ))}
            {changes.length === 0 ? (
              <tr>
                <td>Nothing changed in this span.</td>
              </tr>
            ) : null}
          </tbody>
        </table>
      </div>
    </section>
  )
}
