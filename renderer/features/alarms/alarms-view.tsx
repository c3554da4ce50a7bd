import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Finding, NotAssessed } from '../../../shared/model/finding.ts'
import type { CsvTable } from '../../format/csv.ts'
import { formatAge, formatPeriod } from '../../format/duration.ts'
import { formatNumber, plural } from '../../format/number.ts'
import { isoTime } from '../../format/time.ts'
import { useNow } from '../../state/clock.ts'
import { useLive, useSite } from '../../state/live.ts'
import { routeTo } from '../../state/route.ts'
import { subjectName, useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty, Loading } from '../../ui/notice.tsx'
import { bySeverity, severityKind, severityWord } from '../../ui/severity.ts'
import { View } from '../../ui/view.tsx'
import { AcknowledgeDialog } from './acknowledge-dialog.tsx'
import './alarms.css'

const numberText = (value: number): string =>
  formatNumber(value, Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 2 : 1)

const Numbers = ({ finding }: { readonly finding: Finding }) => (
  <ul className="used-numbers" aria-label="Numbers used">
    {finding.numbers.map((used) => (
      <li key={used.label}>
        <span className="dim">{used.label}</span>{' '}
        <strong>
          {numberText(used.value)}
          {used.unit === '' || used.unit === '1' ? '' : ` ${used.unit}`}
        </strong>
      </li>
    ))}
    {finding.blindMs === null ? null : (
      <li>
        <span className="dim">blind time</span> <strong>{formatPeriod(finding.blindMs)}</strong>
      </li>
    )}
  </ul>
)

const FindingCard = ({ finding, acknowledge }: { readonly finding: Finding; readonly acknowledge: () => void }) => {
  const overview = useSite((state) => state.overview)
  const time = useTimeFormat()
  const now = useNow()
  return (
    <li className={`panel finding is-${finding.severity}`} aria-label={finding.title}>
      <div className="finding-head">
        <Mark kind={severityKind(finding.severity)}>{severityWord(finding.severity)}</Mark>
        <h2>{finding.title}</h2>
        <span className="dim">
          {subjectName(overview, finding.subject)}
          {finding.phase === null ? '' : `, ${finding.phase}`}
        </span>
        <span className="grow" />
        <span className="nowrap">
          since {time.near(finding.raisedAtMs, now)} ({formatAge(now - finding.raisedAtMs)})
        </span>
      </div>
      <p>{finding.message}</p>
      <Numbers finding={finding} />
      <div className="finding-foot">
        <span className="dim grow">
          How it is known: {finding.evidence}. Detector {finding.detector}, numbers from{' '}
          {time.near(finding.updatedAtMs, now)}.
        </span>
        {finding.acknowledged === null ? (
          <Button
            variant="default"
            className="no-print"
            onClick={acknowledge}
            aria-label={`Acknowledge ${finding.title}`}
          >
            Acknowledge
          </Button>
        ) : (
          <span>
            Acknowledged by {finding.acknowledged.who} at {time.near(finding.acknowledged.atMs, now)}
            {finding.acknowledged.note === '' ? '' : `: ${finding.acknowledged.note}`}
          </span>
        )}
      </div>
    </li>
  )
}

const NotAssessedList = ({ rows }: { readonly rows: readonly NotAssessed[] }) => {
  const overview = useSite((state) => state.overview)
  return (
    <section className="panel" aria-label="Not assessed">
      <h2>
        <Mark kind="unknown">Not assessed: {rows.length}</Mark>
      </h2>
      {rows.length === 0 ? (
        <p className="dim">Every detector had the inputs it needs.</p>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Detector</th>
              <th scope="col">Subject</th>
              <th scope="col">Why it says nothing</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.detector} ${row.subject.kind} ${row.subject.id} ${row.why}`}>
                <td>{row.detector}</td>
                <td>{subjectName(overview, row.subject)}</td>
                <td>{row.why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

const csvOf = (findings: readonly Finding[]): CsvTable => ({
  header: [
    'raised_at_utc',
    'severity',
    'title',
    'subject_kind',
    'subject',
    'phase',
    'message',
    'numbers',
    'evidence',
    'blind_ms',
    'acknowledged_by',
    'acknowledged_at_utc',
    'note',
  ],
  rows: findings.map((finding) => [
    isoTime(finding.raisedAtMs),
    finding.severity,
    finding.title,
    finding.subject.kind,
    finding.subject.id,
    finding.phase,
    finding.message,
    finding.numbers.map((used) => `${used.label} ${used.value} ${used.unit}`).join('; '),
    finding.evidence,
    finding.blindMs,
    finding.acknowledged?.who ?? null,
    finding.acknowledged === null ? null : isoTime(finding.acknowledged.atMs),
    finding.acknowledged?.note ?? null,
  ]),
})

export const AlarmsView = () => {
  const all = useLive((state) => state.live?.findings ?? null)
  const notAssessed = useLive((state) => state.live?.notAssessed ?? null)
  const [asked, setAsked] = useState<Finding | null>(null)
  if (all === null || notAssessed === null)
    return (
      <View title="Alarms">
        <Loading what="the findings" />
      </View>
    )
  const active = all.filter((finding) => finding.state === 'active').sort(bySeverity)
  const open = active.filter((finding) => finding.acknowledged === null).length
  return (
    <View
      title="Alarms"
      about={active.length === 0 ? 'Nothing is active' : `${active.length} active, ${open} not acknowledged`}
      csv={{ name: 'alarms', table: () => csvOf(active) }}
    >
      {active.length === 0 ? (
        <Empty title="No active alarm">
          Detectors ran on the last picture of the site and found nothing
          {notAssessed.length === 0 ? '' : `, but ${plural(notAssessed.length, 'check')} could not be made (below)`}.
          What was active before is in <a href={routeTo('events')}>Events and dips</a>.
        </Empty>
      ) : (
        <ul className="findings">
          {active.map((finding) => (
            <FindingCard key={finding.id} finding={finding} acknowledge={() => setAsked(finding)} />
          ))}
        </ul>
      )}
      <NotAssessedList rows={notAssessed} />
      {asked === null ? null : <AcknowledgeDialog finding={asked} close={() => setAsked(null)} />}
    </View>
  )
}
