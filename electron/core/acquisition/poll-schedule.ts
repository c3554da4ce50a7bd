import type { ReadBlock } from '../../../shared/profile/read-plan.ts'

/**
 * plan: in force, its keys are read by it and by no other. trial: a wider block that would take the place of several in force, if the
 * device answers it. retry: a register the device refuses alone, asked for again now and then.
 */
export type BlockRole = 'plan' | 'trial' | 'retry'

/** One block of a device with its beat. Never changed in place: a step makes a new one with the same `id`. */
export interface ScheduledBlock {
  readonly id: number
  readonly role: BlockRole
  /** It holds fast quantities, on which control rests. */
  readonly isUrgent: boolean
  /** It was answered since the program began. */
  readonly isProven: boolean
  readonly block: ReadBlock
  /** Of a retry: the wait until the next one, which grows. */
  readonly periodMs: number
  /** Monotonic time of the next read: always phase + n x period, so a late read never moves the ones after it. */
  readonly dueMs: number
  /** Exceptions in a row. */
  readonly refusals: number
  /** How often the device had answered anything when this block was last refused or unanswered; null while it is neither. */
  readonly answersAtMiss: number | null
  /** Refusals and silences in a row that are held against the block, because the device answered others in between. */
  readonly held: number
  /** Read now although its beat is later: its lateness says nothing. */
  readonly isForward: boolean
  /** Asked and not answered yet: only on a line that sends ahead. */
  readonly isFlying: boolean
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

/** What a wider block may save begins when it is tried: it waits no longer than this, ms. */
const trialWithinMs = 1000

/** Earliest deadline first: fast blocks go before slow ones, and a slow one that waited its whole period before all. */
export const deadlineOf = ({ role, dueMs, periodMs }: ScheduledBlock): number =>
  dueMs + (role === 'trial' ? Math.min(trialWithinMs, periodMs) : periodMs)

/** Which of two blocks goes first: a due one before one that is not, then by deadline, then by the time it is due. */
const goesBefore = (item: ScheduledBlock, best: ScheduledBlock, nowMs: number): boolean => {
  const [isDue, isBestDue] = [item.dueMs <= nowMs, best.dueMs <= nowMs]
  if (isDue !== isBestDue) return isDue
  return isDue ? deadlineOf(item) < deadlineOf(best) : item.dueMs < best.dueMs
}

export const isInForce = ({ role }: ScheduledBlock): boolean => role === 'plan'

/** The blocks in force whose sweep comes first: of those with fast quantities, where there are any, the ones of the shortest period. */
export const fastBlocks = (items: readonly ScheduledBlock[]): readonly ScheduledBlock[] => {
  const inForce = items.filter(isInForce)
  const urgent = inForce.filter(({ isUrgent }) => isUrgent)
  const first = urgent.length > 0 ? urgent : inForce
  const fastestMs = Math.min(...first.map(({ periodMs }) => periodMs))
  return first.filter(({ periodMs }) => periodMs <= fastestMs)
}

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
  const fast = fastBlocks(items).filter(({ isFlying }) => !isFlying)
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
