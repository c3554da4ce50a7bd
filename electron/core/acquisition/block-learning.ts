/**
 * What a device's answers teach about its blocks: pure steps on the book. A block that is refused, or unanswered time after time while
 * others are answered, is halved until the register that is missing stands alone; that one is left out and asked for again ever more
 * seldom. A wider block that was answered takes the place of those it covers.
 */
import type { ReadBlock } from '../../../shared/profile/read-plan.ts'
import {
  allForward,
  begun,
  changed,
  fresh,
  isAllRefused,
  isUseful,
  without,
  withBlocks,
  withTrials,
  wishOf,
  type BlockBook,
} from './block-book.ts'
import { periodOfKey, planKeys, registersOf, unlistedBetween } from './block-plan.ts'
import { isInForce, type ScheduledBlock } from './poll-schedule.ts'

/** How an exchange failed so that it may be the block's fault: refused, or unanswered (silence, half a reply, a wrong check sum, a connection that was reset). */
export type Miss = 'refused' | 'unanswered'

/**
 * Waits before a refused register is asked for again: soon, because a starting gateway refuses what it has a moment later; then
 * seldom, because only a firmware update or a setting brings a register that is truly missing.
 */
const retryMs = [2000, 10_000, 60_000, 600_000] as const
const longestRetryMs = retryMs[3]
/** A trial that failed is asked again after this, ms: other blocks are answered meanwhile, or it says nothing. */
const trialAgainMs = 250
/**
 * Misses held against a block before it is halved, beyond the first. A refusal is an answer: one more tells. Silence may be a lost frame:
 * a block that was ever answered has to miss seven times running, which a line that loses 15 % of its frames does once in a week of
 * polling each second.
 */
const heldMisses = { refused: 1, unanswered: 1, unansweredThoughProven: 6 } as const

const firstOf = (book: BlockBook, key: string): number => registersOf(book.profile, key).first

/** Where a block is cut: between two registers with others between that no quantity has, as near to its middle as can be; else in its middle. */
const cutAt = (book: BlockBook, ordered: readonly string[]): number => {
  const middle = Math.ceil(ordered.length / 2)
  const gaps = ordered
    .map((_, index) => index)
    .filter((index) => index > 0 && unlistedBetween(book.profile, ordered[index - 1] ?? '', ordered[index] ?? ''))
  return gaps.toSorted((left, right) => Math.abs(left - middle) - Math.abs(right - middle))[0] ?? middle
}

const halvesOf = (book: BlockBook, block: ReadBlock): ReadBlock[] => {
  const ordered = block.keys.toSorted((left, right) => firstOf(book, left) - firstOf(book, right))
  const cut = cutAt(book, ordered)
  return [ordered.slice(0, cut), ordered.slice(cut)].flatMap((half) => planKeys(book.profile, new Set(half)))
}

/** One register stands alone: it is left out, and asked for again. What was cut up to find it may grow together around it. */
const leftOut = (book: BlockBook, item: ScheduledBlock, key: string, nowMs: number): BlockBook => {
  const retry = { ...item, ...fresh, role: 'retry' as const, periodMs: retryMs[0], dueMs: nowMs + retryMs[0] }
  const around = withBlocks(without(book, item.id), [retry])
  return withTrials({ ...around, refused: new Set([...book.refused, key]), rounds: 0 }, nowMs)
}

const halved = (book: BlockBook, item: ScheduledBlock, nowMs: number): BlockBook => {
  const halves = halvesOf(book, item.block).map((block) => ({
    ...item,
    block,
    held: 0,
    isProven: false,
    dueMs: nowMs,
    isForward: false,
    isFlying: false,
  }))
  const rest = without(book, item.id)
  // A half that would replace only one block in force is that block.
  return withBlocks(rest, item.role === 'trial' ? halves.filter(({ block }) => isUseful(rest, block)) : halves)
}

const limitOf = (miss: Miss, { isProven }: ScheduledBlock): number =>
  miss === 'refused' ? heldMisses.refused : isProven ? heldMisses.unansweredThoughProven : heldMisses.unanswered

const retryFailed = (book: BlockBook, item: ScheduledBlock, nowMs: number): BlockBook => {
  const refusals = item.refusals + 1
  const periodMs = retryMs[Math.min(refusals, retryMs.length - 1)] ?? longestRetryMs
  return changed(book, item.id, () => ({ ...item, refusals, periodMs, dueMs: nowMs + periodMs }))
}

/**
 * A block was refused or not answered. It is held against it only if the device answered something since the block's last miss (or its
 * parent's): a device or gateway that is starting refuses everything for a while, and must not lose its registers over it; one that is
 * silent to all has no block to blame.
 */
export const missedBlock = (book: BlockBook, id: number, miss: Miss, nowMs: number): BlockBook => {
  const before = book.items.find((item) => item.id === id)
  if (before === undefined) return book
  if (before.role === 'retry') return retryFailed(book, before, nowMs)
  const isHeld = before.answersAtMiss !== null && book.answers > before.answersAtMiss
  // A memory that does not hold any more costs a poll or two, not a search that begins with wrong blocks.
  const isDoubtful = book.isRemembered && isInForce(before) && !before.isProven
  if (isDoubtful && (miss === 'refused' || isHeld)) return begun(book, nowMs)
  const item: ScheduledBlock = {
    ...before,
    refusals: before.refusals + (miss === 'refused' ? 1 : 0),
    held: before.held + (isHeld ? 1 : 0),
    answersAtMiss: book.answers,
    ...(before.role === 'trial' ? { dueMs: nowMs + trialAgainMs } : {}),
  }
  if (item.held < limitOf(miss, item)) return changed(book, id, () => item)
  const [only] = item.block.keys
  if (item.role === 'trial') return { ...halved(book, item, nowMs), isNarrow: true }
  return item.block.keys.length > 1 || only === undefined ? halved(book, item, nowMs) : leftOut(book, item, only, nowMs)
}

/** The device is busy or the answer says nothing of the registers: only counted. */
export const delayedBlock = (book: BlockBook, id: number): BlockBook =>
  changed(book, id, (item) => ({ ...item, refusals: item.refusals + 1 }))

/** A wider block takes the place of those in force that it covers; one it covers in part keeps its other keys. */
const replaced = (book: BlockBook, trial: ScheduledBlock): BlockBook => {
  const rest = without(book, trial.id)
  const isCovered = (key: string): boolean => trial.block.keys.includes(key)
  const isTouched = (item: ScheduledBlock): boolean => isInForce(item) && item.block.keys.some(isCovered)
  const partly = rest.items
    .filter(isTouched)
    .map((item) => ({ ...item, block: { ...item.block, keys: item.block.keys.filter((key) => !isCovered(key)) } }))
    .filter(({ block }) => block.keys.length > 0)
  const missed = Math.max(0, Math.ceil((trial.dueMs - book.startMs) / trial.periodMs))
  const dueMs = book.startMs + missed * trial.periodMs
  return withBlocks({ ...rest, items: rest.items.filter((item) => !isTouched(item)) }, [
    ...partly,
    { ...trial, role: 'plan', isProven: true, dueMs, isFlying: false },
  ])
}

/** A register that was refused is back: it is read alone until a wider block takes it in. */
const returned = (book: BlockBook, item: ScheduledBlock, nowMs: number): BlockBook => {
  const refused = new Set([...book.refused].filter((key) => !item.block.keys.includes(key)))
  const [key = ''] = item.block.keys
  const periodMs = periodOfKey(wishOf(book), key)
  const rest = without({ ...book, refused }, item.id)
  // What brought this register back may have brought the others: they are asked for once, now.
  const items = rest.items.map((other) =>
    other.role === 'retry' ? { ...other, dueMs: Math.min(other.dueMs, nowMs) } : other,
  )
  const alone = { ...item, ...fresh, isProven: true, periodMs, dueMs: nowMs + periodMs }
  return withTrials(withBlocks({ ...rest, items, rounds: 0 }, [alone]), nowMs)
}

/** One answer of a device that refused everything ends that: all are due. */
const cameRound = (book: BlockBook, item: ScheduledBlock, nowMs: number): BlockBook =>
  isInForce(item) && book.items.length > 1 && isAllRefused(book) ? allForward(book, nowMs) : book

export const answeredBlock = (before: BlockBook, id: number, nowMs: number): BlockBook => {
  const book = { ...before, answers: before.answers + 1 }
  const item = book.items.find((each) => each.id === id)
  if (item === undefined) return book
  if (item.role === 'trial') return replaced(book, item)
  if (item.role === 'retry') return returned(book, item, nowMs)
  return changed({ ...cameRound(book, item, nowMs), lastGoodId: id }, id, (each) => ({
    ...each,
    isProven: true,
    refusals: 0,
    answersAtMiss: null,
    held: 0,
  }))
}
