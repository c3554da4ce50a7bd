import type { Clock } from '../../core/ports.ts'

/** A bus that never falls silent is used all the same after this long: the check sum still guards every frame. */
const longestDrainMs = 2000
/** A remainder below a microsecond is rounding, not silence. */
const leastMs = 0.001

export interface ListenedBus {
  /** Silence that bus and device want now, ms: it may grow while one waits. */
  readonly wantedMs: () => number
  /** When the last byte went or came. */
  readonly lastActivityMs: () => number
  /** Nobody waits any more. */
  readonly isOver: () => boolean
}

/** Waits for the silence a bus wants before it is spoken on; bytes that still come start the wait anew. One wait at a time. */
export const createBusSilence = (clock: Clock, bus: ListenedBus) => {
  let wake: (() => void) | null = null
  return {
    wait: async (): Promise<void> => {
      const untilMs = clock.monotonicMs() + longestDrainMs
      for (;;) {
        const leftMs = Math.min(bus.lastActivityMs() + bus.wantedMs(), untilMs) - clock.monotonicMs()
        if (leftMs < leastMs || bus.isOver()) return
        await new Promise<void>((resolve) => {
          const stop = clock.after(leftMs, resolve)
          wake = () => {
            stop()
            resolve()
          }
        })
        wake = null
      }
    },
    /** Ends the wait at once. */
    rouse: (): void => wake?.(),
  }
}
