import { Button } from '@mantine/core'
import type { Finding } from '../../../shared/model/finding.ts'
import { formatAge, formatPeriod } from '../../format/duration.ts'
import { formatNumber, plural } from '../../format/number.ts'
import { useNow } from '../../state/clock.ts'
import { useSite } from '../../state/live.ts'
import { subjectName, useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { severityKind, severityWord } from '../../ui/severity.ts'

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

const Acknowledged = ({ finding, acknowledge }: { readonly finding: Finding; readonly acknowledge: () => void }) => {
  const time = useTimeFormat()
  const now = useNow()
  return finding.acknowledged === null ? (
    <Button variant="default" className="no-print" onClick={acknowledge} aria-label={`Acknowledge ${finding.title}`}>
      Acknowledge
    </Button>
  ) : (
    <span>
      Acknowledged by {finding.acknowledged.who} at {time.near(finding.acknowledged.atMs, now)}
      {finding.acknowledged.note === '' ? '' : `: ${finding.acknowledged.note}`}
    </span>
  )
}

/** What stands behind a finding: its sentence, its numbers, how it is known, and who has seen it. */
export const FindingBody = ({
  finding,
  acknowledge,
}: {
  readonly finding: Finding
  readonly acknowledge: () => void
}) => {
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
        <Acknowledged finding={finding} acknowledge={acknowledge} />
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
  acknowledge,
}: {
  readonly finding: Finding
  readonly acknowledge: () => void
}) => (
  <li className={`panel finding is-${finding.severity}`} aria-label={finding.title}>
    <div className="finding-head">
      <Mark kind={severityKind(finding.severity)}>{severityWord(finding.severity)}</Mark>
      <h2>{finding.title}</h2>
      <Subject finding={finding} />
      <span className="grow" />
      <Since finding={finding} />
    </div>
    <FindingBody finding={finding} acknowledge={acknowledge} />
  </li>
)

/** One finding of a group: a line of fixed height that opens to all that is known of it. */
export const FindingLine = ({
  finding,
  acknowledge,
}: {
  readonly finding: Finding
  readonly acknowledge: () => void
}) => (
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
      <FindingBody finding={finding} acknowledge={acknowledge} />
    </details>
  </li>
)
