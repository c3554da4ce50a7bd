import { Refusal } from '../../../shared/api/define.ts'
import type { TimeRange } from '../ports.ts'

/** The range itself; refused where it ends before it begins. */
export const checkedRange = (input: TimeRange): TimeRange => {
  if (input.fromMs < input.toMs) return input
  throw new Refusal(
    `the time range ends (${new Date(input.toMs).toISOString()}) before it begins (${new Date(input.fromMs).toISOString()}); swap the two`,
  )
}
