import type { AcceptanceRun, AcceptanceStep } from '../../../shared/acceptance/run.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { Log, Stop } from '../ports.ts'
import type { AcceptanceShelf } from './acceptance-shelf.ts'

const isOver = ({ state }: AcceptanceRun): boolean => state === 'finished' || state === 'abandoned'

/** A run as it lies on the disk after the program was killed in the middle of a step. */
const afterKill = (run: AcceptanceRun): AcceptanceRun =>
  isOver(run)
    ? run
    : {
        ...run,
        state: run.state === 'running' ? 'paused' : run.state,
        says: run.state === 'running' ? 'the program ended while it ran; go on where it stood' : run.says,
        steps: run.steps.map((step) =>
          step.state === 'running'
            ? { ...step, state: 'open', says: 'the program ended in the middle of this step: it is open again' }
            : step,
        ),
      }

/** All runs: the one that is not finished, and those before; each change is on the disk before it is answered. */
export const createRunBook = (shelf: AcceptanceShelf, log: Log) => {
  const runs = new Map<string, AcceptanceRun>()
  const listeners = new Set<() => void>()
  let unreadable: string | null = null
  let unkept: string | null = null
  let lastKept: Promise<void> = Promise.resolve()
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  const current = (): AcceptanceRun | null => [...runs.values()].find((run) => !isOver(run)) ?? null

  const keep = (run: AcceptanceRun): Promise<void> => {
    lastKept = shelf.keep(run).then(
      () => {
        unkept = null
      },
      (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error)
        if (unkept === null) log.error('the acceptance test could not be kept', { run: run.id, error: why })
        unkept = `what was done last is not on the disk: ${why}`
        tell()
      },
    )
    return lastKept
  }

  const put = async (run: AcceptanceRun): Promise<AcceptanceRun> => {
    runs.set(run.id, run)
    tell()
    await keep(run)
    return run
  }
  const need = (): AcceptanceRun => {
    const run = current()
    if (run === null) throw refusal('no-test-prepared', {})
    return run
  }

  return {
    load: async (): Promise<void> => {
      const { runs: kept, problem } = await shelf.list()
      unreadable = problem
      for (const run of kept) runs.set(run.id, afterKill(run))
      tell()
    },
    current,
    need,
    get: (id: string): AcceptanceRun => {
      const run = runs.get(id)
      if (run === undefined) throw refusal('test-not-kept', {})
      return run
    },
    all: (): readonly AcceptanceRun[] => [...runs.values()].toSorted((a, b) => b.createdAtMs - a.createdAtMs),
    earlier: (): readonly AcceptanceRun[] =>
      [...runs.values()].filter(isOver).toSorted((a, b) => b.createdAtMs - a.createdAtMs),
    /** A run of a protocol that was checked: to compare with, not kept. */
    addForeign: (run: AcceptanceRun): void => {
      if (runs.has(run.id)) return
      runs.set(run.id, run)
      tell()
    },
    add: put,
    change: (edit: (run: AcceptanceRun) => AcceptanceRun): Promise<AcceptanceRun> => put(edit(need())),
    changeStep: (stepId: string, edit: (step: AcceptanceStep) => AcceptanceStep): Promise<AcceptanceRun> => {
      const run = need()
      if (!run.steps.some(({ id }) => id === stepId)) throw refusal('no-step', { stepId })
      return put({ ...run, steps: run.steps.map((step) => (step.id === stepId ? edit(step) : step)) })
    },
    /** For the screen alone: the sentence of a step that runs. */
    say: (stepId: string, says: string): void => {
      const run = current()
      if (run === null) return
      runs.set(run.id, { ...run, steps: run.steps.map((step) => (step.id === stepId ? { ...step, says } : step)) })
    },
    tell,
    problem: (): string | null => unkept ?? unreadable,
    listen: (listener: () => void): Stop => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    /** Resolves when all that was changed is on the disk, or could not be. */
    settled: (): Promise<void> => lastKept,
  }
}
export type RunBook = ReturnType<typeof createRunBook>
