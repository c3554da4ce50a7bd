import type { ExchangeOutcome } from '../lines/modbus-line.ts'

/** First wait for a reply where no profile says one; shorter once the device's own pace is known. */
export const firstDeadlineMs = 1000
const shortestDeadlineMs = 150

/** A deadline that follows the device: four times its slowest reply, so that short gaps of the polling suffice. */
export const createPace = (startMs: number) => {
  let longestMs = 0
  return {
    deadlineMs: () => (longestMs === 0 ? startMs : Math.min(startMs, Math.max(shortestDeadlineMs, 4 * longestMs))),
    note: (outcome: ExchangeOutcome) => {
      if (outcome.ok) longestMs = Math.max(longestMs, outcome.turnaroundMs)
      // What was late may only be slower than thought.
      else if (outcome.fault.kind === 'timeout') longestMs = Math.max(longestMs, startMs / 4)
    },
  }
}
