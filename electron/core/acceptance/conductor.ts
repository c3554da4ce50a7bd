import { stepFacts } from '../../../shared/acceptance/step-kinds.ts'
import type { AcceptanceRun, AcceptanceStep } from '../../../shared/acceptance/run.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import { phases } from '../../../shared/model/phase.ts'
import type { AcceptanceNews } from '../../../shared/said/control-events.ts'
import type { Stop } from '../ports.ts'
import { runGroup, type Active, type StepPorts } from './perform-step.ts'
import { StepEnded } from './step-world.ts'
import { runsTogether } from './steps/step-runners.ts'

export interface ConductorPorts extends StepPorts {
  readonly listen: (listener: (live: Live) => void) => Stop
  readonly arm: (who: string, reason: string) => Promise<unknown>
  readonly disarm: (who: string, reason: string) => Promise<unknown>
  readonly tell: (news: AcceptanceNews) => void
}

export interface RunInput {
  readonly who: string
  readonly reason: string
  readonly stepId: string | null
  readonly arm: boolean
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
        await runGroup(ports, of, group)
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

  const run = async (input: RunInput): Promise<AcceptanceRun> => {
    if (active !== null) throw refusal('test-runs', {})
    const { steps: all } = book.need()
    const steps =
      input.stepId === null ? all.filter(({ state }) => state === 'open') : all.filter(({ id }) => id === input.stepId)
    if (steps.length === 0)
      throw input.stepId === null ? refusal('no-step-open', {}) : refusal('no-step', { stepId: input.stepId })
    const live = ports.live()
    if (live === null) throw refusal('nothing-read-yet', {})
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
  }

  return {
    isRunning: (): boolean => active !== null,
    isArmedByRun: (): boolean => isArmedByRun,
    run,
    /** Resolves when the step is over and everything is back as it was. */
    pause: (who: string): Promise<void> => end(new StepEnded('paused', `paused by ${who}`)),
    close: async (why: string): Promise<void> => {
      await end(new StepEnded('paused', why))
      stopListening()
    },
  }
}
export type Conductor = ReturnType<typeof createConductor>
