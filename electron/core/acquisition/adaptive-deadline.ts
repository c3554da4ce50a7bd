/**
 * How long to wait for one device, learned from how long it takes: as TCP does (RFC 6298: smoothed time plus four times its mean
 * deviation), and beyond that never less than 1.5 times the longest of the last reads, because a mobile link's delay has a long tail.
 * Learned apart for each kind of request (a long block takes its time on a bus behind a gateway). What is not known well yet gets the
 * longest deadline.
 */

/** Reads of one kind before its deadline is shortened. */
const learnedAfter = 16
/** Two halves of this many reads are looked back on for the longest. */
const halfWindow = 64
const overLongest = 1.5
/** RFC 6298, 2.3. */
const smoothing = 1 / 8
const deviationShare = 1 / 4
const deviations = 4
/** Kinds kept: a device has a dozen blocks; splitting around missing registers makes more for a while. */
const mostKinds = 64
/** A silent device is probed with its learned deadline; each such probe is followed by longer ones, so that one that came back slower is found. */
const probesToFull = 4

interface Learned {
  smoothedMs: number
  deviationMs: number
  count: number
  longestMs: number
  longestBeforeMs: number
  inHalf: number
}

export interface AdaptiveDeadlineOptions {
  /** Never less, ms: what scheduling, converters and a short stall may add. */
  readonly floorMs: number
  /** Never more, and used until enough is known, ms. */
  readonly ceilingMs: number
}

export const createAdaptiveDeadline = ({ floorMs, ceilingMs }: AdaptiveDeadlineOptions) => {
  const kinds = new Map<string, Learned>()
  /** Grows with every timeout, shrinks with every reply. */
  let caution = 1
  let timeoutsInARow = 0
  const lowest = Math.min(floorMs, ceilingMs)

  const learnedMs = (kind: string): number | null => {
    const learned = kinds.get(kind)
    if (learned === undefined || learned.count < learnedAfter) return null
    const { smoothedMs, deviationMs, longestMs, longestBeforeMs } = learned
    return Math.max(smoothedMs + deviations * deviationMs, overLongest * Math.max(longestMs, longestBeforeMs))
  }

  const note = (learned: Learned, turnaroundMs: number): void => {
    if (learned.count === 0) {
      learned.smoothedMs = turnaroundMs
      learned.deviationMs = turnaroundMs / 2
    } else {
      learned.deviationMs += deviationShare * (Math.abs(learned.smoothedMs - turnaroundMs) - learned.deviationMs)
      learned.smoothedMs += smoothing * (turnaroundMs - learned.smoothedMs)
    }
    learned.count += 1
    if (learned.inHalf >= halfWindow) {
      learned.longestBeforeMs = learned.longestMs
      learned.longestMs = 0
      learned.inHalf = 0
    }
    learned.longestMs = Math.max(learned.longestMs, turnaroundMs)
    learned.inHalf += 1
  }

  return {
    /**
     * Deadline of the next request of this kind, ms. After one timeout the next request gets the longest deadline: a device that is
     * only slower than before is never taken for a silent one. A device that is silent is probed shortly, and fully now and then.
     */
    next(kind: string, isSilent: boolean): number {
      const known = learnedMs(kind)
      if (known === null) return ceilingMs
      const careful = Math.min(ceilingMs, Math.max(lowest, known * caution))
      if (timeoutsInARow === 0) return careful
      return isSilent && timeoutsInARow % probesToFull !== 1 ? careful : ceilingMs
    },
    replied(kind: string, turnaroundMs: number): void {
      timeoutsInARow = 0
      caution = Math.max(1, caution * 0.9)
      let learned = kinds.get(kind)
      if (learned === undefined) {
        if (kinds.size >= mostKinds)
          for (const oldest of kinds.keys()) {
            kinds.delete(oldest)
            break
          }
        learned = { smoothedMs: 0, deviationMs: 0, count: 0, longestMs: 0, longestBeforeMs: 0, inHalf: 0 }
        kinds.set(kind, learned)
      }
      note(learned, turnaroundMs)
    },
    timedOut(): void {
      timeoutsInARow += 1
      caution = Math.min(8, caution * 2)
    },
    /** A reply that came too late after all: the device lives, and takes this long. */
    cameLate(afterMs: number): void {
      for (const learned of kinds.values()) if (learned.count > 0) note(learned, afterMs)
    },
  }
}
export type AdaptiveDeadline = ReturnType<typeof createAdaptiveDeadline>
