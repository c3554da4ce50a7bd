import { NativeSelect, TextInput } from '@mantine/core'
import { useCallback, useRef } from 'react'
import type { SiteEvent } from '../../../shared/model/event.ts'
import { plural } from '../../format/number.ts'
import { useSite } from '../../state/live.ts'
import { momentRoute } from '../../state/moment.ts'
import { subjectName, useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty } from '../../ui/notice.tsx'
import { severityKind, severityWord } from '../../ui/severity.ts'
import { Dash } from '../../ui/dash.tsx'
import { useViewKey } from '../../state/view-keys.ts'
import { Truth } from '../../ui/truth.tsx'
import { truthOf } from './event-truth.ts'
import { filterEvents, noFilter, subjectKey, type EventFilter } from './event-filter.ts'

/** Drawn at once; more is a wait without use. The filters reach all rows, and the export holds them. */
const mostRows = 300

/** A finding's title, which the message of its raising takes for granted; that of its end says it. */
const titleOf = ({ kind, data }: SiteEvent) => {
  const title = data?.['title']
  return kind === 'finding-raised' && typeof title === 'string' ? <strong>{title}. </strong> : null
}

/** "finding raised": the kinds are words already, joined for the record. */
const kindText = (kind: string): string => kind.replaceAll('-', ' ')

const unique = (values: readonly string[]): readonly string[] =>
  [...new Set(values)].filter((value) => value !== '').sort()

const Filters = ({
  rows,
  filter,
  change,
}: {
  readonly rows: readonly SiteEvent[]
  readonly filter: EventFilter
  readonly change: (filter: EventFilter) => void
}) => {
  const text = useRef<HTMLInputElement>(null)
  useViewKey(
    '/',
    useCallback(() => text.current?.focus(), []),
  )
  return (
    <div className="row no-print event-filters" role="group" aria-label="Filters">
      <NativeSelect
        label="Kind"
        value={filter.kind}
        onChange={(event) => change({ ...filter, kind: event.currentTarget.value })}
        data={[
          { value: '', label: 'All kinds' },
          ...unique(rows.map((row) => row.kind)).map((kind) => ({ value: kind, label: kindText(kind) })),
        ]}
      />
      <NativeSelect
        label="Severity"
        value={filter.severity}
        onChange={(event) => change({ ...filter, severity: event.currentTarget.value })}
        data={[
          { value: '', label: 'All' },
          { value: 'warning', label: 'Warning and critical' },
          { value: 'critical', label: 'Critical' },
        ]}
      />
      <NativeSelect
        label="Subject"
        value={filter.subject}
        onChange={(event) => change({ ...filter, subject: event.currentTarget.value })}
        data={[{ value: '', label: 'All' }, ...unique(rows.map(subjectKey)).map((key) => ({ value: key, label: key }))]}
      />
      <TextInput
        ref={text}
        label="Text"
        placeholder="in the message"
        value={filter.text}
        onChange={(event) => change({ ...filter, text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
    </div>
  )
}

export const EventList = ({
  rows,
  filter,
  change,
}: {
  readonly rows: readonly SiteEvent[]
  readonly filter: EventFilter
  readonly change: (filter: EventFilter) => void
}) => {
  const overview = useSite((state) => state.overview)
  const time = useTimeFormat()
  const shown = filterEvents(rows, filter)
  return (
    <div className="stack">
      <Filters rows={rows} filter={filter} change={change} />
      {shown.length === 0 ? (
        <Empty title={rows.length === 0 ? 'No event in this time' : 'No event passes the filters'}>
          {rows.length === 0 ? (
            'Choose a longer time above.'
          ) : (
            <button type="button" className="plain-button" onClick={() => change(noFilter)}>
              <u>Clear the filters</u>
            </button>
          )}
        </Empty>
      ) : (
        <div className="panel table-scroll" role="region" aria-label="Events" tabIndex={0}>
          <p className="dim">
            {plural(shown.length, 'event')}
            {shown.length > mostRows ? `, the newest ${mostRows} shown; the export holds all` : ''}
          </p>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Severity</th>
                <th scope="col">Kind</th>
                <th scope="col">Subject</th>
                <th scope="col">Known as</th>
                <th scope="col">What happened</th>
                <th scope="col" className="no-print">
                  Go to
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.slice(0, mostRows).map((row) => {
                const truth = truthOf(row)
                const moment = momentRoute(overview, row.subject, row.atMs)
                return (
                  <tr key={row.id}>
                    <th scope="row" className="nowrap event-time">
                      {time.dateTime(row.atMs)}
                    </th>
                    <td>
                      <Mark kind={row.severity === 'info' ? 'normal' : severityKind(row.severity)}>
                        {severityWord(row.severity)}
                      </Mark>
                    </td>
                    <td className="event-kind">{kindText(row.kind)}</td>
                    <td className="event-subject">
                      {row.subject === null ? (
                        <Dash why="It concerns no single device or circuit" />
                      ) : (
                        subjectName(overview, row.subject)
                      )}
                    </td>
                    <td className="nowrap">
                      {truth === null ? <Dash why="Nothing was measured for it" /> : <Truth kind={truth} />}
                    </td>
                    <td className="event-said">
                      {titleOf(row)}
                      {row.message}
                    </td>
                    <td className="no-print nowrap">
                      {moment === null ? null : (
                        <a href={moment} aria-label={`History at ${time.dateTime(row.atMs)}`}>
                          History
                        </a>
                      )}
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
