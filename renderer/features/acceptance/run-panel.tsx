import { Button, Checkbox, TextInput } from '@mantine/core'
import { useState } from 'react'
import { countsOf, type AcceptanceRun } from '../../../shared/acceptance/run.ts'
import { stepFacts } from '../../../shared/acceptance/step-kinds.ts'
import { useLive } from '../../state/live.ts'
import { useMayCommand } from '../../state/may.ts'
import { useSettings } from '../../state/settings.ts'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { ActDialog } from './act-dialog.tsx'
import { runStateWords, stepStateWords } from './acceptance-words.ts'
import { StepPage } from './step-page.tsx'
import { useCommand } from './use-commands.ts'

type Asks =
  { readonly kind: 'run'; readonly stepId: string | null } | { readonly kind: 'finish' | 'abandon' | 'witness' }

const stepsText = (count: number): string => (count === 1 ? 'the open step' : `${count} open steps`)

const RunDialog = ({
  run,
  stepId,
  close,
}: {
  readonly run: AcceptanceRun
  readonly stepId: string | null
  readonly close: () => void
}) => {
  const isArmed = useLive(({ live }) => live?.control.mode === 'armed')
  const [arms, setArms] = useState(true)
  const command = useCommand()
  const steps = run.steps.filter(({ id, state }) => (stepId === null ? state === 'open' : id === stepId))
  const needsControl = steps.some(({ kind }) => stepFacts[kind].needsControl)
  return (
    <ActDialog
      title={stepId === null ? `Run ${stepsText(steps.length)}` : `Run: ${steps[0]?.title ?? ''}`}
      button="Run"
      close={close}
      send={({ who, reason }) =>
        command('acceptance.run', { who, reason, stepId, arm: needsControl && isArmed !== true && arms })
      }
    >
      {!needsControl ? (
        <p>These steps only watch.</p>
      ) : (
        <Notice tone="control" title="Limits will be set, a watchdog left unfed, a limit lowered for a while">
          All of it goes through the load control and ends by itself; no limit of the site is passed, and at any stop
          everything is as it was.
        </Notice>
      )}
      {needsControl && isArmed !== true ? (
        <Checkbox
          label="Arm control for this run, and disarm it at its end"
          checked={arms}
          onChange={(event) => setArms(event.currentTarget.checked)}
        />
      ) : null}
    </ActDialog>
  )
}

const WitnessDialog = ({ close }: { readonly close: () => void }) => {
  const [role, setRole] = useState('')
  const command = useCommand()
  return (
    <ActDialog
      title="Name a witness"
      button="Name"
      close={close}
      needsReason={false}
      send={({ who }) => command('acceptance.witness', { name: who, role })}
    >
      <TextInput
        label="Role"
        description="Such as electrician, operator, inspector"
        maxLength={80}
        value={role}
        onChange={(event) => setRole(event.currentTarget.value)}
      />
    </ActDialog>
  )
}

const Head = ({ run, ask }: { readonly run: AcceptanceRun; readonly ask: (asks: Asks) => void }) => {
  const may = useMayCommand()
  const command = useCommand()
  const [said, setSaid] = useState<string | null>(null)
  const counts = countsOf(run.steps)
  const isRunning = run.state === 'running'
  const isDone = run.steps.length - counts.open - counts.running
  return (
    <section className="panel stack" aria-label="The test">
      <div className="row">
        <h2 className="grow">
          {run.reason}: {runStateWords[run.state]}
        </h2>
        {isRunning ? (
          <Button
            color="control"
            disabled={!may}
            onClick={() =>
              void command('acceptance.pause', { who: useSettings.getState().operator || run.who }).then(setSaid)
            }
          >
            Pause
          </Button>
        ) : (
          <>
            <Button disabled={!may || counts.open === 0} onClick={() => ask({ kind: 'run', stepId: null })}>
              Run {stepsText(counts.open)}
            </Button>
            <Button variant="default" disabled={!may} onClick={() => ask({ kind: 'witness' })}>
              Name a witness
            </Button>
            <Button variant="default" disabled={!may} onClick={() => ask({ kind: 'finish' })}>
              Finish and seal
            </Button>
            <Button variant="subtle" disabled={!may} onClick={() => ask({ kind: 'abandon' })}>
              Give up
            </Button>
          </>
        )}
      </div>
      <progress className="run-progress" aria-label="Steps with a result" max={run.steps.length} value={isDone} />
      <p>
        {isDone} of {run.steps.length} steps have a result: {counts.pass} passed, {counts.fail} failed,{' '}
        {counts['not-done']} not done.
        {run.says === null ? '' : ` ${run.says}.`}
      </p>
      {run.witnesses.length === 0 ? null : (
        <p className="dim">
          Witnesses: {run.witnesses.map(({ name, role }) => (role === '' ? name : `${name} (${role})`)).join(', ')}
        </p>
      )}
      {said === null ? null : (
        <Notice tone="alarm" live title="Not done">
          {said}
        </Notice>
      )}
    </section>
  )
}

/** A run: its steps at the left, the chosen one at the right. It can be left and gone on with on another day. */
export const RunPanel = ({ run, mayAct }: { readonly run: AcceptanceRun; readonly mayAct: boolean }) => {
  const [chosen, setChosen] = useState<string | null>(null)
  const [asks, setAsks] = useState<Asks | null>(null)
  const may = useMayCommand() && mayAct
  const command = useCommand()
  const close = () => setAsks(null)
  const shown =
    run.steps.find(({ id }) => id === chosen) ?? run.steps.find(({ state }) => state === 'running') ?? run.steps[0]
  return (
    <div className="stack">
      {mayAct ? <Head run={run} ask={setAsks} /> : null}
      <div className="acceptance-grid">
        <section className="panel step-list" aria-label="Steps">
          <ul className="meter-entries">
            {run.steps.map((step) => (
              <li key={step.id}>
                <button
                  type="button"
                  className="step-entry"
                  aria-pressed={step.id === shown?.id}
                  onClick={() => setChosen(step.id)}
                >
                  <span className="meter-entry-name">{step.title}</span>
                  <Mark kind={stepStateWords[step.state].kind}>{stepStateWords[step.state].word}</Mark>
                </button>
              </li>
            ))}
          </ul>
        </section>
        {shown === undefined ? null : (
          <StepPage run={run} step={shown} mayAct={may} runThis={() => setAsks({ kind: 'run', stepId: shown.id })} />
        )}
      </div>
      {asks?.kind === 'run' ? <RunDialog run={run} stepId={asks.stepId} close={close} /> : null}
      {asks?.kind === 'witness' ? <WitnessDialog close={close} /> : null}
      {asks?.kind === 'finish' ? (
        <ActDialog
          title="Finish the test and seal its protocol"
          button="Finish and seal"
          close={close}
          send={(act) => command('acceptance.finish', act)}
        >
          <p>
            The devices are asked for their serial numbers, firmware and ratios; then page, PDF and data are sealed and
            signed. Steps without a result stand in it as not done. Nothing of this run can be changed afterwards.
          </p>
        </ActDialog>
      ) : null}
      {asks?.kind === 'abandon' ? (
        <ActDialog
          title="Give the test up"
          button="Give up"
          close={close}
          send={(act) => command('acceptance.abandon', act)}
        >
          <p>What was found is kept, without a protocol.</p>
        </ActDialog>
      ) : null}
    </div>
  )
}
