/**
 * Which blocks of one device are read when: a state and pure steps on it. It begins with blocks that hardly any device refuses and
 * tries the wider ones beside them, so that no value waits for what is learned (block-learning.ts); what was learned before is taken up
 * where it still fits (block-memory.ts).
 */
import type { ReadableProfile, ReadBlock } from '../../../shared/profile/read-plan.ts'
import { narrowGroups, planGroups, planKeys, type PlanGroup, type PlanWish } from './block-plan.ts'
import { broughtForward, fastBlocks, isInForce, missedPeriods, pickNext, type ScheduledBlock } from './poll-schedule.ts'
import { own } from '../../../shared/own.ts'

export interface BookWish {
  readonly periodMs: number
  /** Periods of single quantities, ms, instead of their cadence's. */
  readonly periods?: Readonly<Partial<Record<string, number>>>
}

export interface BlockBook {
  readonly wish: BookWish
  readonly profile: ReadableProfile
  /** Those in force first, the fastest at the head; then trials and retries. */
  readonly items: readonly ScheduledBlock[]
  readonly nextId: number
  /** When the beat began, monotonic. */
  readonly startMs: number
  /** Keys this device refuses. */
  readonly refused: ReadonlySet<string>
  /** Reads this device has answered with values. */
  readonly answers: number
  /** Reads of fast blocks since the last of a slower one. */
  readonly fastSince: number
  /** The block in force that was answered last. */
  readonly lastGoodId: number | null
  /** When wider blocks that failed are tried again, monotonic, and how often they were. */
  readonly againMs: number
  readonly rounds: number
  /** A wider block was refused: what lies between the listed registers is not known to answer. */
  readonly isNarrow: boolean
  /** What is in force was remembered from an earlier run: what of it has not been answered yet may not hold any more. */
  readonly isRemembered: boolean
}

export const fresh = {
  role: 'plan',
  isProven: false,
  refusals: 0,
  answersAtMiss: null,
  held: 0,
  isForward: false,
  isFlying: false,
} as const

/** Slower blocks wait this long for the wider ones to be tried, which may make them needless, ms. */
const trialsFirstMs = 1500

export const wishOf = ({ profile, wish, refused }: Pick<BlockBook, 'profile' | 'wish' | 'refused'>): PlanWish => ({
  profile,
  periodMs: wish.periodMs,
  refused,
  ...(wish.periods === undefined ? {} : { periods: wish.periods }),
})

/** Slower blocks start apart from each other and keep that distance, so that they never come all at once. */
const offsetMs = (rank: number, index: number, { periodMs, blocks }: PlanGroup): number =>
  rank === 0 ? 0 : (index + 1) * Math.min(250, periodMs / (blocks.length + 1))

const isSame = (one: ReadBlock, other: ReadBlock): boolean =>
  one.functionCode === other.functionCode && one.address === other.address && one.count === other.count

const hasFast = ({ quantities }: ReadableProfile, { keys }: ReadBlock): boolean =>
  keys.some((key) => (own(quantities, key)?.every ?? 'fast') === 'fast')

/** By period, at equal periods those with fast quantities first: among equal deadlines the first one goes first. */
const byUrgency = (left: ScheduledBlock, right: ScheduledBlock): number =>
  left.periodMs - right.periodMs ||
  Number(right.isUrgent) - Number(left.isUrgent) ||
  left.block.address - right.block.address

/** A block before it stands in the book. */
export type NewBlock = Omit<ScheduledBlock, 'id' | 'isUrgent'>

/** Puts blocks into the book with ids of their own: those in force in front, in the order of their periods. */
export const withBlocks = (book: BlockBook, more: readonly NewBlock[]): BlockBook => {
  const added = more.map((item, index) => ({
    ...item,
    id: book.nextId + index,
    isUrgent: hasFast(book.profile, item.block),
  }))
  const items = [...book.items, ...added]
  return {
    ...book,
    items: [...items.filter(isInForce).toSorted(byUrgency), ...items.filter((item) => !isInForce(item))],
    nextId: book.nextId + added.length,
  }
}

/** The widest legal plan around the refused keys, with the beat each block would have. */
const aimed = (book: BlockBook): NewBlock[] =>
  planGroups(wishOf(book)).flatMap((group, rank) =>
    group.blocks.map((block, index) => ({
      ...fresh,
      block,
      periodMs: group.periodMs,
      dueMs: book.startMs + offsetMs(rank, index, group),
    })),
  )

/** A wider block is worth a try where it would take the place of two or more. */
export const isUseful = (book: BlockBook, block: ReadBlock): boolean =>
  book.items.filter((item) => isInForce(item) && item.block.keys.some((key) => block.keys.includes(key))).length > 1

/** No wider block could take the place of what is in force. */
export const isWide = (book: BlockBook): boolean => !aimed(book).some(({ block }) => isUseful(book, block))

/** Waits before wider blocks that failed are tried again: a gateway may have been exchanged, or they failed by chance. */
const roundsMs = [600_000, 3_600_000, 21_600_000] as const

/** All wider blocks that could take the place of what is in force are tried, from `nowMs` on. */
export const withTrials = (book: BlockBook, nowMs: number): BlockBook => {
  const wide = aimed(book).filter(({ block }) => isUseful(book, block))
  const others = book.items.filter(({ role }) => role !== 'trial')
  const { rounds } = book
  return {
    ...withBlocks(
      { ...book, items: others },
      wide.map((item) => ({ ...item, role: 'trial' as const, dueMs: nowMs })),
    ),
    isNarrow: book.isNarrow && wide.length > 0,
    againMs: nowMs + (roundsMs[Math.min(rounds, roundsMs.length - 1)] ?? roundsMs[0]),
    rounds: rounds + 1,
  }
}

/** The book of a device of which nothing is known yet. */
export const openBook = (profile: ReadableProfile, wish: BookWish): BlockBook => ({
  wish,
  profile,
  items: [],
  nextId: 1,
  startMs: 0,
  refused: new Set(),
  answers: 0,
  fastSince: 0,
  lastGoodId: null,
  againMs: Infinity,
  rounds: 0,
  isNarrow: false,
  isRemembered: false,
})

/** What this device is known to bear, for whoever may change its reads: no more than the profile says, and less while that is not proven. */
export const bearable = ({ items, isNarrow, profile }: BlockBook): ReadableProfile['line'] => {
  if (!isNarrow && !items.some(({ role }) => role === 'trial')) return profile.line
  const proven = items.filter(({ isProven }) => isProven).map(({ block }) => block.count)
  return { ...profile.line, maxGap: 0, maxRegisters: Math.min(profile.line.maxRegisters, Math.max(2, ...proven)) }
}

/** Begins anew without anything learned: fast quantities at once in safe blocks, the wider ones right after, the rest where those fail. */
export const begun = (book: BlockBook, startMs: number): BlockBook => {
  const empty = {
    ...book,
    startMs,
    items: [],
    refused: new Set<string>(),
    rounds: 0,
    isNarrow: false,
    isRemembered: false,
  }
  const aim = aimed(empty)
  const narrow = narrowGroups(wishOf(empty)).flatMap((group, rank) =>
    group.blocks.map((block, index) => ({ block, group, rank, index })),
  )
  const items = narrow.flatMap(({ block, group, rank, index }) => {
    const same = aim.find((item) => isSame(item.block, block))
    if (same !== undefined) return [same]
    const waitMs = hasFast(empty.profile, block) ? 0 : trialsFirstMs
    return [
      {
        ...fresh,
        block,
        periodMs: group.periodMs,
        dueMs: startMs + offsetMs(rank, index, group) + waitMs,
      },
    ]
  })
  return withTrials(withBlocks(empty, items), startMs)
}

export const changed = (book: BlockBook, id: number, change: (item: ScheduledBlock) => ScheduledBlock): BlockBook => ({
  ...book,
  items: book.items.map((item) => (item.id === id ? change(item) : item)),
})

export const without = (book: BlockBook, id: number): BlockBook => ({
  ...book,
  items: book.items.filter((item) => item.id !== id),
})

/** The block is asked for now. */
export const sent = (before: BlockBook, id: number, nowMs: number): BlockBook => {
  const book = nowMs >= before.againMs ? withTrials(before, nowMs) : before
  const asked = book.items.find((item) => item.id === id)
  const fastSince = asked !== undefined && fastBlocks(book.items).includes(asked) ? book.fastSince + 1 : 0
  return changed({ ...book, fastSince }, id, (item) => ({
    ...item,
    dueMs: item.dueMs + (missedPeriods(item, nowMs) + 1) * item.periodMs,
    isForward: false,
    isFlying: true,
  }))
}

/** Its exchange is over, whatever came. */
export const landed = (book: BlockBook, id: number): BlockBook =>
  changed(book, id, (item) => ({ ...item, isFlying: false }))

/** The block to read next; null while all of them are under way. */
export const nextBlock = ({ items, fastSince }: BlockBook, nowMs: number): ScheduledBlock | null =>
  pickNext(items, nowMs, fastSince >= fastBlocks(items).length)

/** Every so many probes of a device that never answered another block is tried: the first one may be what it is silent to. */
const otherProbe = 4

/** The block by which a silent device is probed: the one it answered last, else the first of its plan and now and then another. */
export const probeBlock = ({ items, lastGoodId }: BlockBook, probes: number): ScheduledBlock | undefined => {
  const inForce = items.filter(isInForce)
  const other = probes % otherProbe === otherProbe - 1 ? Math.floor(probes / otherProbe) + 1 : 0
  return inForce.find(({ id }) => id === lastGoodId) ?? inForce[other % inForce.length]
}

export const allForward = (book: BlockBook, nowMs: number): BlockBook => ({
  ...book,
  items: book.items.map((item) => (isInForce(item) ? broughtForward(item, nowMs) : item)),
})

export const isAllRefused = (book: BlockBook): boolean =>
  book.items.every((item) => !isInForce(item) || item.refusals > 0)

/** A read that is no block of the plan was answered. */
export const answeredElse = (book: BlockBook): BlockBook => ({ ...book, answers: book.answers + 1 })

/** While every block is refused, one quantity at a time is asked for alone: an answer tells a missing register from a device that is not ready. */
export const soundingBlock = (book: BlockBook, sounding: number): ReadBlock | null => {
  const keys = keysInForce(book)
  const key = keys[sounding % keys.length]
  if (key === undefined || keys.length === 1) return null
  return planKeys(book.profile, new Set([key]))[0] ?? null
}

export const keysInForce = (book: BlockBook): string[] =>
  book.items.flatMap((item) => (isInForce(item) ? item.block.keys : []))

/** How often the keys of a block are read, ms: as planned, which a retry is not. */
export const periodOfBlock = (book: BlockBook, block: ReadBlock, orMs: number): number =>
  book.items.find((item) => isInForce(item) && block.keys.some((key) => item.block.keys.includes(key)))?.periodMs ??
  orMs
