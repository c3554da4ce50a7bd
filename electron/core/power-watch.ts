import type { TimeNews } from './time-watch.ts'

/** What the computer's system says of its power. */
export type PowerEvent = 'suspend' | 'resume'

/** Knows from the system that the computer slept, where its clocks alone don't tell a sleep from a clock that was set. */
export const createPowerWatch = () => {
  let slept = false
  return {
    note: (event: PowerEvent): void => {
      if (event === 'suspend') slept = true
    },
    /** News of time, with a sleep that the system announced told as one. */
    explain: (news: readonly TimeNews[]): readonly TimeNews[] => {
      const told = news.map((one): TimeNews =>
        one.kind === 'clock-set-or-asleep' && slept && one.byMs > 0 ? { kind: 'asleep', forMs: one.byMs } : one,
      )
      // The first leap after it was the sleep; a later one is something else.
      if (told.some(({ kind }) => kind === 'asleep')) slept = false
      return told
    },
  }
}
