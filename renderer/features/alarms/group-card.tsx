import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Finding } from '../../../shared/model/finding.ts'
import { plural } from '../../format/number.ts'
import { detectorName } from '../../ui/detector-words.ts'
import { Mark } from '../../ui/mark.tsx'
import { severityKind, severityWord } from '../../ui/severity.ts'
import type { AlarmGroup } from './alarm-groups.ts'
import { FindingLine, type AskOf } from './finding-card.tsx'

/** Lines a group shows before it is asked for more: three groups fit on one screen. */
const mostLines = 6

/** "3 critical, 2 warnings" */
const countText = (findings: readonly Finding[]): string => {
  const of = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length
  return [
    of('critical') === 0 ? '' : `${of('critical')} critical`,
    of('warning') === 0 ? '' : plural(of('warning'), 'warning'),
    of('info') === 0 ? '' : plural(of('info'), 'note'),
  ]
    .filter((part) => part !== '')
    .join(', ')
}

/** Several findings of one cause: how many, how bad, what they have in common, and a line each. */
export const GroupCard = ({ group, ask }: { readonly group: AlarmGroup; readonly ask: AskOf }) => {
  const [showsAll, setShowsAll] = useState(false)
  const { findings, common, detector } = group
  const [worst] = findings
  if (worst === undefined) return null
  const shown = showsAll ? findings : findings.slice(0, mostLines)
  return (
    <li
      className={`panel finding is-${worst.severity}`}
      aria-label={`${detectorName(detector)}: ${findings.length} alarms`}
    >
      <div className="finding-head">
        <Mark kind={severityKind(worst.severity)}>{severityWord(worst.severity)}</Mark>
        <h2>
          {detectorName(detector)}: {findings.length}
        </h2>
        <span className="dim">{countText(findings)}</span>
        {common === null ? null : <strong>{common}: look there first</strong>}
        <span className="grow" />
        <Button
          size="compact-xs"
          variant="default"
          className="no-print"
          onClick={() => ask.acknowledge(findings.filter(({ acknowledged }) => acknowledged === null))}
          disabled={findings.every(({ acknowledged }) => acknowledged !== null)}
          aria-label={`Acknowledge all of ${detectorName(detector)}`}
        >
          Acknowledge all
        </Button>
      </div>
      <ul className="finding-lines" aria-label={detectorName(detector)}>
        {shown.map((finding) => (
          <FindingLine key={finding.id} finding={finding} ask={ask} />
        ))}
      </ul>
      {findings.length <= mostLines ? null : (
        <Button
          size="compact-xs"
          variant="default"
          className="no-print group-more"
          onClick={() => setShowsAll(!showsAll)}
        >
          {showsAll ? `Show the first ${mostLines}` : `Show all ${findings.length}`}
        </Button>
      )}
    </li>
  )
}
