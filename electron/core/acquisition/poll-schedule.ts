import type { ReadBlock } from '../../../shared/profile/read-plan.ts'

/** One block of a device with its beat. Never changed in place: a step makes a new one with the same `id`. */
export interface ScheduledBlock {
  readonly id: number
  readonly block: ReadBlock
  /** Of a retry: the wait until the next one, which grows. */
  readonly periodMs: number
  /** Monotonic time of the next read: always phase + n x period, so a late read never moves the ones after it. */
  readonly dueMs: number
  /** Exceptions in a row that say a register is missing. */
  readonly refusals: number
  /** How often the device had answered anything when this block was last refused; null while it is not refused. */
  readonly answersAtRefusal: number | null
  /** Read now although its beat is later: its lateness says nothing. */
  readonly isForward: boolean
  /** Asked and not answered yet: only on a line that sends ahead. */
  readonly isFlying: boolean
  /** A register the device refuses alone, asked for again now and then. */
  readonly isRetry: boolean
}

/** Periods that passed without a read before `nowMs`. */
export const missedPeriods = (item: ScheduledBlock, nowMs: number): number =>
  Math.max(0, Math.floor((nowMs - item.dueMs) / item.periodMs))

/** Due now, and on its own beat again afterwards. */
export const broughtForward = (item: ScheduledBlock, nowMs: number): ScheduledBlock =>
  item.dueMs <= nowMs
    ? item
    : {
        ...item,
        dueMs: item.dueMs - Math.ceil((item.dueMs - nowMs) / item.periodMs) * item.periodMs,
        isForward: true,
      }

/** Earliest deadline first: fast blocks go before slow ones, and a slow one that waited its whole period before all. */
export const deadlineOf = (item: ScheduledBlock): number => item.dueMs + item.periodMs

/** Which of two blocks goes first: a due one before one that is not, then by deadline, then by the time it is due. */
const goesBefore = (item: ScheduledBlock, best: ScheduledBlock, nowMs: number): boolean => {
  const [isDue, isBestDue] = [item.dueMs <= nowMs, best.dueMs <= nowMs]
  if (isDue !== isBestDue) return isDue
  return isDue ? deadlineOf(item) < deadlineOf(best) : item.dueMs < best.dueMs
}

/** The period of a device's fastest blocks, ms. */
export const fastestMs = (items: readonly ScheduledBlock[]): number =>
  Math.min(...items.filter(({ isRetry }) => !isRetry).map(({ periodMs }) => periodMs))

export const isFast = (item: ScheduledBlock, items: readonly ScheduledBlock[]): boolean =>
  !item.isRetry && item.periodMs <= fastestMs(items)

/**
 * The block to read next; null while all of them are under way. `mayBeSlow`: a whole sweep of the fast blocks was read since the last
 * slower one. Where the fast ones can't keep their period, a slower one goes between two of their sweeps at most: by their deadlines
 * alone all slow ones would come due together and go one after the other while nothing fast is read.
 */
export const pickNext = (
  items: readonly ScheduledBlock[],
  nowMs: number,
  mayBeSlow: boolean,
): ScheduledBlock | null => {
  const free = items.filter(({ isFlying }) => !isFlying)
  const fast = free.filter((item) => isFast(item, items))
  const isBehind = fast.some(({ dueMs }) => dueMs <= nowMs)
  let best: ScheduledBlock | null = null
  for (const item of isBehind && !mayBeSlow ? fast : free)
    if (best === null || goesBefore(item, best, nowMs)) best = item
  return best
}

/** Worst value of the last minute, in six slots of ten seconds. */
export const createWorstOfMinute = (monotonicMs: () => number) => {
  const slots = new Map<number, number>()
  const slotNow = () => Math.floor(monotonicMs() / 10_000)
  return {
    note(value: number): void {
      const slot = slotNow()
      slots.set(slot, Math.max(slots.get(slot) ?? 0, value))
      for (const old of slots.keys()) if (old < slot - 5) slots.delete(old)
    },
    read: (): number => Math.max(0, ...[...slots].filter(([slot]) => slot >= slotNow() - 5).map(([, value]) => value)),
  }
}
