/** Whether a device answers, and when one that does not is asked again: a state and pure steps on it. */
export interface DeviceLife {
  /** Failed exchanges in a row. */
  readonly failures: number
  readonly lastFailureMs: number
  readonly probeDueMs: number
  readonly probeMs: number
}

export const newLife: DeviceLife = { failures: 0, lastFailureMs: -Infinity, probeDueMs: 0, probeMs: 0 }

/** Failed exchanges in a row after which a device is probed instead of polled. */
const silentAfter = 2
/**
 * Longest wait between probes of a silent device. A probe comes every second period, so that a device that is back is read
 * within three polls; on a shared line less often, so that dead devices take a third of its time at most.
 */
const longestProbeMs = 5000

export const isSilent = ({ failures }: DeviceLife): boolean => failures >= silentAfter

export const revived = (life: DeviceLife): DeviceLife => ({ ...life, failures: 0 })

/** Of several reads that were under way together only the first to fail counts: they had one cause. */
export const failed = (life: DeviceLife, sentMs: number, nowMs: number): DeviceLife => ({
  ...life,
  failures: life.failures + (sentMs >= life.lastFailureMs ? 1 : 0),
  lastFailureMs: nowMs,
})

export interface ProbeCost {
  readonly periodMs: number
  /** What the failed exchange took: a gateway that refuses at once costs the line nothing; a silence costs its whole deadline. */
  readonly costMs: number
  /** Silent devices of the line beside this one; null where it has the line to itself. */
  readonly othersSilent: number | null
}

/** A silent device is probed after this. */
export const probedLater = (
  life: DeviceLife,
  { periodMs, costMs, othersSilent }: ProbeCost,
  nowMs: number,
): DeviceLife => {
  const probeMs = Math.max(
    Math.min(longestProbeMs, 2 * periodMs),
    othersSilent === null ? 0 : 3 * costMs * (1 + othersSilent),
  )
  return { ...life, probeMs, probeDueMs: nowMs + probeMs }
}
