/**
 * Which blocks of one device are read when, and what it refuses: a state and pure steps on it. A block that is refused is halved
 * until the refused register stands alone; that one is left out and asked for again ever more seldom.
 */
import type { ReadableProfile, ReadBlock } from '../../../shared/profile/read-plan.ts'
import { planGroups, planKeys, registersOf } from './block-plan.ts'
import { broughtForward, isFast, missedPeriods, pickNext, type ScheduledBlock } from './poll-schedule.ts'

export interface BookWish {
  readonly periodMs: number
  /** Periods of single quantities, ms, instead of their cadence's. */
  readonly periods?: Readonly<Partial<Record<string, number>>>
}

export interface BlockBook {
  readonly wish: BookWish
  readonly profile: ReadableProfile
  readonly items: readonly ScheduledBlock[]
  readonly nextId: number
  /** Keys this device refuses. */
  readonly refused: ReadonlySet<string>
  /** Reads this device has answered with values. */
  readonly answers: number
  /** Reads of fast blocks since the last of a slower one. */
  readonly fastSince: number
}

/**
 * Waits before a refused register is asked for again: soon, because a starting gateway refuses what it has a moment later; then
 * seldom, because only a firmware update or a setting brings a register that is truly missing.
 */
const retryMs = [2000, 10_000, 60_000, 600_000] as const
const longestRetryMs = retryMs[3]

const fresh = { refusals: 0, answersAtRefusal: null, isForward: false, isFlying: false, isRetry: false } as const

/** Slower blocks start apart from each other and keep that distance, so that they never come all at once. */
const offsetMs = (rank: number, index: number, periodMs: number, blocks: number): number =>
  rank === 0 ? 0 : (index + 1) * Math.min(250, periodMs / (blocks + 1))

/** Plans all blocks anew around the refused keys; `kept` stay beside them. */
const planned = (book: BlockBook, startMs: number, kept: readonly ScheduledBlock[]): BlockBook => {
  const { periodMs, periods } = book.wish
  const groups = planGroups({
    profile: book.profile,
    periodMs,
    refused: book.refused,
    ...(periods === undefined ? {} : { periods }),
  })
  const items = groups.flatMap((group, rank) =>
    group.blocks.map((block, index) => ({
      ...fresh,
      block,
      periodMs: group.periodMs,
      dueMs: startMs + offsetMs(rank, index, group.periodMs, group.blocks.length),
    })),
  )
  return {
    ...book,
    items: [...items.map((item, index) => ({ ...item, id: book.nextId + index })), ...kept],
    nextId: book.nextId + items.length,
  }
}

/** The book of a device of which nothing is known yet. */
export const openBook = (profile: ReadableProfile, wish: BookWish): BlockBook => ({
  wish,
  profile,
  items: [],
  nextId: 1,
  refused: new Set(),
  answers: 0,
  fastSince: 0,
})

export const begun = (book: BlockBook, startMs: number): BlockBook => planned(book, startMs, [])

/** Other registers from now on: what was refused among the old ones says nothing of them. */
export const adopted = (book: BlockBook, profile: ReadableProfile, nowMs: number): BlockBook =>
  planned({ ...book, profile, refused: new Set() }, nowMs, [])

/** Plans anew around the refused keys, and goes on asking for each of those now and then. */
const replanned = (book: BlockBook, nowMs: number): BlockBook =>
  planned(
    book,
    book.items[0]?.dueMs ?? nowMs,
    book.items.filter(({ isRetry, block }) => isRetry && block.keys.every((key) => book.refused.has(key))),
  )

const changed = (book: BlockBook, id: number, change: (item: ScheduledBlock) => ScheduledBlock): BlockBook => ({
  ...book,
  items: book.items.map((item) => (item.id === id ? change(item) : item)),
})

/** The block is asked for now. */
export const sent = (book: BlockBook, id: number, nowMs: number): BlockBook => {
  const asked = book.items.find((item) => item.id === id)
  const fastSince = asked !== undefined && isFast(asked, book.items) ? book.fastSince + 1 : 0
  return changed({ ...book, fastSince }, id, (item) => ({
    ...item,
    dueMs: item.dueMs + (missedPeriods(item, nowMs) + 1) * item.periodMs,
    isForward: false,
    isFlying: true,
  }))
}

/** The block to read next; null while all of them are under way. */
export const nextBlock = ({ items, fastSince }: BlockBook, nowMs: number): ScheduledBlock | null =>
  pickNext(items, nowMs, fastSince >= items.filter((item) => isFast(item, items)).length)

/** Its exchange is over, whatever came. */
export const landed = (book: BlockBook, id: number): BlockBook =>
  changed(book, id, (item) => ({ ...item, isFlying: false }))

export const allForward = (book: BlockBook, nowMs: number): BlockBook => ({
  ...book,
  items: book.items.map((item) => (item.isRetry ? item : broughtForward(item, nowMs))),
})

export const isAllRefused = (book: BlockBook): boolean => book.items.every((item) => item.isRetry || item.refusals > 0)

/** One register stands refused alone: it is planned around, and asked for again. */
const leftOut = (book: BlockBook, item: ScheduledBlock, key: string, nowMs: number): BlockBook => {
  const retry: ScheduledBlock = {
    ...item,
    id: book.nextId,
    periodMs: retryMs[0],
    dueMs: nowMs + retryMs[0],
    refusals: 0,
    isFlying: false,
    isRetry: true,
  }
  return replanned(
    {
      ...book,
      nextId: book.nextId + 1,
      items: [...book.items, retry],
      refused: new Set([...book.refused, key]),
    },
    nowMs,
  )
}

const halved = (book: BlockBook, item: ScheduledBlock, nowMs: number): BlockBook => {
  const first = (key: string): number => registersOf(book.profile, key).first
  const ordered = item.block.keys.toSorted((left, right) => first(left) - first(right))
  const middle = Math.ceil(ordered.length / 2)
  const parts = [ordered.slice(0, middle), ordered.slice(middle)].flatMap((half) =>
    planKeys(book.profile, new Set(half)),
  )
  const halves = parts.map((block, index) => ({
    ...item,
    id: book.nextId + index,
    block,
    dueMs: nowMs,
    isForward: false,
    isFlying: false,
  }))
  return {
    ...book,
    items: book.items.flatMap((other) => (other.id === item.id ? halves : [other])),
    nextId: book.nextId + halves.length,
  }
}

/**
 * The device refused the block. It is held against the block only if the device answered something since the block's last refusal
 * (or its parent's): a device or gateway that is starting refuses everything for a while, and must not lose its registers over it.
 */
export const refusedBlock = (book: BlockBook, id: number, isMissing: boolean, nowMs: number): BlockBook => {
  const before = book.items.find((item) => item.id === id)
  if (before === undefined) return book
  const item = { ...before, refusals: before.refusals + 1 }
  if (item.isRetry) {
    const periodMs = retryMs[Math.min(item.refusals, retryMs.length - 1)] ?? longestRetryMs
    return changed(book, id, () => ({ ...item, periodMs, dueMs: nowMs + periodMs }))
  }
  if (!isMissing) return changed(book, id, () => item)
  const isAlone = item.answersAtRefusal !== null && book.answers > item.answersAtRefusal
  const noted = { ...item, answersAtRefusal: book.answers }
  if (!isAlone) return changed(book, id, () => noted)
  const [only] = item.block.keys
  return item.block.keys.length === 1 && only !== undefined
    ? leftOut(book, noted, only, nowMs)
    : halved(book, noted, nowMs)
}

/** One answer of a device that refused everything ends that: all are due. */
const cameRound = (book: BlockBook, item: ScheduledBlock, nowMs: number): BlockBook =>
  !item.isRetry && book.items.length > 1 && isAllRefused(book) ? allForward(book, nowMs) : book

export const answeredBlock = (book: BlockBook, id: number, nowMs: number): BlockBook => {
  const item = book.items.find((each) => each.id === id)
  if (item === undefined) return { ...book, answers: book.answers + 1 }
  const awake = cameRound(book, item, nowMs)
  const cleared = changed({ ...awake, answers: awake.answers + 1 }, id, (each) => ({
    ...each,
    refusals: 0,
    answersAtRefusal: null,
  }))
  if (!item.isRetry) return cleared
  const refused = new Set([...book.refused].filter((key) => !item.block.keys.includes(key)))
  // What brought this register back may have brought the others: they are asked for once, now.
  const items = cleared.items.map((other) =>
    other.isRetry ? { ...other, dueMs: Math.min(other.dueMs, nowMs) } : other,
  )
  return replanned({ ...cleared, items, refused }, nowMs)
}

/** A read that is no block of the plan was answered. */
export const answeredElse = (book: BlockBook): BlockBook => ({ ...book, answers: book.answers + 1 })

/** While every block is refused, one quantity at a time is asked for alone: an answer tells a missing register from a device that is not ready. */
export const soundingBlock = (book: BlockBook, sounding: number): ReadBlock | null => {
  const keys = book.items.flatMap((item) => (item.isRetry ? [] : item.block.keys))
  const key = keys[sounding % keys.length]
  if (key === undefined || keys.length === 1) return null
  return planKeys(book.profile, new Set([key]))[0] ?? null
}

/** How often the keys of a block are read, ms: as planned, which a retry is not. */
export const periodOfBlock = (book: BlockBook, block: ReadBlock, orMs: number): number =>
  book.items.find((item) => !item.isRetry && block.keys.some((key) => item.block.keys.includes(key)))?.periodMs ?? orMs
