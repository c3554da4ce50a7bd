import { Button, Select } from '@mantine/core'
import { useState } from 'react'
import type { RunSummary } from '../../../shared/acceptance/run.ts'
import { useRead } from '../../state/read.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty, Loading, Notice } from '../../ui/notice.tsx'
import { runStateWords } from './acceptance-words.ts'
import { RunPanel } from './run-panel.tsx'
import { useFiles } from './use-commands.ts'

const documents = [
  ['all', 'Sealed file'],
  ['pdf', 'PDF'],
  ['html', 'Page'],
  ['json', 'Data'],
] as const

const Compared = ({ runId, earlierId }: { readonly runId: string; readonly earlierId: string }) => {
  const read = useRead('acceptance.compare', { runId, earlierId })
  if (read.step === 'failed')
    return (
      <Notice tone="alarm" title="They can’t be compared">
        {read.why}
      </Notice>
    )
  if (read.value === null) return <Loading what="the comparison" />
  const { measures, steps, onlyOne } = read.value
  return (
    <section className="panel stack" aria-label="Comparison">
      <h2>What changed</h2>
      {measures.length === 0 ? <p className="dim">The two have no measured value in common.</p> : null}
      <ul className="plain">
        {measures.map((each) => (
          <li key={each.what}>
            <Mark kind={each.isNotable ? 'warning' : 'normal'}>{each.says}</Mark>
          </li>
        ))}
        {steps.map(({ title, was, is }) => (
          <li key={title}>
            <Mark kind="info">
              {title}: was {was}, is {is}
            </Mark>
          </li>
        ))}
      </ul>
      {onlyOne.length === 0 ? null : (
        <details className="check-numbers">
          <summary>{onlyOne.length} values only one of the two has</summary>
          <ul className="plain">
            {onlyOne.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

const Kept = ({ runId }: { readonly runId: string }) => {
  const read = useRead('acceptance.read', { runId })
  if (read.step === 'failed')
    return (
      <Notice tone="alarm" title="It can’t be shown">
        {read.why}
      </Notice>
    )
  return read.value === null ? <Loading what="the run" /> : <RunPanel run={read.value} mayAct={false} />
}

/** Runs that are over: their protocols, and one beside another. */
export const EarlierPanel = ({ runs }: { readonly runs: readonly RunSummary[] }) => {
  const time = useTimeFormat()
  const files = useFiles()
  const [said, setSaid] = useState<string | null>(null)
  const [shown, setShown] = useState<string | null>(null)
  const [later, setLater] = useState<string | null>(null)
  const [earlier, setEarlier] = useState<string | null>(null)
  const finished = runs.filter(({ state }) => state === 'finished')
  if (runs.length === 0)
    return (
      <Empty title="No run is over yet">
        A finished run has a sealed protocol, and later runs are compared with it.
      </Empty>
    )
  const choices = finished.map((run) => ({
    value: run.id,
    label: `${time.dateTime(run.finishedAtMs ?? run.createdAtMs)}: ${run.reason}`,
  }))
  return (
    <div className="stack">
      <section className="panel stack" aria-label="Earlier runs">
        <div className="table-scroll" role="region" aria-label="Runs" tabIndex={0}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Begun</th>
                <th scope="col">Occasion</th>
                <th scope="col">State</th>
                <th scope="col">Steps</th>
                <th scope="col">Protocol</th>
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => (
                <tr key={run.id}>
                  <td className="nowrap">{time.dateTime(run.createdAtMs)}</td>
                  <td>
                    <button
                      type="button"
                      className="link"
                      aria-expanded={shown === run.id}
                      onClick={() => setShown(shown === run.id ? null : run.id)}
                    >
                      {run.reason}
                    </button>{' '}
                    <span className="dim">{run.who}</span>
                  </td>
                  <td>{runStateWords[run.state]}</td>
                  <td>
                    {run.counts.pass} passed, {run.counts.fail} failed, {run.counts['not-done']} not done
                  </td>
                  <td>
                    {run.state !== 'finished' ? (
                      <span className="dim">none</span>
                    ) : (
                      <span className="row">
                        {documents.map(([document, label]) => (
                          <Button
                            key={document}
                            size="compact-xs"
                            variant="default"
                            aria-label={`${label} of ${run.reason}`}
                            onClick={() =>
                              void files.save('acceptance.protocol', { runId: run.id, document }).then(setSaid)
                            }
                          >
                            {label}
                          </Button>
                        ))}
                      </span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {said === null ? null : (
          <Notice tone="alarm" live title="Not saved">
            {said}
          </Notice>
        )}
        {finished.length < 2 ? (
          <p className="dim">
            Two finished runs can be compared; one of them may come from a protocol that was checked.
          </p>
        ) : (
          <div className="row compare-row">
            <Select label="Later run" data={choices} value={later ?? choices[0]?.value ?? null} onChange={setLater} />
            <Select
              label="Compared with"
              data={choices}
              value={earlier ?? choices[1]?.value ?? null}
              onChange={setEarlier}
            />
          </div>
        )}
      </section>
      {finished.length < 2 ? null : (
        <Compared runId={later ?? finished[0]?.id ?? ''} earlierId={earlier ?? finished[1]?.id ?? ''} />
      )}
      {shown === null ? null : <Kept runId={shown} />}
    </div>
  )
}
