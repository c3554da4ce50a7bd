import type { Clock, Stop } from '../ports.ts'

/** Does something again and again until it is stopped, each time `everyMs` after the last was done. */
export const repeat = (clock: Clock, everyMs: number, task: () => Promise<void> | void): Stop => {
  let isStopped = false
  let cancel: Stop = () => undefined
  const turn = async (): Promise<void> => {
    await task()
    if (!isStopped) cancel = clock.after(everyMs, () => void turn())
  }
  void turn()
  return () => {
    isStopped = true
    cancel()
  }
}
