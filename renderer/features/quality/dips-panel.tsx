import { Button, NativeSelect } from '@mantine/core'
import { useCallback, useMemo, useState } from 'react'
import type { PowerEvent } from '../../../shared/api/quality-contract.ts'
import { EventChart } from '../../charts/event-chart.tsx'
import { EventTimeline } from '../../charts/event-timeline.tsx'
import { useColourScheme } from '../../state/colour-scheme.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Empty, Loading, Notice } from '../../ui/notice.tsx'
import { EventDetail } from './event-detail.tsx'
import { filterEvents, isSevere, noEventFilter, pointsOf, sourcesOf, type EventFilter } from './event-filter.ts'
import { EventTable } from './event-table.tsx'
import { kindWords } from './quality-words.ts'

const spans = [
  { value: '3600000', label: 'Last hour' },
  { value: '86400000', label: 'Last 24 hours' },
  { value: '604800000', label: 'Last 7 days' },
  { value: '2592000000', label: 'Last 30 days' },
  { value: '31536000000', label: 'Last year' },
]
const any = { value: '', label: 'any' }
const phaseChoices = [any, ...['L1', 'L2', 'L3'].map((phase) => ({ value: phase, label: phase }))]
const truthChoices = [any, ...['sampled', 'meter event', 'polled RMS'].map((kind) => ({ value: kind, label: kind }))]
const depthChoices = [
  any,
  ...[90, 80, 70, 40, 5].map((percent) => ({ value: String(percent), label: `${percent} % or less` })),
]
const lengthChoices = [
  any,
  { value: '20', label: '20 ms' },
  { value: '200', label: '200 ms' },
  { value: '500', label: '500 ms' },
  { value: '1000', label: '1 s' },
  { value: '5000', label: '5 s' },
]

const numberOf = (text: string): number | null => (text === '' ? null : Number(text))

export interface EventRange {
  readonly spanMs: number
  readonly toMs: number
}

/** What is drawn of ten thousand events is made anew with them, not with every frame of the site. */
const useDrawnEvents = (events: readonly PowerEvent[]) => {
  const time = useTimeFormat()
  const drawn = useMemo(
    () => ({
      points: pointsOf(events),
      marks: events.map((event) => ({
        id: event.id,
        atMs: event.fromMs,
        isSevere: isSevere(event),
        isBound: event.names === null,
      })),
      byId: new Map(events.map((event) => [event.id, event])),
    }),
    [events],
  )
  const { byId } = drawn
  const labelOf = useCallback(
    (id: string, count: number): string => {
      const event = byId.get(id)
      if (event === undefined) return ''
      const others = count > 1 ? `, and ${count - 1} more here` : ''
      return `${time.dateTime(event.fromMs)}, ${kindWords[event.kind]}, ${event.truth}${others}`
    },
    [byId, time],
  )
  return { ...drawn, labelOf }
}

/** Dips, swells, interruptions and polled excursions of a time, joined over all who saw them. */
export const DipsPanel = ({
  range,
  setRange,
  again,
  read,
}: {
  readonly range: EventRange
  readonly setRange: (spanMs: number) => void
  readonly again: () => void
  readonly read: {
    readonly value: { readonly events: readonly PowerEvent[]; readonly sinceMs: number } | null
    readonly why: string | null
  }
}) => {
  const [filter, setFilter] = useState<EventFilter>(noEventFilter)
  const [chosenId, choose] = useState<string | null>(null)
  const time = useTimeFormat()
  const colours = useColourScheme()
  const all = useMemo(() => read.value?.events ?? [], [read.value])
  const events = useMemo(() => filterEvents(all, filter), [all, filter])
  const { points, marks, byId, labelOf } = useDrawnEvents(events)
  const sources = useMemo(() => [any, ...sourcesOf(all)], [all])
  const chosen = byId.get(chosenId ?? '') ?? events[0] ?? null
  const fromMs = range.toMs - range.spanMs
  const ends = useMemo(() => [time.dateTime(fromMs), time.dateTime(range.toMs)] as const, [time, fromMs, range.toMs])
  const select = (key: keyof EventFilter, label: string, data: readonly { value: string; label: string }[]) => (
    <NativeSelect
      label={label}
      value={filter[key] === null ? '' : String(filter[key])}
      onChange={({ currentTarget: { value } }) =>
        setFilter({
          ...filter,
          [key]: key === 'belowPercent' || key === 'fromMs' ? numberOf(value) : value,
        })
      }
      data={[...data]}
    />
  )
  return (
    <div className="stack">
      <div className="row no-print quality-tools">
        <NativeSelect
          label="Time"
          value={String(range.spanMs)}
          onChange={(event) => setRange(Number(event.currentTarget.value))}
          data={spans}
        />
        {select('phase', 'Phase', phaseChoices)}
        {select('belowPercent', 'Depth', depthChoices)}
        {select('fromMs', 'At least', lengthChoices)}
        {select('truth', 'Known as', truthChoices)}
        {select('source', 'Source or circuit', sources)}
        <Button variant="default" onClick={again}>
          Read again
        </Button>
      </div>
      {read.why === null ? null : (
        <Notice tone="alarm" live title="The events could not be read">
          {read.why}
        </Notice>
      )}
      {read.value === null && read.why === null ? <Loading what="the events" /> : null}
      {read.value !== null && read.value.sinceMs > fromMs ? (
        <Notice tone="warn" title={`Only events since ${time.dateTime(read.value.sinceMs)} were read`}>
          The history of this time has too many rows for one answer. Choose a shorter time.
        </Notice>
      ) : null}
      {read.value === null ? null : (
        <>
          <EventTimeline
            events={marks}
            labelOf={labelOf}
            fromMs={fromMs}
            toMs={range.toMs}
            ends={ends}
            chosenId={chosen?.id ?? null}
            choose={choose}
          />
          {events.length === 0 ? (
            <Empty title={all.length === 0 ? 'No voltage event in this time' : 'No event passes the filter'}>
              Sampled sources see every half cycle; polled meters see what lasts longer than the time between their
              reads.
            </Empty>
          ) : (
            <div className="quality-dips">
              <section className="panel" aria-label="List of events">
                <EventTable events={events} chosenId={chosen?.id ?? null} choose={choose} />
              </section>
              <EventChart
                points={points}
                chosenId={chosen?.id ?? null}
                choose={choose}
                evidence="Sampled, or from a meter’s own log; polls are no points"
                height={300}
                colours={colours}
              />
            </div>
          )}
          {chosen === null ? null : <EventDetail key={chosen.id} event={chosen} />}
        </>
      )}
    </div>
  )
}
