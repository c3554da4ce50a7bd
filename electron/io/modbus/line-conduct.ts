import { horizonMs } from './unanswered.ts'

/** What a line has shown of itself is believed for this long, ms (assumption): an hour's fault is not forgotten over a quiet minute. */
const rememberedMs = 600_000
/**
 * While nothing is known of a line, a lost reply may be any that comes within this time, ms: gateways give a device up after one second,
 * some after two (assumption).
 */
const unknownLineMs = 3000
/**
 * How much later than the longest late reply seen others may come: the fewer occasions it was seen on, the less is known (the longest of n
 * draws from 0 to T is T n/(n+1) on average; that it is less than T divided by this happens on one of fifty lines after three occasions, on
 * one of 250 after eight).
 */
const overLongestLate = (occasions: number): number => Math.max(2, 1 + 8 / Math.max(1, occasions))
/** Late replies within this time of each other are one occasion, ms: a gateway gives at once what it kept back (assumption). */
const occasionMs = 1000
/**
 * So many unanswered requests at once are no single accident: until more is known any of them may come within the horizon (assumption).
 */
const manyUnanswered = 2
/** So many lost or late replies, none of them out of turn, show that a device answers in turn or not at all (assumption). */
const inTurnProof = 3
/** On so many occasions late replies show how late this line is (assumption). */
const lateProof = 3
/** A second copy comes within this many times the longest delay seen, and is minded for a second at least. */
const overLongestCopy = 3
const leastCopyMs = 1000
/** Copies this soon are waited for before the next request, ms: it costs less than sorting them out. */
const longestCopyWaitMs = 100
const overCopyWait = 1.25
const copyWaitForMs = 60_000

/** What a line did with replies, as far as it tells what it may do next. Times are monotonic, ms. */
export interface LineConduct {
  /** The longest a reply was late, and when that was seen. */
  readonly lateMs: number
  readonly lateAtMs: number
  /** Occasions on which late replies were seen, as long as they are remembered, and when the last one was. */
  readonly occasions: number
  readonly lastLateAtMs: number
  /** When a reply came after one that was asked for later. */
  readonly outOfTurnAtMs: number
  /** Requests lost, or answered late in their turn, since then. */
  readonly inTurn: number
  /** The longest after a reply that its copy came, and when one was last seen. */
  readonly copyMs: number
  readonly copyAtMs: number
}

export const unknownConduct: LineConduct = {
  lateMs: 0,
  lateAtMs: -Infinity,
  occasions: 0,
  lastLateAtMs: -Infinity,
  outOfTurnAtMs: -Infinity,
  inTurn: 0,
  copyMs: 0,
  copyAtMs: -Infinity,
}

const isRecent = (atMs: number, nowMs: number): boolean => nowMs - atMs < rememberedMs

export const sawLate = (conduct: LineConduct, ageMs: number, isOutOfTurn: boolean, nowMs: number): LineConduct => {
  const isLongest = ageMs >= conduct.lateMs || !isRecent(conduct.lateAtMs, nowMs)
  return {
    ...conduct,
    ...(isLongest ? { lateMs: ageMs, lateAtMs: nowMs } : {}),
    occasions: isRecent(conduct.lastLateAtMs, nowMs)
      ? conduct.occasions + (nowMs - conduct.lastLateAtMs > occasionMs ? 1 : 0)
      : 1,
    lastLateAtMs: nowMs,
    ...(isOutOfTurn ? { outOfTurnAtMs: nowMs, inTurn: 0 } : { inTurn: conduct.inTurn + 1 }),
  }
}

/** A reply came that nothing explains: an old one, then. */
export const sawUnknown = (conduct: LineConduct, nowMs: number): LineConduct => ({
  ...conduct,
  outOfTurnAtMs: nowMs,
  inTurn: 0,
})

export const sawLost = (conduct: LineConduct, count: number): LineConduct => ({
  ...conduct,
  inTurn: conduct.inTurn + count,
})

export const sawCopy = (conduct: LineConduct, delayMs: number, nowMs: number): LineConduct => ({
  ...conduct,
  copyMs: isRecent(conduct.copyAtMs, nowMs) ? Math.max(conduct.copyMs, delayMs) : delayMs,
  copyAtMs: nowMs,
})

/** How long after it was sent an unanswered request that was passed over may still be answered, ms. `unanswered`: how many there are. */
export const answerableMs = (conduct: LineConduct, unanswered: number, nowMs: number): number => {
  const isInTurn = !isRecent(conduct.outOfTurnAtMs, nowMs) && conduct.inTurn >= inTurnProof
  if (isInTurn) return 0
  const isLate = isRecent(conduct.lateAtMs, nowMs)
  if (unanswered >= manyUnanswered && !(isLate && conduct.occasions >= lateProof)) return horizonMs
  return Math.min(horizonMs, Math.max(unknownLineMs, isLate ? overLongestLate(conduct.occasions) * conduct.lateMs : 0))
}

export const hasBeenOutOfTurn = (conduct: LineConduct, nowMs: number): boolean => isRecent(conduct.outOfTurnAtMs, nowMs)
export const hasBeenLate = (conduct: LineConduct, nowMs: number): boolean => isRecent(conduct.lateAtMs, nowMs)

/** How long after a reply its copy may come, ms; 0 where none was ever seen. */
export const copyableMs = (conduct: LineConduct, nowMs: number): number =>
  isRecent(conduct.copyAtMs, nowMs) ? Math.min(horizonMs, Math.max(leastCopyMs, overLongestCopy * conduct.copyMs)) : 0

/** Silence after a reply in which its copy comes, ms; 0 where there is none, or it comes too late to be waited for. */
export const copyWaitMs = (conduct: LineConduct, nowMs: number): number =>
  nowMs - conduct.copyAtMs < copyWaitForMs && conduct.copyMs <= longestCopyWaitMs
    ? overCopyWait * conduct.copyMs + 2
    : 0
