import { Button, Textarea } from '@mantine/core'
import { useState } from 'react'
import { evidenceValue } from '../../../shared/acceptance/protocol-document.ts'
import { longestRemark } from '../../../shared/api/person-words.ts'
import type { AcceptanceRun, AcceptanceStep } from '../../../shared/acceptance/run.ts'
import { stepFacts } from '../../../shared/acceptance/step-kinds.ts'
import { acceptancePhotoPurpose } from '../../../shared/api/acceptance-contract.ts'
import { useSettings } from '../../state/settings.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, WhoField } from '../../ui/person-fields.tsx'
import { stepStateWords } from './acceptance-words.ts'
import { useCommand, useFiles } from './use-commands.ts'

const EvidenceTable = ({ step }: { readonly step: AcceptanceStep }) =>
  step.evidence.length === 0 ? null : (
    <div className="table-scroll" role="region" aria-label="Evidence" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Value</th>
            <th scope="col" className="num">
              Age
            </th>
            <th scope="col">Source</th>
          </tr>
        </thead>
        <tbody>
          {step.evidence.map((each, index) => (
            <tr key={index}>
              <td>{each.label}</td>
              <td className={typeof each.value === 'number' ? 'nowrap' : undefined}>{evidenceValue(each)}</td>
              <td className="num">{each.ageMs === null ? '' : `${(each.ageMs / 1000).toFixed(1)} s`}</td>
              <td className="dim">{each.source}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )

/** As the contract has it for notes. */
const longestJudgement = 400

const PersonPart = ({ step, runId }: { readonly step: AcceptanceStep; readonly runId: string }) => {
  const [who, setWho] = useState(useSettings.getState().operator)
  const [text, setText] = useState('')
  const [said, setSaid] = useState<string | null>(null)
  const command = useCommand()
  const files = useFiles()
  const done = (why: string | null) => {
    setSaid(why)
    if (why === null) setText('')
  }
  const attach = async (file: File) => {
    const sent = await files.send(file, acceptancePhotoPurpose)
    setSaid(
      'why' in sent
        ? sent.why
        : await command('acceptance.attachPhoto', { stepId: step.id, transferId: sent.transferId, who: who.trim() }),
    )
  }
  const judge = (verdict: 'pass' | 'fail' | 'not-done') =>
    void command('acceptance.judge', { stepId: step.id, who: who.trim(), verdict, note: text.trim() }).then(done)
  const length = text.trim().length
  const mayJudge = goodPerson(who) && length >= 3 && length <= longestJudgement && step.state !== 'running'
  return (
    <div className="stack no-print">
      <h3>Photos</h3>
      {step.photos.length === 0 ? (
        <p className="dim">
          {stepFacts[step.kind].byPerson ? 'None yet: a pass needs one of the nameplate.' : 'None.'}
        </p>
      ) : (
        <ul className="plain">
          {step.photos.map((photo) => (
            <li key={photo.id}>
              <button
                type="button"
                className="link"
                onClick={() => void files.save('acceptance.photo', { runId, photoId: photo.id }).then(setSaid)}
              >
                {photo.fileName}
              </button>{' '}
              <span className="dim">
                {(photo.bytes / 1e6).toFixed(2)} MB, by {photo.who}
              </span>
            </li>
          ))}
        </ul>
      )}
      <WhoField value={who} onChange={setWho} />
      <input
        type="file"
        accept="image/jpeg,image/png,image/webp"
        aria-label="Photo to attach"
        disabled={!goodPerson(who)}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          if (file !== undefined) void attach(file)
          event.currentTarget.value = ''
        }}
      />
      <Textarea
        label="Remark or judgement"
        description="A judgement is a sentence of up to 400 characters; a remark may have 5000 and several lines"
        autosize
        minRows={2}
        maxRows={14}
        error={length > longestRemark ? `${length} characters: ${longestRemark} is the most` : null}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className="row">
        <Button
          variant="default"
          disabled={!goodPerson(who) || length === 0 || length > longestRemark}
          onClick={() =>
            void command('acceptance.remark', { stepId: step.id, who: who.trim(), text: text.trim() }).then(done)
          }
        >
          Add as a remark
        </Button>
        <span className="grow" />
        <Button variant="default" disabled={!mayJudge} onClick={() => judge('pass')}>
          Judge: pass
        </Button>
        <Button variant="default" disabled={!mayJudge} onClick={() => judge('fail')}>
          Judge: fail
        </Button>
        <Button variant="default" disabled={!mayJudge} onClick={() => judge('not-done')}>
          Not done
        </Button>
      </div>
      {said === null ? null : (
        <Notice tone="alarm" live title="Not done">
          {said}
        </Notice>
      )}
    </div>
  )
}

/** One step: what is wanted, what was found, on what it rests, and what persons add. */
export const StepPage = ({
  run,
  step,
  mayAct,
  runThis,
}: {
  readonly run: AcceptanceRun
  readonly step: AcceptanceStep
  readonly mayAct: boolean
  readonly runThis: () => void
}) => {
  const time = useTimeFormat()
  const words = stepStateWords[step.state]
  return (
    <section className="panel stack" aria-label={step.title}>
      <div className="row">
        <h2 className="grow">{step.title}</h2>
        <Mark kind={words.kind}>{words.word}</Mark>
        <Button size="compact-sm" variant="default" disabled={!mayAct || run.state === 'running'} onClick={runThis}>
          {step.tries === 0 ? 'Run this step' : 'Run it again'}
        </Button>
      </div>
      <p className="dim">Wanted: {step.wants}.</p>
      {step.says === '' ? null : <p data-testid="step-says">{step.says}</p>}
      {step.startedAtMs === null ? null : (
        <p className="dim">
          {time.dateTime(step.startedAtMs)}
          {step.endedAtMs === null ? '' : ` to ${time.clock(step.endedAtMs)}`}
          {step.who === null ? '' : `, ${step.who}`}
          {step.tries > 1 ? `, try ${step.tries}` : ''}
        </p>
      )}
      <EvidenceTable step={step} />
      {step.remarks.length === 0 ? null : (
        <ul className="plain" aria-label="Remarks">
          {step.remarks.map((remark, index) => (
            <li key={index}>
              <span className="dim">
                {time.dateTime(remark.atMs)} {remark.who}:
              </span>{' '}
              <span className="remark-text">{remark.text}</span>
            </li>
          ))}
        </ul>
      )}
      {mayAct ? <PersonPart key={step.id} step={step} runId={run.id} /> : null}
    </section>
  )
}
