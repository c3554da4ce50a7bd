import { Button } from '@mantine/core'
import type { SocketTest } from '../../../shared/api/commissioning-contract.ts'
import { useIntent } from '../../state/intent.ts'
import { useSettings } from '../../state/settings.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { ChangeCard } from './change-card.tsx'
import { MatrixTable } from './matrix-table.tsx'
import { findingStateWords, testStateWords } from './test-words.ts'

const Findings = ({ test }: { readonly test: SocketTest }) => (
  <ul className="test-findings" aria-label="What the test says">
    {test.findings.map(({ state, says }) => (
      <li key={says}>
        <Mark kind={findingStateWords[state].kind}>{findingStateWords[state].word}</Mark> {says}
      </li>
    ))}
    {test.unknown.map((says) => (
      <li key={says} className="dim">
        <Mark kind="unknown">not known</Mark> {says}
      </li>
    ))}
  </ul>
)

/** One test: where it stands, its matrix as it grows, what it says, and what it proposes. */
export const TestResult = ({ name, test }: { readonly name: string; readonly test: SocketTest }) => {
  const time = useTimeFormat()
  const operator = useSettings((state) => state.operator)
  const stop = useIntent('commissioning.stopTest')
  const { word, kind } = testStateWords[test.state]
  const isRunning = test.state === 'running'
  return (
    <section className="panel stack" aria-label={`Test of ${name}`}>
      <div className="row">
        <h2 className="grow">{name}</h2>
        <Mark kind={kind}>{word}</Mark>
        {isRunning ? (
          <Button
            variant="default"
            onClick={() =>
              void stop.send({ who: operator === '' ? test.who : operator, reason: 'stopped on the screen' })
            }
          >
            Stop the test
          </Button>
        ) : null}
      </div>
      <p role="status" className="dim">
        {isRunning ? '' : `${time.dateTime(test.startedAtMs)}, ${test.who}: `}
        {test.says}
      </p>
      {stop.state.step === 'refused' ? (
        <Notice tone="alarm" live title="Not stopped">
          {stop.state.why}
        </Notice>
      ) : null}
      <div className="table-scroll" role="region" aria-label="Response matrix" tabIndex={0}>
        <MatrixTable test={test} />
      </div>
      {test.findings.length === 0 && test.unknown.length === 0 ? null : (
        <>
          <h3>{isRunning ? `So far, after ${test.steps} of ${test.ofSteps} steps` : 'What it says'}</h3>
          <Findings test={test} />
        </>
      )}
      {test.changes.map((proposed) => (
        <ChangeCard
          key={JSON.stringify(proposed.change)}
          proposed={proposed}
          who={operator === '' ? test.who : operator}
        />
      ))}
    </section>
  )
}
