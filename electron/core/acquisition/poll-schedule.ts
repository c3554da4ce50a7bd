import type { ReadBlock } from '../../../shared/profile/read-plan.ts'

export interface ScheduledBlock {
  readonly block: ReadBlock
  /** Of a retry: the wait until the next one, which grows. */
  periodMs: number
  /** Monotonic time of the next read: always phase + n x period, so a late read never moves the ones after it. */
  dueMs: number
  /** Exceptions in a row that say a register is missing. */
  refusals: number
  /** How often the device had answered anything when this block was last refused; null while it is not refused. */
  answersAtRefusal: number | null
  /** Read now although its beat is later: its lateness says nothing. */
  isForward: boolean
  /** Asked and not answered yet: only on a line that sends ahead. */
  isFlying: boolean
  /** A register the device refuses alone, asked for again now and then. */
  readonly isRetry: boolean
}

/** Periods that passed without a read before `nowMs`; moves the block on to the latest due time. */
export const skipMissed = (item: ScheduledBlock, nowMs: number): number => {
  const missed = Math.floor((nowMs - item.dueMs) / item.periodMs)
  if (missed <= 0) return 0
  item.dueMs += missed * item.periodMs
  return missed
}

/** Due now, and on its own beat again afterwards. */
export const bringForward = (item: ScheduledBlock, nowMs: number): void => {
  if (item.dueMs <= nowMs) return
  item.dueMs -= Math.ceil((item.dueMs - nowMs) / item.periodMs) * item.periodMs
  item.isForward = true
}

/** Earliest deadline first: fast blocks go before slow ones, and a slow one that waited its whole period before all. */
export const deadlineOf = (item: ScheduledBlock): number => item.dueMs + item.periodMs

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
