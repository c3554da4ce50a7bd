import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { Finding, NotAssessed } from '../../../shared/model/finding.ts'
import type { CsvTable } from '../../format/csv.ts'
import { plural } from '../../format/number.ts'
import { isoTime } from '../../format/time.ts'
import { useLive, useSite } from '../../state/live.ts'
import { routeTo } from '../../state/route.ts'
import { subjectName } from '../../state/site-facts.ts'
import { detectorName } from '../../ui/detector-words.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty, Loading } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { AcknowledgeDialog } from './acknowledge-dialog.tsx'
import { alarmGroups } from './alarm-groups.ts'
import { CausalCard } from './causal-card.tsx'
import { FindingCard, FindingLine, type AskOf } from './finding-card.tsx'
import { causalGroups } from './first-out.ts'
import { GroupCard } from './group-card.tsx'
import { alarmList, useHeldList, type AlarmList } from './held-list.ts'
import { RulesPanel } from './rules-panel.tsx'
import { ShelfDialog } from './shelf-dialog.tsx'
import './alarms.css'

/** A detector with more checks not made than this begins folded. */
const mostOpen = 3

const notAssessedGroups = (rows: readonly NotAssessed[]): readonly (readonly [string, readonly NotAssessed[]])[] =>
  [...new Set(rows.map(({ detector }) => detector))].map((detector) => [
    detector,
    rows.filter((row) => row.detector === detector),
  ])

const NotAssessedList = ({ rows }: { readonly rows: readonly NotAssessed[] }) => {
  const overview = useSite((state) => state.overview)
  return (
    <section className="panel" aria-label="Not assessed">
      <h2>
        <Mark kind="unknown">Not assessed: {rows.length}</Mark>
      </h2>
      {rows.length === 0 ? <p className="dim">Every detector had the inputs it needs.</p> : null}
      {notAssessedGroups(rows).map(([detector, group]) => (
        <details key={detector} className="not-assessed" open={group.length <= mostOpen}>
          <summary>
            {detectorName(detector)}: {plural(group.length, 'check')} not made
          </summary>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Subject</th>
                <th scope="col">Why it says nothing</th>
              </tr>
            </thead>
            <tbody>
              {group.map((row) => (
                <tr key={`${row.subject.kind} ${row.subject.id} ${row.why}`}>
                  <td>{subjectName(overview, row.subject)}</td>
                  <td>{row.why}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      ))}
    </section>
  )
}

/** Alarms that ended before anyone looked: the ones a person opens the program for. */
const OverList = ({ findings, ask }: { readonly findings: readonly Finding[]; readonly ask: AskOf }) => (
  <section className="panel" aria-label="Over, not acknowledged">
    <div className="row">
      <h2 className="grow">Over, not acknowledged: {findings.length}</h2>
      {findings.length < 2 ? null : (
        <Button variant="default" className="no-print" onClick={() => ask.acknowledge(findings)}>
          Acknowledge all
        </Button>
      )}
    </div>
    <ul className="finding-lines" aria-label="Alarms that are over">
      {findings.map((finding) => (
        <FindingLine key={finding.id} finding={finding} ask={ask} />
      ))}
    </ul>
  </section>
)

/** What somebody knows of and wants no call for, until a stated time. */
const AsideList = ({ findings, ask }: { readonly findings: readonly Finding[]; readonly ask: AskOf }) => (
  <section className="panel" aria-label="Put aside">
    <h2>Put aside: {findings.length}</h2>
    <p className="dim">
      Still found and kept, each until the time it says; a restart of the program takes all of them back.
    </p>
    <ul className="finding-lines" aria-label="Alarms put aside">
      {findings.map((finding) => (
        <FindingLine key={finding.id} finding={finding} ask={ask} />
      ))}
    </ul>
  </section>
)

/** Events with their consequences first, then causes with their findings. */
const ActiveList = ({ findings, ask }: { readonly findings: readonly Finding[]; readonly ask: AskOf }) => {
  const site = useSite((state) => state.overview?.site)
  const { groups, alone } = site === undefined ? { groups: [], alone: findings } : causalGroups(site, findings)
  return (
    <ul className="findings" aria-label="Active alarms">
      {groups.map((group) => (
        <CausalCard key={group.first.id} group={group} ask={ask} />
      ))}
      {alarmGroups(site, alone).map((group) => {
        const [only] = group.findings
        return group.findings.length === 1 && only !== undefined ? (
          <FindingCard key={only.id} finding={only} ask={ask} />
        ) : (
          <GroupCard key={group.detector} group={group} ask={ask} />
        )
      })}
    </ul>
  )
}

const csvOf = (findings: readonly Finding[]): CsvTable => ({
  header: [
    'raised_at_utc',
    'cleared_at_utc',
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
    'put_aside_by',
    'put_aside_until_utc',
  ],
  rows: findings.map((finding) => [
    isoTime(finding.raisedAtMs),
    finding.clearedAtMs === null ? null : isoTime(finding.clearedAtMs),
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
    finding.shelved?.who ?? null,
    finding.shelved === undefined ? null : isoTime(finding.shelved.untilMs),
  ]),
})

const Lists = ({
  list: { active, over, aside, notAssessed },
  ask,
}: {
  readonly list: AlarmList
  readonly ask: AskOf
}) => (
  <>
    {active.length === 0 ? (
      <Empty title="No active alarm">
        Detectors ran on the last picture of the site and found nothing
        {notAssessed.length === 0 ? '' : `, but ${plural(notAssessed.length, 'check')} could not be made (below)`}.{' '}
        {over.length === 0
          ? 'What was active before is in '
          : 'What is over stands below until someone has seen it; all of it is in '}
        <a href={routeTo('events')}>Events and dips</a>.
      </Empty>
    ) : (
      <ActiveList findings={active} ask={ask} />
    )}
    {over.length === 0 ? null : <OverList findings={over} ask={ask} />}
    {aside.length === 0 ? null : <AsideList findings={aside} ask={ask} />}
    <NotAssessedList rows={notAssessed} />
  </>
)

const aboutText = ({ active, over, aside }: AlarmList, waits: number): string => {
  const open = active.filter(({ acknowledged }) => acknowledged === null).length
  return [
    active.length === 0 ? 'Nothing is active' : `${active.length} active, ${open} not acknowledged`,
    over.length === 0 ? '' : `${over.length} over and not acknowledged`,
    aside.length === 0 ? '' : `${aside.length} put aside`,
    waits === 0 ? '' : `${waits} new, shown when the mouse leaves the list`,
  ]
    .filter((part) => part !== '')
    .join('; ')
}

const nothingYet: AlarmList = { active: [], over: [], aside: [], notAssessed: [] }

export const AlarmsView = () => {
  const findings = useLive((state) => state.live?.findings ?? null)
  const notAssessed = useLive((state) => state.live?.notAssessed ?? null)
  const [asked, setAsked] = useState<readonly Finding[] | null>(null)
  const [shelving, setShelving] = useState<Finding | null>(null)
  const now = useMemo(
    () => (findings === null || notAssessed === null ? nothingYet : alarmList(findings, notAssessed)),
    [findings, notAssessed],
  )
  const { shown, waiting, release, mouse } = useHeldList(now)
  if (findings === null)
    return (
      <View title="Alarms">
        <Loading what="the findings" />
      </View>
    )
  return (
    <View
      title="Alarms"
      about={aboutText(now, waiting)}
      csv={{ name: 'alarms', table: () => csvOf([...now.active, ...now.over, ...now.aside]) }}
    >
      <div className="alarm-lists" {...mouse}>
        <Lists list={shown} ask={{ acknowledge: setAsked, shelve: setShelving }} />
      </div>
      <RulesPanel />
      {shelving === null ? null : (
        <ShelfDialog
          finding={shelving}
          close={() => {
            setShelving(null)
            release([])
          }}
        />
      )}
      {asked === null ? null : (
        <AcknowledgeDialog
          findings={asked}
          close={(acknowledged) => {
            setAsked(null)
            release(acknowledged)
          }}
        />
      )}
    </View>
  )
}
