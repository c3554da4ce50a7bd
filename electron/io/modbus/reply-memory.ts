import type { ModbusRequest } from '../../core/ports.ts'
import { createHeardFrames } from './heard-frames.ts'
import {
  answerableMs,
  copyableMs,
  copyWaitMs,
  hasBeenLate,
  hasBeenOutOfTurn,
  sawCopy,
  sawLate,
  sawLost,
  sawUnknown,
  unknownConduct,
} from './line-conduct.ts'
import type { Heard } from './pending-reply.ts'
import { keyOfFrame, type ReplyShape } from './reply-shape.ts'
import { countLost, forgetOld, passBefore, strikeOff, type Unanswered, type UnansweredList } from './unanswered.ts'

/** Which registers a request is about: replies of equal shape and equal place say the same thing at different times. */
export const placeOf = (request: ModbusRequest): string =>
  `${String(request.unit)}:${String(request.functionCode)}${request.functionCode === 20 ? `/${String(request.file)}` : ''}:${String(request.address)}:${String('count' in request ? request.count : request.words.length)}`

/**
 * Whether a reply to a new request could be another's: `none`; `unlikely`, an older one is unanswered, but was passed over and is older
 * than this line was ever late; `likely`.
 */
export type Doubt = 'none' | 'unlikely' | 'likely'

const unsureMark = '?'
/** A reply that was not believed is asked for again at once, ms. */
const unsureForMs = 3000
/** After a frame that nobody waited for the line is listened to a little longer at each reply, ms (assumption). */
const troubledForMs = 5000
/** A shape whose reply was lost once is listened to a little longer for this long, though it counts as never answered long before. */
const wasLostForMs = 600_000

/** What a frame is that nobody waits for. */
export type Stranger =
  | { readonly kind: 'late'; readonly afterMs: number }
  | { readonly kind: 'copy'; readonly afterMs: number }
  | { readonly kind: 'unknown' }

/**
 * Which open request an exception answers that nobody waits for; null: nothing tells. It says unit and function only, so of several it is taken
 * for that of the oldest read across registers nobody vouched for: what the device is known to answer may still be answered.
 */
const lateRefusalOf = (list: UnansweredList, frame: Uint8Array): Unanswered | null => {
  const [unit, functionCode] = [frame[0] ?? 0, (frame[1] ?? 0) & 0x7f]
  const open = list.filter(({ shape }) => shape.unit === unit && shape.functionCode === functionCode)
  return open.length === 1 ? (open[0] ?? null) : (open.find(({ isTrial }) => isTrial) ?? null)
}

/** Everything a line without transaction numbers remembers, so that no reply is taken for another's. */
export const createReplyMemory = (monotonicMs: () => number) => {
  const heard = createHeardFrames()
  let conduct = unknownConduct
  let list: UnansweredList = []
  let troubledAtMs = -Infinity
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

  const lastHeard = (places: ReadonlyMap<string, number>): number => Math.max(...places.values())

  return {
    sent(shape: ReplyShape): void {
      lastSent.set(shape.key, monotonicMs())
    },
    /** When a request with this reply was last sent; -Infinity: never. */
    lastSentMs: (key: string): number => lastSent.get(key) ?? -Infinity,

    /** No reply came, or none that can be believed. */
    lost(shape: ReplyShape, place: string, sentAtMs: number, isTrial: boolean): void {
      const { unit, functionCode, key } = shape
      lastLost.set(key, sentAtMs)
      const entry = { shape: { unit, functionCode, key }, place, sentAtMs, isTrial }
      list = [...current(), { ...entry, isPassed: false, isCountedLost: false }]
    },
    /**
     * A reply came that may be this request's or an older one's: as many are open as before. The oldest counts as answered, so that what is
     * left is the youngest it can be.
     */
    answeredOneOf(shape: ReplyShape, place: string, sentAtMs: number): void {
      const { list: left, struck } = strikeOff(current(), (each) => each.shape.key === shape.key)
      if (struck === null) return
      list = left
      this.lost(shape, place, sentAtMs, struck.isTrial)
    },
    /** The request sent at `sentAtMs` was answered, by this frame where it was a value. */
    answered(unit: number, sentAtMs: number): void {
      if (list.length > 0) list = passBefore(current(), unit, sentAtMs)
    },
    /** This frame was the reply of `place`; or, not `isSure`, came where it was waited for and was not believed. */
    note(frame: Uint8Array, place: string, isSure: boolean): void {
      heard.note(frame, isSure ? place : `${unsureMark}${place}`, monotonicMs())
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
      list.length > 0 &&
      current().some(({ shape, isPassed }) => !isPassed && shape.unit === unit && shape.functionCode === functionCode),
    hasOpenTrial: (unit: number, functionCode: number): boolean =>
      list.length > 0 &&
      current().some(({ shape, isTrial }) => isTrial && shape.unit === unit && shape.functionCode === functionCode),
    /** Whether a reply to something new would tell anything about the unanswered ones of this unit. */
    hasUnpassed: (unit: number): boolean => current().some(({ shape, isPassed }) => shape.unit === unit && !isPassed),

    /**
     * Whether this frame, which fits, was heard before: `new`; `again`, from the same registers; `unsure`, once in answer to the same
     * request, and not believed; `elsewhere`, from other registers only. Registers that never say the same twice are `elsewhere` too,
     * and on a line in trouble those of which that is not known.
     */
    judge(frame: Uint8Array, place: string, isTroubled: boolean): Heard {
      const nowMs = monotonicMs()
      const places = heard.find(frame, nowMs)
      if (places === null) return 'new'
      const habit = heard.habit(place, nowMs)
      const mayRepeat = habit !== 'lively' && !(isTroubled && habit === 'unknown')
      if (places.has(place) && mayRepeat) return 'again'
      const unsureAtMs = places.get(`${unsureMark}${place}`) ?? -Infinity
      return habit !== 'lively' && nowMs - unsureAtMs < unsureForMs ? 'unsure' : 'elsewhere'
    },
    /** Whether this frame, the same again from the same registers, may be a copy: where copies come, and where the registers change. */
    mayBeCopy(frame: Uint8Array, place: string): boolean {
      const nowMs = monotonicMs()
      if (['steady', 'unknown'].includes(heard.habit(place, nowMs))) return true
      const longestMs = copyableMs(conduct, nowMs)
      if (longestMs === 0) return false
      const places = heard.find(frame, nowMs)
      return places !== null && nowMs - lastHeard(places) <= longestMs
    },
    /** A copy of a frame came. */
    sawCopyOf(frame: Uint8Array): void {
      const nowMs = monotonicMs()
      const places = heard.find(frame, nowMs)
      if (places !== null) conduct = sawCopy(conduct, nowMs - lastHeard(places), nowMs)
    },

    /** A frame with a right check sum that nobody waits for; what it tells is remembered. */
    stranger(frame: Uint8Array): Stranger {
      const nowMs = monotonicMs()
      troubledAtMs = nowMs
      const key = keyOfFrame(frame)
      if (key === null) {
        const refused = lateRefusalOf(current(), frame)
        const ageMs = refused === null ? null : strike((each) => each === refused)
        return ageMs === null ? { kind: 'unknown' } : { kind: 'late', afterMs: ageMs }
      }
      const places = heard.find(frame, nowMs)
      if (places === null) {
        const place = current().find(({ shape }) => shape.key === key)?.place ?? `late:${key}`
        const ageMs = strike(({ shape }) => shape.key === key)
        heard.note(frame, place, nowMs)
        if (ageMs === null) conduct = sawUnknown(conduct, nowMs)
        return ageMs === null ? { kind: 'unknown' } : { kind: 'late', afterMs: ageMs }
      }
      // The bytes are known. Where no copy was ever seen, an unanswered request for the same registers is the likelier source; otherwise
      // it may be either, and the line is taken for both.
      const isIts = ({ shape, place }: Unanswered): boolean => shape.key === key && places.has(place)
      if (copyableMs(conduct, nowMs) === 0) {
        const ageMs = strike(isIts)
        if (ageMs !== null) return { kind: 'late', afterMs: ageMs }
      }
      const maybe = current().find(isIts)
      if (maybe !== undefined) conduct = sawLate(conduct, nowMs - maybe.sentAtMs, maybe.isPassed, nowMs)
      const afterMs = nowMs - lastHeard(places)
      conduct = sawCopy(conduct, afterMs, nowMs)
      return { kind: 'copy', afterMs }
    },
    /** Two frames came for one request and nothing tells which is its reply: one was another's. */
    sawTwo(key: string): void {
      troubledAtMs = monotonicMs()
      if (strike(({ shape }) => shape.key === key) === null) conduct = sawCopy(conduct, 0, monotonicMs())
    },
    /** A frame that nobody waited for came just now: another one may follow. */
    isTroubled: (): boolean => monotonicMs() - troubledAtMs < troubledForMs,
    /** A reply of this shape was lost within the last minutes. */
    wasLost: (key: string): boolean => monotonicMs() - (lastLost.get(key) ?? -Infinity) < wasLostForMs,
    /** Silence in which the copy of a reply comes before anything else is asked, ms. */
    copyWaitMs: (): number => copyWaitMs(conduct, monotonicMs()),
    /** Replies came twice on this line lately. */
    hasCopies: (): boolean => copyableMs(conduct, monotonicMs()) > 0,
    isOutOfTurn: (): boolean => hasBeenOutOfTurn(conduct, monotonicMs()),
    hasBeenLate: (): boolean => hasBeenLate(conduct, monotonicMs()),
    /** Called with every request whose late reply was recognised; one listener. */
    onStruckOff(listener: (struck: Unanswered) => void): void {
      struckOff = listener
    },
  }
}
export type ReplyMemory = ReturnType<typeof createReplyMemory>
