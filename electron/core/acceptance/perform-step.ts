import type { AcceptanceRun, AcceptanceStep } from '../../../shared/acceptance/run.ts'
import { Refusal } from '../../../shared/api/define.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { Log } from '../ports.ts'
import type { RunBook } from './run-book.ts'
import { ended, StepEnded, type StepIntents, type StepOutcome, type StepWorld } from './step-world.ts'
import { stepRunners } from './steps/step-runners.ts'

/** What waits for the next picture. */
export interface Waiting {
  readonly step: AcceptanceStep
  readonly done: (live: Live) => void
  readonly fail: (why: StepEnded) => void
}
/** One going through the steps, in the name of a person. */
export interface Active {
  readonly who: string
  readonly waiting: Set<Waiting>
  ending: StepEnded | null
}

export interface StepPorts extends Pick<
  StepWorld,
  'site' | 'abilities' | 'alarmRules' | 'wiring' | 'socketTest' | 'health' | 'monotonicMs'
> {
  readonly log: Log
  readonly nowMs: () => number
  readonly live: () => Live | null
  /** In the name of a person. */
  readonly intents: (who: string, reason: string) => StepIntents
  readonly book: RunBook
}

const worldOf = (
  ports: StepPorts,
  of: Active,
  step: AcceptanceStep,
  run: AcceptanceRun,
  undos: (() => Promise<unknown>)[],
): StepWorld => ({
  ...ports,
  numbers: run.numbers,
  who: of.who,
  intents: ports.intents(of.who, `acceptance test, ${step.title}`),
  live: () => {
    const live = ports.live()
    if (live === null) throw new StepEnded('not-done', 'nothing has been read yet')
    return live
  },
  next: () =>
    of.ending === null
      ? new Promise((done, fail) => {
          of.waiting.add({ step, done, fail })
        })
      : Promise.reject(of.ending),
  tell: (says) => ports.book.say(step.id, says),
  watch: (watched) => {
    void ports.book.changeStep(step.id, (now) => ({ ...now, watched }))
  },
  undo: (task) => {
    undos.push(task)
  },
})

/** Runs one step to its end, and undoes what it did, however it ends. */
const outcomeOf = async (
  ports: StepPorts,
  of: Active,
  step: AcceptanceStep,
  run: AcceptanceRun,
): Promise<StepOutcome | StepEnded> => {
  const undos: (() => Promise<unknown>)[] = []
  try {
    return await stepRunners[step.kind](worldOf(ports, of, step, run, undos), step)
  } catch (error) {
    if (error instanceof StepEnded) return error
    if (error instanceof Refusal) return ended('not-done', error.message)
    ports.log.error('a step of the acceptance test failed', { step: step.id, error: String(error) })
    return ended('not-done', `the program failed in this step: ${String(error)}`)
  } finally {
    for (const undo of undos.toReversed())
      try {
        await undo()
      } catch (error) {
        // It ended by itself: an override that is over, a trial that control ended.
        ports.log.info('something of an acceptance step was over already', { step: step.id, error: String(error) })
      }
  }
}

/** The step with what came of it; one that was paused is open again. */
const resultOf = (step: AcceptanceStep, outcome: StepOutcome | StepEnded, endedAtMs: number): AcceptanceStep => {
  if (!(outcome instanceof StepEnded))
    return {
      ...step,
      ...outcome,
      evidence: [...outcome.evidence],
      measures: [...outcome.measures],
      endedAtMs,
      watched: null,
    }
  return outcome.as === 'paused'
    ? { ...step, state: 'open', says: `${outcome.message}; it is open again` }
    : { ...step, state: outcome.as, says: outcome.message, endedAtMs }
}

const begunStep = (step: AcceptanceStep, who: string, startedAtMs: number): AcceptanceStep => ({
  ...step,
  state: 'running',
  says: 'begins',
  startedAtMs,
  endedAtMs: null,
  who,
  evidence: [],
  measures: [],
  tries: step.tries + 1,
})

/** Runs steps beside each other; each has its result on the disk when this resolves. */
export const runGroup = async (ports: StepPorts, of: Active, group: readonly AcceptanceStep[]): Promise<void> => {
  const ids = new Set(group.map(({ id }) => id))
  const begun = await ports.book.change((run) => ({
    ...run,
    steps: run.steps.map((step) => (ids.has(step.id) ? begunStep(step, of.who, ports.nowMs()) : step)),
  }))
  const running = begun.steps.filter(({ id }) => ids.has(id))
  await Promise.all(
    running.map(async (step) => {
      const outcome = await outcomeOf(ports, of, step, begun)
      await ports.book.changeStep(step.id, (now) => resultOf(now, outcome, ports.nowMs()))
    }),
  )
}
