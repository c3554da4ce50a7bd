import type { LogWindow } from '../../../shared/meter-records/capture-layout.ts'
import type { MeterWay } from './meter-way.ts'

/** Written to the pointer: whoever read is done, and the log goes on. */
const released = 0xffff
/** The release is tried so often at once; after that the next contact with the meter begins with it. */
const attempts = 3

/** Whether a log of this meter is still owed its release. Kept across restarts by whoever makes it. */
export interface Debt {
  readonly isOwed: () => boolean
  readonly set: (isOwed: boolean) => void
}

/**
 * Runs a task with the meter's log paused, and gives the log back whatever comes of the task: an error, a lost line, the end of the program. Where
 * the meter could not be reached, the debt is remembered and paid before anything else is asked of it; the meter also helps itself after a while.
 */
export const createPausedLog = (layout: Pick<LogWindow, 'control' | 'pointer'>, way: MeterWay, debt: Debt) => {
  const release = async (): Promise<boolean> => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const { ok } = await way.write(layout.pointer, [released])
      if (ok) {
        debt.set(false)
        return true
      }
    }
    return false
  }
  return {
    /** Pays what is owed; false: the meter can't be reached, and nothing may be asked of its logs. */
    settle: (): Promise<boolean> => (debt.isOwed() ? release() : Promise.resolve(true)),
    /** `task` is given the log paused. Answers why it could not be, or what the task came to. */
    run: async <T>(
      log: number,
      task: () => Promise<T>,
    ): Promise<{ ok: true; value: T } | { ok: false; why: string }> => {
      // Before the request: a reply that is lost may have paused it all the same.
      debt.set(true)
      const paused = await way.write(layout.control, [log & 0xff])
      try {
        return paused.ok ? { ok: true, value: await task() } : { ok: false, why: paused.why }
      } finally {
        await release()
      }
    },
  }
}
export type PausedLog = ReturnType<typeof createPausedLog>
