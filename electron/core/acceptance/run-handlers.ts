import { planOf, type Plan } from '../../../shared/acceptance/plan.ts'
import { runFormat, runVersion, summaryOf, type AcceptanceRun } from '../../../shared/acceptance/run.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { AcceptancePorts } from './acceptance-ports.ts'
import type { Desk, SomeHandlers } from './desk.ts'

/** From the plan to the sealed protocol: a run as a whole. */
export const runHandlers = (
  ports: AcceptancePorts,
  desk: Desk,
): SomeHandlers<
  | 'acceptance.state'
  | 'acceptance.plan'
  | 'acceptance.prepare'
  | 'acceptance.run'
  | 'acceptance.pause'
  | 'acceptance.witness'
  | 'acceptance.finish'
  | 'acceptance.abandon'
  | 'acceptance.read'
> => {
  const { site, clock } = ports
  const { book, conductor, tell, seal, whyNotNow } = desk
  const prepared = (
    of: Pick<AcceptanceRun, 'who' | 'reason' | 'numbers'> & Pick<Plan, 'steps' | 'leftOut'>,
  ): AcceptanceRun => ({
    ...of,
    format: runFormat,
    version: runVersion,
    id: ports.newId(),
    siteId: site.id,
    siteName: site.name,
    timezone: site.timezone,
    program: ports.version,
    state: 'prepared',
    says: null,
    createdAtMs: clock.nowMs(),
    finishedAtMs: null,
    steps: [...of.steps],
    witnesses: [],
    leftOut: [...of.leftOut],
    baseline: null,
  })
  return {
    'acceptance.state': (_input, push) => {
      const say = (): void =>
        push({
          run: book.current(),
          earlier: book.earlier().map(summaryOf),
          isArmedByRun: conductor.isArmedByRun(),
          problem: book.problem(),
        })
      say()
      return book.listen(say)
    },
    'acceptance.plan': ({ numbers }) => {
      const { steps, leftOut } = planOf({ ...ports, numbers })
      return { numbers, steps: [...steps], leftOut: [...leftOut] }
    },
    'acceptance.prepare': async ({ who, reason, numbers, stepIds }) => {
      if (book.current() !== null) throw refusal('test-unfinished', {})
      const plan = planOf({ ...ports, numbers })
      const steps = stepIds === null ? plan.steps : plan.steps.filter(({ id }) => stepIds.includes(id))
      if (steps.length === 0) throw refusal('no-step-chosen', {})
      const skipped = plan.steps
        .filter((step) => !steps.includes(step))
        .map(({ title }) => ({ title, why: `left out by ${who}` }))
      tell({ act: 'prepared', who, reason, steps: steps.length })
      return summaryOf(
        await book.add(prepared({ who, reason, numbers, steps, leftOut: [...plan.leftOut, ...skipped] })),
      )
    },
    'acceptance.run': async (input) => summaryOf(await conductor.run(input)),
    'acceptance.pause': async ({ who }) => {
      await conductor.pause(who)
      return summaryOf(book.need())
    },
    'acceptance.witness': async ({ name, role }) =>
      summaryOf(
        await book.change((run) => ({ ...run, witnesses: [...run.witnesses, { name, role, atMs: clock.nowMs() }] })),
      ),
    'acceptance.finish': async ({ who, reason }) => {
      whyNotNow()
      const finished = await seal({ who, reason })
      tell({ act: 'finished', who, reason, steps: finished.steps.length })
      return summaryOf(finished)
    },
    'acceptance.abandon': async ({ who, reason }) => {
      await conductor.pause(who)
      const { steps } = await book.change((run) => ({
        ...run,
        state: 'abandoned',
        says: `${who}: ${reason}`,
        finishedAtMs: clock.nowMs(),
      }))
      tell({ act: 'abandoned', who, reason, steps: steps.length })
      return {}
    },
    'acceptance.read': ({ runId }) => book.get(runId),
  }
}
