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

type Span = (typeof spans)[number]
interface Range {
  readonly fromMs: number
  readonly toMs: number
}

/** What is drawn of an incident, by chart. Limits of many chargers would hide their currents. */
interface TimelineLines {
  readonly currents: readonly IncidentLine[]
  readonly voltages: readonly IncidentLine[]
  readonly chargers: readonly IncidentLine[]
  readonly limits: readonly IncidentLine[]
}

const timelineLines = (incident: Incident): TimelineLines => {
  const { circuitId } = incident
  const chargers = linesOf(incident, 'charger', () => true)
  return {
    currents: linesOf(incident, 'current', (key) => circuitId === null || key.startsWith(`i:${circuitId}:`)),
    voltages: linesOf(incident, 'voltage', () => true),
    chargers,
    limits: chargers.length <= 4 ? linesOf(incident, 'limit', () => true) : [],
  }
}

const ReadingsTable = ({
  times,
  range,
  lines,
}: {
  readonly times: Incident['times']
  readonly range: Range
  readonly lines: readonly IncidentLine[]
}) => {
  const time = useTimeFormat()
  return (
    <div className="table-scroll timeline-table" role="region" aria-label="Readings as a table" tabIndex={0}>
      <table className="table is-dense">
        <thead>
          <tr>
            <th scope="col">Time</th>
            {lines.map(({ key, label, unit }) => (
              <th key={key} scope="col" className="num">
                {label}, {unit}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((at, index) =>
            at < range.fromMs || at > range.toMs ? null : (
              <tr key={at}>
                <th scope="row">{time.clock(at)}</th>
                {lines.map(({ key, values }) => (
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
  )
}

const TimelineCharts = ({
  incident,
  range,
  lines: { currents, voltages, chargers, limits },
}: {
  readonly incident: Incident
  readonly range: Range
  readonly lines: TimelineLines
}) => {
  const time = useTimeFormat()
  const cursorMs = useCursor((state) => state.atMs)
  const evidence = incident.evidence as { circuit?: { ratingA?: number | null; name?: string } | null }
  const rating = evidence.circuit?.ratingA ?? null
  const chart = {
    times: incident.times,
    range,
    momentMs: incident.atMs,
    cursorMs,
    onCursor: pointAt,
    clock: time.clock,
  }
  return (
    <>
      <IncidentChart
        {...chart}
        title="Current"
        summary={summaryOf(currents)}
        lines={currents}
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
          lines={[...chargers, ...limits]}
          height={120}
        />
      )}
    </>
  )
}

const WhatChanged = ({ incident, range }: { readonly incident: Incident; readonly range: Range }) => {
  const time = useTimeFormat()
  const changes = incident.changes.filter(({ atMs }) => atMs >= range.fromMs && atMs <= range.toMs)
  return (
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
  )
}

/** Currents, voltages and chargers on one axis of time, and what changed beside them. */
export const IncidentTimeline = ({ incident }: { readonly incident: Incident }) => {
  const [span, setSpan] = useState<Span>(spans[1])
  const [isTable, setTable] = useState(false)
  const range = { fromMs: incident.atMs - span.beforeMs, toMs: incident.atMs + span.afterMs }
  const lines = timelineLines(incident)
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
        <ReadingsTable
          times={incident.times}
          range={range}
          lines={[...lines.currents, ...lines.voltages, ...lines.chargers]}
        />
      ) : (
        <TimelineCharts incident={incident} range={range} lines={lines} />
      )}
      <p className="dim">How it is known: {incident.seriesBasis}.</p>
      <h3>What changed</h3>
      <WhatChanged incident={incident} range={range} />
    </section>
  )
}
