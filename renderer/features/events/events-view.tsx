import { Button, NativeSelect, Tabs } from '@mantine/core'
import { useState } from 'react'
import type { AuditRow, SiteEvent } from '../../../shared/model/event.ts'
import type { CsvTable } from '../../format/csv.ts'
import { detailText } from '../../format/detail-text.ts'
import { isoTime, type TimeFormat } from '../../format/time.ts'
import { siteNow } from '../../state/clock.ts'
import { useEvents } from '../../state/events.ts'
import { useLive } from '../../state/live.ts'
import { useRead } from '../../state/read.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Loading, Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { AuditTable } from './audit-table.tsx'
import { filterEvents, noFilter } from './event-filter.ts'
import { truthOf } from './event-truth.ts'
import { EventList } from './event-list.tsx'
import { ExcursionTable } from './excursion-table.tsx'
import { excursionsOf, type ExcursionRow } from './excursions.ts'
import './events.css'

const spans = [
  { value: 'live', label: 'Live, newest rows' },
  { value: '3600000', label: 'Last hour' },
  { value: '86400000', label: 'Last 24 hours' },
  { value: '604800000', label: 'Last 7 days' },
  { value: '2592000000', label: 'Last 30 days' },
]
const mostRead = 5000
const dayMs = 86_400_000

/** Each moment in UTC, one meaning in every country, and as the site's clock showed it. */
const siteHead = (name: string, time: TimeFormat): string => `${name} (${time.zone})`

const eventCsv = (rows: readonly SiteEvent[], time: TimeFormat): CsvTable => ({
  header: ['at_utc', siteHead('at', time), 'severity', 'kind', 'known_as', 'subject_kind', 'subject', 'message'],
  rows: rows.map((row) => [
    isoTime(row.atMs),
    time.dateTime(row.atMs),
    row.severity,
    row.kind,
    truthOf(row),
    row.subject?.kind ?? null,
    row.subject?.id ?? null,
    row.message,
  ]),
})
const excursionCsv = (rows: readonly ExcursionRow[], time: TimeFormat): CsvTable => ({
  header: [
    'began_utc',
    siteHead('began', time),
    'kind',
    'meter',
    'phases',
    'worst_polled_V',
    'worst_of',
    'threshold_V',
    'duration_at_least_s',
    'duration_at_most_s',
    'blind_ms',
    'evidence',
    'state',
  ],
  rows: rows.map(({ finding, direction, extreme, thresholdV, atLeastS, atMostS }) => [
    isoTime(finding.raisedAtMs),
    time.dateTime(finding.raisedAtMs),
    `${direction}voltage`,
    finding.subject.id,
    finding.phase,
    extreme?.valueV ?? null,
    extreme?.label ?? null,
    thresholdV,
    atLeastS,
    atMostS,
    finding.blindMs,
    finding.evidence,
    finding.state,
  ]),
})

const auditCsv = (rows: readonly AuditRow[], time: TimeFormat): CsvTable => ({
  header: ['seq', 'at_utc', siteHead('at', time), 'who', 'action', 'subject', 'detail', 'sha256'],
  rows: rows.map((row) => [
    row.seq,
    isoTime(row.atMs),
    time.dateTime(row.atMs),
    row.who,
    row.action,
    row.subject,
    detailText(row.detail, time),
    row.hash,
  ]),
})

const none: readonly never[] = []

export const EventsView = () => {
  const time = useTimeFormat()
  const [tab, setTab] = useState('events')
  const [span, setSpan] = useState('live')
  // The end of the time that is read: fixed when it is chosen, moved by "Read again".
  const [toMs, setToMs] = useState(siteNow)
  const [filter, setFilter] = useState(noFilter)
  const live = useEvents()
  const active = useLive((state) => state.live?.findings ?? none)
  const spanMs = span === 'live' ? null : Number(span)
  const read = useRead('events.read', spanMs === null ? null : { fromMs: toMs - spanMs, toMs, limit: mostRead })
  const audit = useRead(
    'audit.read',
    tab === 'audit' ? { fromMs: toMs - (spanMs ?? dayMs), toMs: toMs + dayMs, limit: mostRead } : null,
  )

  const rows = spanMs === null ? live.rows : (read.value ?? none)
  const waiting = spanMs === null ? !live.arrived : read.step === 'loading' && read.value === null
  const failed = spanMs === null ? live.ended : read.step === 'failed' ? read.why : null
  const excursions = excursionsOf(rows, active)
  const again = () => setToMs(siteNow())
  const choose = (value: string) => {
    setSpan(value)
    again()
  }
  const csv =
    tab === 'excursions'
      ? { name: 'voltage-excursions', table: () => excursionCsv(excursions, time) }
      : tab === 'events'
        ? { name: 'events', table: () => eventCsv(filterEvents(rows, filter), time) }
        : audit.value === null
          ? undefined
          : { name: 'audit', table: () => auditCsv(audit.value ?? none, time) }

  return (
    <View title="Events and dips" about="What happened, when, and how far it can be trusted" csv={csv}>
      <div className="row no-print event-span">
        <NativeSelect label="Time" data={spans} value={span} onChange={(event) => choose(event.currentTarget.value)} />
        {span === 'live' && tab !== 'audit' ? null : (
          <Button variant="default" onClick={again}>
            Read again
          </Button>
        )}
        {span === 'live' ? null : (
          <span className="dim">Read from the history; new rows do not appear by themselves.</span>
        )}
      </div>
      {failed === null ? null : (
        <Notice tone="alarm" live title="Events could not be read">
          {failed}
        </Notice>
      )}
      <Tabs
        value={tab}
        onChange={(value) => setTab(value ?? 'events')}
        keepMounted={false}
        classNames={{ panel: 'event-panel' }}
      >
        <Tabs.List aria-label="Kinds of history">
          <Tabs.Tab value="events">Event list</Tabs.Tab>
          <Tabs.Tab value="excursions">Voltage excursions ({excursions.length})</Tabs.Tab>
          <Tabs.Tab value="audit">Audit trail</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="events">
          {waiting ? <Loading what="the events" /> : <EventList rows={rows} filter={filter} change={setFilter} />}
        </Tabs.Panel>
        <Tabs.Panel value="excursions">
          {waiting ? <Loading what="the events" /> : <ExcursionTable rows={excursions} />}
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          {audit.step === 'failed' ? (
            <Notice tone="alarm" live title="The audit trail could not be read">
              {audit.why}
            </Notice>
          ) : audit.value === null ? (
            <Loading what="the audit trail" />
          ) : (
            <AuditTable rows={audit.value} />
          )}
        </Tabs.Panel>
      </Tabs>
    </View>
  )
}
