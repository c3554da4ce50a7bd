import {
  answerableMs,
  hasBeenLate,
  hasBeenOutOfTurn,
  sawLate,
  sawLost,
  unknownConduct,
  type LineConduct,
} from './line-conduct.ts'
import type { ReplyShape } from './reply-shape.ts'
import { countLost, forgetOld, passBefore, strikeOff, type Unanswered, type UnansweredList } from './unanswered.ts'

/**
 * Whether a reply to a new request could be another's: `none`; `unlikely`, an older one is unanswered, but was passed over and is older
 * than this line was ever late; `likely`.
 */
export type Doubt = 'none' | 'unlikely' | 'likely'

/** A shape whose reply was lost once is listened to a little longer for this long, though it counts as never answered long before. */
const wasLostForMs = 600_000

/**
 * Which open request an exception answers that nobody waits for; null: nothing tells. It says unit and function only, so of several it is taken
 * for that of the oldest read across registers nobody vouched for: what the device is known to answer may still be answered.
 */
const lateRefusalOf = (list: UnansweredList, unit: number, functionCode: number): Unanswered | null => {
  const open = list.filter(({ shape }) => shape.unit === unit && shape.functionCode === functionCode)
  return open.length === 1 ? (open[0] ?? null) : (open.find(({ isTrial }) => isTrial) ?? null)
}

/** Requests without an answer on a line without transaction numbers, and how the line conducted itself with them. */
export const createOpenRequests = (monotonicMs: () => number) => {
  let conduct: LineConduct = unknownConduct
  let list: UnansweredList = []
  const lastSent = new Map<string, number>()
  const lastLost = new Map<string, number>()
  let struckOff: (struck: Unanswered) => void = () => undefined

  const current = (): UnansweredList => {
    if (list.length === 0) return list
    const nowMs = monotonicMs()
    const counted = countLost(forgetOld(list, nowMs), nowMs)
    list = counted.list
    if (counted.lost > 0) conduct = sawLost(conduct, counted.lost)
    return list
  }
  const some = (isIt: (each: Unanswered) => boolean): boolean => list.length > 0 && current().some(isIt)

  /** Strikes off the first request that it is, as answered late; how old that is, ms. Null where it is none. */
  const strike = (isIt: (each: Unanswered) => boolean): number | null => {
    const result = strikeOff(current(), isIt)
    const { struck } = result
    if (struck === null) return null
    const nowMs = monotonicMs()
    const ageMs = nowMs - struck.sentAtMs
    conduct = sawLate(conduct, ageMs, struck.isPassed, nowMs)
    list = passBefore(result.list, struck.shape.unit, struck.sentAtMs)
    struckOff(struck)
    return ageMs
  }

  /** No reply came, or none that can be believed. */
  const lost = (shape: ReplyShape, place: string, sentAtMs: number, isTrial: boolean): void => {
    const { unit, functionCode, key } = shape
    lastLost.set(key, sentAtMs)
    const entry = { shape: { unit, functionCode, key }, place, sentAtMs, isTrial }
    list = [...current(), { ...entry, isPassed: false, isCountedLost: false }]
  }

  return {
    conduct: () => conduct,
    change: (step: (before: LineConduct, nowMs: number) => LineConduct): void => {
      conduct = step(conduct, monotonicMs())
    },
    find: (isIt: (each: Unanswered) => boolean): Unanswered | undefined => current().find(isIt),
    strike,
    /** The same for the request that an exception of this unit and function answers late. */
    strikeRefused(unit: number, functionCode: number): number | null {
      const refused = lateRefusalOf(current(), unit, functionCode)
      return refused === null ? null : strike((each) => each === refused)
    },

    sent(shape: ReplyShape): void {
      lastSent.set(shape.key, monotonicMs())
    },
    /** When a request with this reply was last sent; -Infinity: never. */
    lastSentMs: (key: string): number => lastSent.get(key) ?? -Infinity,
    lost,
    /**
     * A reply came that may be this request's or an older one's: as many are open as before. The oldest counts as answered, so that what is
     * left is the youngest it can be.
     */
    answeredOneOf(shape: ReplyShape, place: string, sentAtMs: number): void {
      const { list: left, struck } = strikeOff(current(), (each) => each.shape.key === shape.key)
      if (struck === null) return
      list = left
      lost(shape, place, sentAtMs, struck.isTrial)
    },
    /** The request sent at `sentAtMs` was answered, by this frame where it was a value. */
    answered(unit: number, sentAtMs: number): void {
      if (list.length > 0) list = passBefore(current(), unit, sentAtMs)
    },

    doubt(key: string): Doubt {
      if (list.length === 0) return 'none'
      const same = current().filter(({ shape }) => shape.key === key)
      if (same.length === 0) return 'none'
      const nowMs = monotonicMs()
      const longestMs = answerableMs(conduct, list.length, nowMs)
      return same.some(({ isPassed, sentAtMs }) => !isPassed || nowMs - sentAtMs < longestMs) ? 'likely' : 'unlikely'
    },
    hasOpen: (unit: number, functionCode: number): boolean =>
      some(({ shape, isPassed }) => !isPassed && shape.unit === unit && shape.functionCode === functionCode),
    hasOpenTrial: (unit: number, functionCode: number): boolean =>
      some(({ shape, isTrial }) => isTrial && shape.unit === unit && shape.functionCode === functionCode),
    /** Whether a reply to something new would tell anything about the unanswered ones of this unit. */
    hasUnpassed: (unit: number): boolean => some(({ shape, isPassed }) => shape.unit === unit && !isPassed),
    /** A reply of this shape was lost within the last minutes. */
    wasLost: (key: string): boolean => monotonicMs() - (lastLost.get(key) ?? -Infinity) < wasLostForMs,
    isOutOfTurn: (): boolean => hasBeenOutOfTurn(conduct, monotonicMs()),
    hasBeenLate: (): boolean => hasBeenLate(conduct, monotonicMs()),
    /** Called with every request whose late reply was recognised; one listener. */
    onStruckOff(listener: (struck: Unanswered) => void): void {
      struckOff = listener
    },
  }
}
