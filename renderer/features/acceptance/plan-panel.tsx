import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import { usualNumbers } from '../../../shared/acceptance/plan.ts'
import { planNumbersSchema, type AcceptanceStep, type PlanNumbers } from '../../../shared/acceptance/run.ts'
import { stepFacts, stepKinds, type StepKind } from '../../../shared/acceptance/step-kinds.ts'
import { useMayCommand } from '../../state/may.ts'
import { useRead } from '../../state/read.ts'
import { Loading, Notice } from '../../ui/notice.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { ActDialog } from './act-dialog.tsx'
import { useCommand } from './use-commands.ts'

const fields: readonly { readonly key: keyof PlanNumbers; readonly label: string; readonly unit: string }[] = [
  { key: 'communicationMinutes', label: 'Watch each device for', unit: 'min' },
  { key: 'mostErrorsPercent', label: 'Requests that may fail', unit: '%' },
  { key: 'longestSilenceS', label: 'Longest silence', unit: 's' },
  { key: 'settleS', label: 'A limit must be followed within', unit: 's' },
  { key: 'overloadS', label: 'A limit is lowered for', unit: 's' },
  { key: 'overrideS', label: 'An override lasts', unit: 's' },
  { key: 'socketRepeats', label: 'Repeats of a socket’s test', unit: '' },
]

const KindRow = ({
  kind,
  steps,
  chosen,
  toggle,
}: {
  readonly kind: StepKind
  readonly steps: readonly AcceptanceStep[]
  readonly chosen: ReadonlySet<string>
  readonly toggle: (ids: readonly string[], isOn: boolean) => void
}) => {
  const facts = stepFacts[kind]
  const ids = steps.map(({ id }) => id)
  const count = ids.filter((id) => chosen.has(id)).length
  return (
    <tr>
      <th scope="row">
        <Checkbox
          label={facts.title}
          checked={count > 0}
          indeterminate={count > 0 && count < ids.length}
          onChange={(event) => toggle(ids, event.currentTarget.checked)}
        />
      </th>
      <td className="num">
        {count} of {ids.length}
      </td>
      <td className="plan-passes">
        {facts.passes}
        <details className="check-numbers">
          <summary>Each one</summary>
          <ul className="plain">
            {steps.map((step) => (
              <li key={step.id}>
                <Checkbox
                  size="xs"
                  label={`${step.title.slice(facts.title.length + 2)}: ${step.wants}`}
                  checked={chosen.has(step.id)}
                  onChange={(event) => toggle([step.id], event.currentTarget.checked)}
                />
              </li>
            ))}
          </ul>
        </details>
      </td>
      <td>{facts.byPerson ? 'a person' : facts.needsControl ? 'the load control' : 'watching only'}</td>
    </tr>
  )
}

/** The plan, made from the site file; a person takes out what is not wanted and begins. */
export const PlanPanel = () => {
  const [typed, setTyped] = useState<Readonly<Record<string, number | string>>>({ ...usualNumbers })
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set())
  const [asks, setAsks] = useState(false)
  const may = useMayCommand()
  const command = useCommand()
  const parsed = planNumbersSchema.safeParse(typed)
  const numbers = parsed.success ? parsed.data : null
  const plan = useRead('acceptance.plan', { numbers: numbers ?? usualNumbers })
  if (plan.step === 'failed')
    return (
      <Notice tone="alarm" title="No plan can be made">
        {plan.why}
      </Notice>
    )
  if (plan.value === null) return <Loading what="the plan" />
  const { steps, leftOut: impossible } = plan.value
  const chosen = new Set(steps.map(({ id }) => id).filter((id) => !leftOut.has(id)))
  const toggle = (ids: readonly string[], isOn: boolean) => {
    const next = new Set(leftOut)
    for (const id of ids) {
      if (isOn) next.delete(id)
      else next.add(id)
    }
    setLeftOut(next)
  }
  const problemOf = (key: string): string | null =>
    parsed.success ? null : (parsed.error.issues.find(({ path }) => path[0] === key)?.message ?? null)
  return (
    <div className="stack">
      <section className="panel stack" aria-label="The plan">
        <h2>The plan, from the site file</h2>
        <div className="plan-numbers">
          {fields.map(({ key, label, unit }) => (
            <NumberField
              key={key}
              label={unit === '' ? label : `${label} (${unit})`}
              value={typed[key] ?? ''}
              error={problemOf(key)}
              onChange={(value) => setTyped({ ...typed, [key]: value })}
            />
          ))}
        </div>
        <div className="table-scroll" role="region" aria-label="Steps of the plan" tabIndex={0}>
          <table className="table plan-table">
            <thead>
              <tr>
                <th scope="col">Step</th>
                <th scope="col" className="num">
                  Chosen
                </th>
                <th scope="col">Passes where</th>
                <th scope="col">Done by</th>
              </tr>
            </thead>
            <tbody>
              {stepKinds.map((kind) => {
                const ofKind = steps.filter((step) => step.kind === kind)
                return ofKind.length === 0 ? null : (
                  <KindRow key={kind} kind={kind} steps={ofKind} chosen={chosen} toggle={toggle} />
                )
              })}
            </tbody>
          </table>
        </div>
        {impossible.length === 0 ? null : (
          <details className="check-numbers">
            <summary>{impossible.length} things can’t be tested here, and why</summary>
            <ul className="plain">
              {impossible.map(({ title, why }) => (
                <li key={title}>
                  {title}: <span className="dim">{why}</span>
                </li>
              ))}
            </ul>
          </details>
        )}
        <div className="row">
          <Button disabled={!may || numbers === null || chosen.size === 0} onClick={() => setAsks(true)}>
            Prepare the test of {chosen.size} steps
          </Button>
        </div>
      </section>
      {!asks || numbers === null ? null : (
        <ActDialog
          title="Prepare the acceptance test"
          button="Prepare"
          close={() => setAsks(false)}
          send={({ who, reason }) =>
            command('acceptance.prepare', { who, reason, numbers, stepIds: leftOut.size === 0 ? null : [...chosen] })
          }
        >
          <p>Nothing is asked of any device yet. The plan is kept on this computer, and can be worked on over days.</p>
        </ActDialog>
      )}
    </div>
  )
}
