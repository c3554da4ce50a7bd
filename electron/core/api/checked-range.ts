import { refusal } from '../../../shared/said/refusal.ts'
import type { TimeRange } from '../record/recorder.ts'

/** The range itself; refused where it ends before it begins. */
export const checkedRange = (input: TimeRange): TimeRange => {
  if (input.fromMs < input.toMs) return input
  throw refusal('range-backwards', { fromMs: input.fromMs, toMs: input.toMs })
}
