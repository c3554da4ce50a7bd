import type { ModbusRequest } from '../../core/lines/modbus-line.ts'
import { createHeardFrames } from './heard-frames.ts'
import { copyableMs, copyWaitMs, sawCopy, sawLate, sawUnknown } from './line-conduct.ts'
import { createOpenRequests } from './open-requests.ts'
import type { Heard } from './pending-reply.ts'
import { keyOfFrame } from './reply-shape.ts'
import type { Unanswered } from './unanswered.ts'

/** Which registers a request is about: replies of equal shape and equal place say the same thing at different times. */
export const placeOf = (request: ModbusRequest): string =>
  `${String(request.unit)}:${String(request.functionCode)}${request.functionCode === 20 ? `/${String(request.file)}` : ''}:${String(request.address)}:${String('count' in request ? request.count : request.words.length)}`

const unsureMark = '?'
/** A reply that was not believed is asked for again at once, ms. */
const unsureForMs = 3000
/** After a frame that nobody waited for the line is listened to a little longer at each reply, ms (assumption). */
const troubledForMs = 5000
/** What a frame is that nobody waits for. */
export type Stranger =
  | { readonly kind: 'late'; readonly afterMs: number }
  | { readonly kind: 'copy'; readonly afterMs: number }
  | { readonly kind: 'unknown' }

const lastHeard = (places: ReadonlyMap<string, number>): number => Math.max(...places.values())
const lateOrUnknown = (ageMs: number | null): Stranger =>
  ageMs === null ? { kind: 'unknown' } : { kind: 'late', afterMs: ageMs }

/** What was heard on the line: whether a frame is a copy, and what one is that nobody waits for. */
const createHearing = (monotonicMs: () => number, open: ReturnType<typeof createOpenRequests>) => {
  const heard = createHeardFrames()
  let troubledAtMs = -Infinity

  const neverHeard = (frame: Uint8Array, key: string, nowMs: number): Stranger => {
    const place = open.find(({ shape }) => shape.key === key)?.place ?? `late:${key}`
    const ageMs = open.strike(({ shape }) => shape.key === key)
    heard.note(frame, place, nowMs)
    if (ageMs === null) open.change(sawUnknown)
    return lateOrUnknown(ageMs)
  }
  /**
   * The bytes are known. Where no copy was ever seen, an unanswered request for the same registers is the likelier source; otherwise it
   * may be either, and the line is taken for both.
   */
  const heardBefore = (places: ReadonlyMap<string, number>, key: string, nowMs: number): Stranger => {
    const isIts = ({ shape, place }: Unanswered): boolean => shape.key === key && places.has(place)
    if (copyableMs(open.conduct(), nowMs) === 0) {
      const ageMs = open.strike(isIts)
      if (ageMs !== null) return { kind: 'late', afterMs: ageMs }
    }
    const maybe = open.find(isIts)
    if (maybe !== undefined) open.change((conduct) => sawLate(conduct, nowMs - maybe.sentAtMs, maybe.isPassed, nowMs))
    const afterMs = nowMs - lastHeard(places)
    open.change((conduct) => sawCopy(conduct, afterMs, nowMs))
    return { kind: 'copy', afterMs }
  }

  return {
    /** This frame was the reply of `place`; or, not `isSure`, came where it was waited for and was not believed. */
    note(frame: Uint8Array, place: string, isSure: boolean): void {
      heard.note(frame, isSure ? place : `${unsureMark}${place}`, monotonicMs())
    },
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
      const longestMs = copyableMs(open.conduct(), nowMs)
      if (longestMs === 0) return false
      const places = heard.find(frame, nowMs)
      return places !== null && nowMs - lastHeard(places) <= longestMs
    },
    /** A copy of a frame came. */
    sawCopyOf(frame: Uint8Array): void {
      const nowMs = monotonicMs()
      const places = heard.find(frame, nowMs)
      if (places !== null) open.change((conduct) => sawCopy(conduct, nowMs - lastHeard(places), nowMs))
    },

    /** A frame with a right check sum that nobody waits for; what it tells is remembered. */
    stranger(frame: Uint8Array): Stranger {
      const nowMs = monotonicMs()
      troubledAtMs = nowMs
      const key = keyOfFrame(frame)
      if (key === null) return lateOrUnknown(open.strikeRefused(frame[0] ?? 0, (frame[1] ?? 0) & 0x7f))
      const places = heard.find(frame, nowMs)
      return places === null ? neverHeard(frame, key, nowMs) : heardBefore(places, key, nowMs)
    },
    /** Two frames came for one request and nothing tells which is its reply: one was another's. */
    sawTwo(key: string): void {
      troubledAtMs = monotonicMs()
      if (open.strike(({ shape }) => shape.key === key) === null)
        open.change((conduct, nowMs) => sawCopy(conduct, 0, nowMs))
    },
    /** A frame that nobody waited for came just now: another one may follow. */
    isTroubled: (): boolean => monotonicMs() - troubledAtMs < troubledForMs,
    /** Silence in which the copy of a reply comes before anything else is asked, ms. */
    copyWaitMs: (): number => copyWaitMs(open.conduct(), monotonicMs()),
    /** Replies came twice on this line lately. */
    hasCopies: (): boolean => copyableMs(open.conduct(), monotonicMs()) > 0,
  }
}

/** Everything a line without transaction numbers remembers, so that no reply is taken for another's: what it asked, and what it heard. */
export const createReplyMemory = (monotonicMs: () => number) => {
  const open = createOpenRequests(monotonicMs)
  return { ...open, ...createHearing(monotonicMs, open) }
}
export type ReplyMemory = ReturnType<typeof createReplyMemory>
