import type { CycleMark } from '../electrical/cycle-marks.ts'

/** Of a 10-minute interval, ms. It begins with a tick of UTC. */
export const tickMs = 600_000

/** One basic window of IEC 61000-4-30, 4.4: 10 cycles at 50 Hz, 12 at 60 Hz, from one mark to another. */
export interface CycleWindow {
  /** Sample positions with fractions. */
  readonly from: number
  readonly to: number
  readonly fromMs: number
  readonly toMs: number
  /** The 10-minute interval it is counted in, as a count of ticks since 1970, and its place there. */
  readonly tick: number
  readonly index: number
  /** False: a crossing in it was not seen, and the window is as long as the last periods were. */
  readonly isSeen: boolean
}

/** A mark's place is taken from so many half cycles on each side of it: an interharmonic moves a single crossing, not their mean. */
const smoothedOver = 10

interface Open {
  readonly index: number
  readonly count: number
  readonly at: number
  readonly tick: number
  /** A later sequence has begun at a tick: this window is finished, and none follows it. */
  readonly isLast: boolean
}

/**
 * Cuts time into windows without gaps. At every UTC tick of ten minutes a new sequence begins, and the window that runs is finished beside
 * its first ("overlap 1" of 4.5).
 */
export const createWindowClock = (cycles: number) => {
  let marks: CycleMark[] = []
  /** Number of the first of `marks`. */
  let first = 0
  let open: readonly Open[] = []
  let tick: number | null = null

  const placeOf = (number: number): number => {
    let sum = 0
    for (let each = number - smoothedOver; each <= number + smoothedOver; each += 1) sum += marks[each - first]?.at ?? 0
    return sum / (2 * smoothedOver + 1)
  }
  const isSeenBetween = (from: number, to: number): boolean => {
    for (let each = from; each <= to; each += 1) if (marks[each - first]?.isSeen !== true) return false
    return true
  }
  const stepMark = (number: number, msOf: (at: number) => number): readonly CycleWindow[] => {
    const at = placeOf(number)
    const now = Math.floor(msOf(at) / tickMs)
    const ended = open.filter((each) => number - each.index === 2 * cycles)
    const windows = ended.map((each) => ({
      from: each.at,
      to: at,
      fromMs: msOf(each.at),
      toMs: msOf(at),
      tick: each.tick,
      index: each.count,
      isSeen: isSeenBetween(each.index, number),
    }))
    const isNew = tick === null || now !== tick
    const going = open.filter((each) => !ended.includes(each)).map((each) => (isNew ? { ...each, isLast: true } : each))
    const following = isNew
      ? [{ index: number, count: 0, at, tick: now, isLast: false }]
      : ended
          .filter(({ isLast }) => !isLast)
          .map((each) => ({ index: number, count: each.count + 1, at, tick: each.tick, isLast: false }))
    open = [...going, ...following]
    tick = now
    return windows
  }
  return {
    /** Takes marks in order; gives the windows they complete, which lie a few cycles back. `msOf` gives the time of a position. */
    push: (found: readonly CycleMark[], msOf: (at: number) => number): readonly CycleWindow[] => {
      const windows: CycleWindow[] = []
      for (const mark of found) {
        marks.push(mark)
        const number = first + marks.length - 1 - smoothedOver
        if (number - first < smoothedOver) continue
        // Nothing begins before the frequency is known.
        if (open.length === 0 && !isSeenBetween(number, number)) continue
        windows.push(...stepMark(number, msOf))
      }
      const needed = 2 * cycles + 3 * smoothedOver
      if (marks.length > 2 * needed) {
        first += marks.length - needed
        marks = marks.slice(-needed)
      }
      return windows
    },
    /** The samples that follow are not those after the last ones. */
    reset: (): void => {
      marks = []
      first = 0
      open = []
      tick = null
    },
  }
}
