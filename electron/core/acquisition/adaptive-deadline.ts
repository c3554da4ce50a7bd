/**
 * How long to wait for one device, learned from how long it takes: as TCP does (RFC 6298: smoothed time plus four times its mean
 * deviation), and beyond that never less than 1.5 times the longest of the last reads, because a mobile link's delay has a long tail.
 * Learned apart for each kind of request (a long block takes its time on a bus behind a gateway). What is not known well yet gets the
 * longest deadline, and that one rises where the device is seen to answer later: half a reply at the deadline, or one that came after it.
 * Times are to the last byte of a reply, since that is what a deadline waits for.
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
/** How fast a raised longest deadline comes down again with each reply (editable assumption: by half in 70 replies). */
const raisedDecay = 0.99
/** A silent device is probed with its learned deadline; each such probe is followed by longer ones, so that one that came back slower is found. */
const probesToFull = 4

interface Learned {
  smoothedMs: number
  deviationMs: number
  count: number
  longestMs: number
  longestBeforeMs: number
  inHalf: number
  /** The last request of this kind was not answered in time. */
  isMissed: boolean
}

export interface AdaptiveDeadlineOptions {
  /** Never less, ms: what scheduling, converters and a short stall may add. */
  readonly floorMs: number
  /** Used until enough is known, and never exceeded for a device that was not seen to answer later, ms. */
  readonly ceilingMs: number
  /** How far the longest deadline may rise for one that was, ms; default: not at all. */
  readonly reachMs?: number
}

export const createAdaptiveDeadline = ({ floorMs, ceilingMs, reachMs = ceilingMs }: AdaptiveDeadlineOptions) => {
  const kinds = new Map<string, Learned>()
  /** What the device was seen to need beyond the ceiling, ms; 0 while it was not. */
  let raisedMs = 0
  /** How late its last reply came that was too late, ms; null since one came in time. */
  let lateMs: number | null = null
  const longest = (): number => Math.min(Math.max(ceilingMs, raisedMs), Math.max(ceilingMs, reachMs))
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

  const note = (learned: Learned, completeMs: number): void => {
    if (learned.count === 0) {
      learned.smoothedMs = completeMs
      learned.deviationMs = completeMs / 2
    } else {
      learned.deviationMs += deviationShare * (Math.abs(learned.smoothedMs - completeMs) - learned.deviationMs)
      learned.smoothedMs += smoothing * (completeMs - learned.smoothedMs)
    }
    learned.count += 1
    if (learned.inHalf >= halfWindow) {
      learned.longestBeforeMs = learned.longestMs
      learned.longestMs = 0
      learned.inHalf = 0
    }
    learned.longestMs = Math.max(learned.longestMs, completeMs)
    learned.inHalf += 1
  }

  return {
    /**
     * Deadline of the next request of this kind, ms. After one timeout the next request gets the longest deadline: a device that is
     * only slower than before is never taken for a silent one. A device that is silent is probed shortly, and fully now and then.
     */
    next(kind: string, isSilent: boolean): number {
      const known = learnedMs(kind)
      if (known === null) return longest()
      const careful = Math.min(longest(), Math.max(lowest, known * caution))
      if (timeoutsInARow === 0) return kinds.get(kind)?.isMissed === true ? longest() : careful
      return isSilent && timeoutsInARow % probesToFull !== 1 ? careful : longest()
    },
    /** A whole reply came after this long. */
    replied(kind: string, completeMs: number): void {
      timeoutsInARow = 0
      lateMs = null
      raisedMs = Math.max(overLongest * completeMs, raisedMs * raisedDecay)
      caution = Math.max(1, caution * 0.9)
      let learned = kinds.get(kind)
      if (learned === undefined) {
        if (kinds.size >= mostKinds)
          for (const oldest of kinds.keys()) {
            kinds.delete(oldest)
            break
          }
        learned = {
          smoothedMs: 0,
          deviationMs: 0,
          count: 0,
          longestMs: 0,
          longestBeforeMs: 0,
          inHalf: 0,
          isMissed: false,
        }
        kinds.set(kind, learned)
      }
      learned.isMissed = false
      note(learned, completeMs)
    },
    /** Half a reply was there at this deadline: the device lives and takes longer than that, so what was learned of this kind holds no more. */
    wasCut(kind: string, deadlineMs: number): void {
      timeoutsInARow += 1
      kinds.delete(kind)
      if (deadlineMs >= longest()) raisedMs = overLongest * deadlineMs
    },
    timedOut(kind: string): void {
      const learned = kinds.get(kind)
      if (learned !== undefined) learned.isMissed = true
      timeoutsInARow += 1
      caution = Math.min(8, caution * 2)
    },
    /** A reply that came too late after all: the device lives, and takes this long. */
    cameLate(afterMs: number): void {
      for (const learned of kinds.values()) if (learned.count > 0) note(learned, afterMs)
      raisedMs = Math.max(raisedMs, overLongest * afterMs)
      lateMs = afterMs
    },
    longestMs: longest,
    /** Replies come later than anything it may be given: how late, and what it would take, ms; null where that is not so. */
    beyondReach: (): { readonly lateMs: number; readonly allowedMs: number; readonly neededMs: number } | null =>
      lateMs === null || lateMs <= longest()
        ? null
        : { lateMs, allowedMs: longest(), neededMs: Math.ceil((overLongest * lateMs) / 100) * 100 },
  }
}
export type AdaptiveDeadline = ReturnType<typeof createAdaptiveDeadline>
