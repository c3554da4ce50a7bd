import type { Clock, Stop } from '../../core/ports.ts'

/** A timer this late shows that the process itself stood still. */
const stallMs = 5
/** Then bytes may lie in the kernel that came in time: they get this long to be read before they are judged missing. */
const graceMs = 20

/**
 * Like `clock.after`, but after a stall of this process the task waits a little: Node runs due timers before it reads sockets, so
 * a reply that came in time would otherwise be called late.
 */
export const patientAfter = (clock: Clock, delayMs: number, task: () => void): Stop => {
  const dueMs = clock.monotonicMs() + delayMs
  let stop = clock.after(delayMs, () => {
    if (clock.monotonicMs() - dueMs <= stallMs) task()
    else stop = clock.after(graceMs, task)
  })
  return () => {
    stop()
  }
}
