import type { Habits } from '../../../shared/api/explore-contract.ts'
import type { Stop } from '../ports.ts'
import { guarded, type ExploreLine } from './explore-port.ts'
import { measureHabits } from './measure-habits.ts'
import type { MeasurePlace } from './measure-probe.ts'

/** Tries out what a device bears, until it is known or stopped; the line is given back at the end. */
export const measureOn = (
  line: ExploreLine,
  place: Omit<MeasurePlace, 'where'>,
  push: (habits: Habits) => void,
): Stop => {
  let isCancelled = false
  const { unit, functionCode, first } = place
  const fail = (error: unknown): void => {
    if (isCancelled) return
    const problem = `measuring failed inside the program: ${String(error)}; please report this`
    const unknown = { block: null, evenOnly: null, turnaround: null }
    push({ step: 'failed', where: line.where, requests: 0, problem, ...unknown })
  }
  measureHabits({ where: line.where, unit, functionCode, first }, guarded(line), () => isCancelled, push)
    .catch(fail)
    .finally(() => {
      line.release()
    })
  return () => {
    isCancelled = true
    line.release()
  }
}
