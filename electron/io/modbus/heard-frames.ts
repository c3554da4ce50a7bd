import { horizonMs } from './unanswered.ts'

/** Frames kept; a line of 115200 baud has about 50 a second. */
const mostFrames = 4096

/** FNV-1a, 32 bits, with the length behind it: equal frames are equal, unequal ones differ but for one in four thousand million. */
const fingerprint = (frame: Uint8Array): number => {
  let hash = 0x811c9dc5
  for (const byte of frame) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0) * 256 + (frame.length & 0xff)
}

export type Habits = 'constant' | 'steady' | 'lively' | 'unknown'

/** How the reply of one place has been: whether it changes. */
interface Habit {
  print: number
  readonly firstAtMs: number
  changedAtMs: number
  repeatedAtMs: number
}

const unitOf = (place: string): string => place.slice(0, place.indexOf(':'))

/**
 * What was heard on a line within the horizon, by its bytes. A copy of a reply is the same to the last bit, so a frame that was never
 * heard before is no copy; one that was may be the right reply all the same, because a value need not change.
 */
export const createHeardFrames = () => {
  /** Places whose reply had these bytes, and when last; the map's order is that of the last hearing. */
  const heard = new Map<number, Map<string, number>>()
  const habits = new Map<string, Habit>()
  /** Of each unit, when any of its places last changed, and when one last said the same again. */
  const units = new Map<string, { changedAtMs: number; repeatedAtMs: number }>()
  const noteHabit = (place: string, print: number, nowMs: number): void => {
    if (habits.size > mostFrames) habits.clear()
    const habit = habits.get(place)
    if (habit === undefined) {
      habits.set(place, { print, firstAtMs: nowMs, changedAtMs: -Infinity, repeatedAtMs: -Infinity })
      return
    }
    const unit = units.get(unitOf(place)) ?? { changedAtMs: -Infinity, repeatedAtMs: -Infinity }
    units.set(unitOf(place), unit)
    if (habit.print === print) unit.repeatedAtMs = habit.repeatedAtMs = nowMs
    else {
      habit.print = print
      unit.changedAtMs = habit.changedAtMs = nowMs
    }
  }
  return {
    note(frame: Uint8Array, place: string, nowMs: number): void {
      const print = fingerprint(frame)
      noteHabit(place, print, nowMs)
      const places = heard.get(print) ?? new Map<string, number>()
      places.set(place, nowMs)
      heard.delete(print)
      heard.set(print, places)
      if (heard.size > mostFrames)
        for (const oldest of heard.keys()) {
          heard.delete(oldest)
          break
        }
    },
    /**
     * What it means that this place says the same again: `constant`, it did for the whole horizon; `steady`, it does at times, or was not
     * watched for that long; `lively`, it never did within the horizon; `unknown`, it was read once, and not all else of its unit stands still.
     */
    habit(place: string, nowMs: number): Habits {
      const habit = habits.get(place)
      if (habit === undefined) return 'unknown'
      const { firstAtMs, changedAtMs, repeatedAtMs } = habit
      const isRecent = (atMs: number) => nowMs - atMs <= horizonMs
      if (isRecent(changedAtMs)) return isRecent(repeatedAtMs) ? 'steady' : 'lively'
      if (!isRecent(firstAtMs)) return 'constant'
      if (repeatedAtMs > -Infinity) return 'steady'
      const unit = units.get(unitOf(place))
      return unit !== undefined && isRecent(unit.repeatedAtMs) && !isRecent(unit.changedAtMs) ? 'steady' : 'unknown'
    },
    /** For each place whose reply had these bytes, when it was last heard. */
    find(frame: Uint8Array, nowMs: number): ReadonlyMap<string, number> | null {
      const places = heard.get(fingerprint(frame))
      if (places === undefined) return null
      for (const [place, atMs] of places) if (nowMs - atMs > horizonMs) places.delete(place)
      return places.size === 0 ? null : places
    },
  }
}
