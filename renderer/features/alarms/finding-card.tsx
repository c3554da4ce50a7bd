import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Finding } from '../../../shared/model/finding.ts'
import { formatAge, formatPeriod } from '../../format/duration.ts'
import { formatNumber, plural } from '../../format/number.ts'
import { useNow } from '../../state/clock.ts'
import { useSite } from '../../state/live.ts'
import { subjectName, useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { severityKind, severityWord } from '../../ui/severity.ts'

/** What a person may want of findings. */
export interface AskOf {
  readonly acknowledge: (findings: readonly Finding[]) => void
  /** Puts one aside, or takes it back where it is aside. */
  readonly shelve: (finding: Finding) => void
}

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

const Since = ({ finding }: { readonly finding: Finding }) => {
  const time = useTimeFormat()
  const now = useNow()
  if (finding.clearedAtMs !== null)
    return (
      <span className="nowrap">
        {time.near(finding.raisedAtMs, now)}, over after {formatAge(finding.clearedAtMs - finding.raisedAtMs)}
      </span>
    )
  return (
    <span className="nowrap">
      since {time.near(finding.raisedAtMs, now)} ({formatAge(now - finding.raisedAtMs)})
    </span>
  )
}

const Acknowledged = ({ finding, ask }: { readonly finding: Finding; readonly ask: AskOf }) => {
  const time = useTimeFormat()
  const now = useNow()
  return finding.acknowledged === null ? (
    <Button
      variant="default"
      className="no-print"
      onClick={() => ask.acknowledge([finding])}
      aria-label={`Acknowledge ${finding.title}`}
    >
      Acknowledge
    </Button>
  ) : (
    <span>
      Acknowledged by {finding.acknowledged.who} at {time.near(finding.acknowledged.atMs, now)}
      {finding.acknowledged.note === '' ? '' : `: ${finding.acknowledged.note}`}
    </span>
  )
}

const Shelf = ({ finding, ask }: { readonly finding: Finding; readonly ask: AskOf }) => {
  const time = useTimeFormat()
  const now = useNow()
  const { shelved, title } = finding
  return (
    <>
      {shelved === undefined ? null : (
        <span>
          Put aside by {shelved.who} until {time.near(shelved.untilMs, now)}: {shelved.reason}
        </span>
      )}
      <Button
        variant="default"
        className="no-print"
        onClick={() => ask.shelve(finding)}
        aria-label={shelved === undefined ? `Put aside ${title}` : `Take back ${title}`}
      >
        {shelved === undefined ? 'Put aside' : 'Take back'}
      </Button>
    </>
  )
}

/** What stands behind a finding: its sentence, its numbers, how it is known, and who has seen it. */
export const FindingBody = ({ finding, ask }: { readonly finding: Finding; readonly ask: AskOf }) => {
  const time = useTimeFormat()
  const now = useNow()
  return (
    <>
      <p className="finding-message">{finding.message}</p>
      <Numbers finding={finding} />
      <div className="finding-foot">
        <span className="dim grow">
          How it is known: {finding.evidence}. Detector {finding.detector}, numbers from{' '}
          {time.near(finding.updatedAtMs, now)}.
        </span>
        <Shelf finding={finding} ask={ask} />
        <Acknowledged finding={finding} ask={ask} />
      </div>
    </>
  )
}

const Subject = ({ finding }: { readonly finding: Finding }) => {
  const overview = useSite((state) => state.overview)
  return (
    <span className="dim finding-subject">
      {subjectName(overview, finding.subject)}
      {finding.phase === null ? '' : `, ${finding.phase}`}
    </span>
  )
}

export const FindingCard = ({
  finding,
  ask,
  children,
}: {
  readonly finding: Finding
  readonly ask: AskOf
  readonly children?: ReactNode
}) => (
  <li className={`panel finding is-${finding.severity}`} aria-label={finding.title}>
    <div className="finding-head">
      <Mark kind={severityKind(finding.severity)}>{severityWord(finding.severity)}</Mark>
      <h2>{finding.title}</h2>
      <Subject finding={finding} />
      <span className="grow" />
      <Since finding={finding} />
    </div>
    <FindingBody finding={finding} ask={ask} />
    {children}
  </li>
)

/** One finding of a group: a line of fixed height that opens to all that is known of it. */
export const FindingLine = ({ finding, ask }: { readonly finding: Finding; readonly ask: AskOf }) => (
  <li className={`finding-line is-${finding.severity}`} aria-label={finding.title}>
    <details>
      <summary>
        <Mark kind={severityKind(finding.severity)}>
          <span className="finding-severity">{severityWord(finding.severity)}</span>
        </Mark>
        <span className="finding-title" title={finding.title}>
          {finding.title}
        </span>
        <Subject finding={finding} />
        <span className="dim">
          {finding.acknowledged === null ? 'not acknowledged' : `seen by ${finding.acknowledged.who}`}
          {finding.repeats === undefined ? '' : `, ${plural(finding.repeats + 1, 'time')}`}
        </span>
        <Since finding={finding} />
      </summary>
      <FindingBody finding={finding} ask={ask} />
    </details>
  </li>
)
