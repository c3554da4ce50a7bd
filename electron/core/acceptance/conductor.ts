import { stepFacts } from '../../../shared/acceptance/step-kinds.ts'
import type { AcceptanceRun, AcceptanceStep } from '../../../shared/acceptance/run.ts'
import { Refusal } from '../../../shared/api/define.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import { phases } from '../../../shared/model/phase.ts'
import type { AcceptanceNews } from '../../../shared/said/control-events.ts'
import type { Log, Stop } from '../ports.ts'
import type { RunBook } from './run-book.ts'
import { ended, StepEnded, type StepIntents, type StepOutcome, type StepWorld } from './step-world.ts'
import { runsTogether, stepRunners } from './steps/step-runners.ts'

export interface ConductorPorts extends Pick<
  StepWorld,
  'site' | 'abilities' | 'alarmRules' | 'wiring' | 'socketTest' | 'health' | 'monotonicMs'
> {
  readonly log: Log
  readonly nowMs: () => number
  readonly live: () => Live | null
  readonly listen: (listener: (live: Live) => void) => Stop
  /** In the name of a person. */
  readonly intents: (who: string, reason: string) => StepIntents
  readonly arm: (who: string, reason: string) => Promise<unknown>
  readonly disarm: (who: string, reason: string) => Promise<unknown>
  readonly book: RunBook
  readonly tell: (news: AcceptanceNews) => void
}

interface Active {
  readonly who: string
  /** What waits for the next picture. */
  readonly waiting: Set<{
    readonly step: AcceptanceStep
    readonly done: (live: Live) => void
    readonly fail: (why: StepEnded) => void
  }>
  ending: StepEnded | null
}

const amps = (value: number): string => `${value.toFixed(1)} A`

/** What ends a step that has control do something, whatever it is: control that was disarmed, or a circuit above its limit. */
const stopOf = ({ image, control }: Live, step: AcceptanceStep): StepEnded | null => {
  if (!stepFacts[step.kind].needsControl) return null
  if (control.mode !== 'armed') return new StepEnded('not-done', 'control was disarmed')
  for (const [id, { phases: each }] of Object.entries(image.circuits))
    for (const phase of phases) {
      const reading = each[phase]
      const current = reading?.currentA.value
      if (reading !== undefined && current != null && Math.abs(current) > reading.limitA)
        return new StepEnded(
          step.kind === 'overload' ? 'fail' : 'not-done',
          `${id}, ${phase} carries ${amps(Math.abs(current))} of ${amps(reading.limitA)}: nothing is tested above a limit`,
        )
    }
  return null
}

/** Steps that run next: one, or all of a kind that only watches. */
const nextGroup = (steps: readonly AcceptanceStep[]): readonly AcceptanceStep[] => {
  const [first] = steps
  if (first === undefined) return []
  return runsTogether.has(first.kind) ? steps.filter(({ kind }) => kind === first.kind) : [first]
}

/** Runs the steps of a run one after the other; whatever ends one, what it had done is undone before the next begins. */
export const createConductor = (ports: ConductorPorts) => {
  const { book, log } = ports
  let active: Active | null = null
  let isArmedByRun = false

  const stopListening = ports.listen((live) => {
    if (active === null) return
    for (const waiting of [...active.waiting]) {
      active.waiting.delete(waiting)
      const why = active.ending ?? stopOf(live, waiting.step)
      if (why === null) waiting.done(live)
      else waiting.fail(why)
    }
    book.tell()
  })

  const worldOf = (
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
    tell: (says) => book.say(step.id, says),
    watch: (watched) => {
      void book.changeStep(step.id, (now) => ({ ...now, watched }))
    },
    undo: (task) => {
      undos.push(task)
    },
  })

  const outcomeOf = async (of: Active, step: AcceptanceStep, run: AcceptanceRun): Promise<StepOutcome | StepEnded> => {
    const undos: (() => Promise<unknown>)[] = []
    try {
      return await stepRunners[step.kind](worldOf(of, step, run, undos), step)
    } catch (error) {
      if (error instanceof StepEnded) return error
      if (error instanceof Refusal) return ended('not-done', error.message)
      log.error('a step of the acceptance test failed', { step: step.id, error: String(error) })
      return ended('not-done', `the program failed in this step: ${String(error)}`)
    } finally {
      for (const undo of undos.toReversed())
        try {
          await undo()
        } catch (error) {
          // It ended by itself: an override that is over, a trial that control ended.
          log.info('something of an acceptance step was over already', { step: step.id, error: String(error) })
        }
    }
  }

  const resultOf = (step: AcceptanceStep, outcome: StepOutcome | StepEnded): AcceptanceStep => {
    const endedAtMs = ports.nowMs()
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

  const runGroup = async (of: Active, group: readonly AcceptanceStep[]): Promise<void> => {
    const ids = new Set(group.map(({ id }) => id))
    const begun = await book.change((run) => ({
      ...run,
      steps: run.steps.map((step) =>
        ids.has(step.id)
          ? {
              ...step,
              state: 'running',
              says: 'begins',
              startedAtMs: ports.nowMs(),
              endedAtMs: null,
              who: of.who,
              evidence: [],
              measures: [],
              tries: step.tries + 1,
            }
          : step,
      ),
    }))
    const running = begun.steps.filter(({ id }) => ids.has(id))
    await Promise.all(
      running.map(async (step) => {
        const outcome = await outcomeOf(of, step, begun)
        await book.changeStep(step.id, (now) => resultOf(now, outcome))
      }),
    )
  }

  const finishRun = async (of: Active): Promise<void> => {
    if (isArmedByRun) {
      isArmedByRun = false
      try {
        await ports.disarm(of.who, 'the acceptance test is over')
      } catch (error) {
        log.error('control could not be disarmed after the acceptance test', { error: String(error) })
      }
    }
    active = null
    await book.change((run) => ({
      ...run,
      state: 'paused',
      // Why it stopped early; how many steps are open the steps say themselves.
      says: of.ending?.message ?? null,
    }))
  }

  const perform = async (of: Active, wanted: readonly string[]): Promise<void> => {
    const left = new Set(wanted)
    try {
      while (of.ending === null) {
        const group = nextGroup(book.need().steps.filter(({ id }) => left.has(id)))
        if (group.length === 0) break
        for (const { id } of group) left.delete(id)
        await runGroup(of, group)
      }
    } catch (error) {
      log.error('the acceptance test stopped', { error: String(error) })
      of.ending ??= new StepEnded('paused', `it stopped: ${String(error)}`)
    }
    await finishRun(of)
  }
  let performing: Promise<void> = Promise.resolve()

  const end = async (why: StepEnded): Promise<void> => {
    const of = active
    if (of === null) return
    of.ending = why
    for (const waiting of [...of.waiting]) waiting.fail(why)
    of.waiting.clear()
    await performing
  }

  return {
    isRunning: (): boolean => active !== null,
    isArmedByRun: (): boolean => isArmedByRun,
    run: async (input: {
      who: string
      reason: string
      stepId: string | null
      arm: boolean
    }): Promise<AcceptanceRun> => {
      if (active !== null) throw new Refusal('it runs already')
      const run = book.need()
      const steps =
        input.stepId === null
          ? run.steps.filter(({ state }) => state === 'open')
          : run.steps.filter(({ id }) => id === input.stepId)
      if (steps.length === 0) throw new Refusal('no step is open: every one has a result')
      const live = ports.live()
      if (live === null) throw new Refusal('nothing has been read yet; try again in some seconds')
      const of: Active = { who: input.who, waiting: new Set(), ending: null }
      active = of
      try {
        if (input.arm && live.control.mode !== 'armed') {
          await ports.arm(input.who, `acceptance test: ${input.reason}`)
          isArmedByRun = true
        }
      } catch (error) {
        active = null
        throw error
      }
      ports.tell({ act: 'run', who: input.who, reason: input.reason, steps: steps.length })
      const begun = await book.change((now) => ({ ...now, state: 'running', says: null }))
      performing = perform(
        of,
        steps.map(({ id }) => id),
      )
      return begun
    },
    /** Resolves when the step is over and everything is back as it was. */
    pause: (who: string): Promise<void> => end(new StepEnded('paused', `paused by ${who}`)),
    close: async (why: string): Promise<void> => {
      await end(new StepEnded('paused', why))
      stopListening()
    },
  }
}
export type Conductor = ReturnType<typeof createConductor>
