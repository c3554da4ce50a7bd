import { refusal } from '../../shared/said/refusal.ts'
import { reasonOf, type FailingPart } from './detectors/failed-parts.ts'
import type { Clock, Log } from './ports.ts'
import { forgetful, type Memory } from './site/memory.ts'

/** A part that failed counts as failing until it has gone well for this long, ms: one good reply of another meter is no recovery. */
const quietMs = 30_000

/** Runs parts that follow what is measured, so that one that throws costs the others nothing and is not forgotten either. */
export interface PartWatch {
  readonly run: (part: string, task: () => void) => void
  readonly failing: () => readonly FailingPart[]
}

export const createPartWatch = (clock: Clock, log: Log, memory: Memory = forgetful): PartWatch => {
  const failures = memory.keep('failed-parts', new Map<string, { readonly why: string; readonly untilMs: number }>())
  const failing = (): readonly FailingPart[] =>
    [...failures]
      .filter(([, { untilMs }]) => clock.monotonicMs() < untilMs)
      .map(([part, { why }]): FailingPart => ({ part, why }))
  return {
    run: (part, task) => {
      try {
        task()
      } catch (error) {
        if (!failing().some((each) => each.part === part))
          log.error(`${part} failed`, {
            error: error instanceof Error ? (error.stack ?? error.message) : String(error),
          })
        failures.set(part, { why: reasonOf(error), untilMs: clock.monotonicMs() + quietMs })
      }
    },
    failing,
  }
}

/** An act that is refused while a part of the program fails: a site whose checks or whose record are dead is not armed. */
export const whenSound =
  <Input, Answer>(act: (input: Input) => Promise<Answer>, failing: () => readonly FailingPart[]) =>
  (input: Input): Promise<Answer> => {
    const parts = failing().map(({ part }) => part)
    if (parts.length === 0) return act(input)
    return Promise.reject(refusal('arm-while-failing', { parts }))
  }
