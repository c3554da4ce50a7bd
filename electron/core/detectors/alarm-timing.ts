import { forgetful, type Memory } from '../site/memory.ts'
import type { Verdict } from './detector.ts'

export interface Delays {
  readonly raiseDelayMs: number
  readonly clearDelayMs: number
}

interface Place {
  /** Since when it is so without being told; null: it is told, or is not so. */
  waitsSinceMs: number | null
  /** Since when it is over without that being told. */
  overSinceMs: number | null
  /** The detector's closing words, which it says once. */
  closing: Extract<Verdict, { kind: 'clear' }>
}

const plainClear: Place['closing'] = { kind: 'clear' }
const noPlace = (): Place => ({ waitsSinceMs: null, overSinceMs: null, closing: plainClear })

/**
 * The delays of a rule (ISA-18.2: on-delay and off-delay): an alarm is told when it has been so for the first, and said to be over when
 * it has been over for the second. So one that flutters about its threshold is one alarm. What is not known changes neither.
 */
export const createAlarmTiming = (memory: Memory = forgetful) => {
  const places = memory.keep('alarm-timing', new Map<string, Place>())

  /** A clock set back must not make a wait longer than its delay: what lies ahead of now counts from now. */
  const hasLasted = (sinceMs: number, delayMs: number, atMs: number) => atMs - Math.min(sinceMs, atMs) >= delayMs

  const active = (key: string, isTold: boolean, verdict: Verdict, delayMs: number, atMs: number): Verdict => {
    const place = places.get(key) ?? noPlace()
    const sinceMs = Math.min(place.waitsSinceMs ?? atMs, atMs)
    if (isTold || hasLasted(sinceMs, delayMs, atMs)) {
      places.delete(key)
      return verdict
    }
    places.set(key, { ...noPlace(), waitsSinceMs: sinceMs })
    return plainClear
  }

  const over = (
    key: string,
    isTold: boolean,
    verdict: Extract<Verdict, { kind: 'clear' }>,
    delayMs: number,
    atMs: number,
  ): Verdict | null => {
    const place = places.get(key) ?? noPlace()
    const closing = verdict.closing === undefined ? place.closing : verdict
    const sinceMs = Math.min(place.overSinceMs ?? atMs, atMs)
    if (!isTold || hasLasted(sinceMs, delayMs, atMs)) {
      places.delete(key)
      return closing
    }
    places.set(key, { waitsSinceMs: null, overSinceMs: sinceMs, closing })
    return null
  }

  return {
    /** The rules have changed: what waits begins anew. */
    forget: () => places.clear(),
    /**
     * The verdict as it is told; null: what is told stays as it is. `key` names the finding's place on the list, `isTold` whether it
     * stands there as active.
     */
    step: (key: string, isTold: boolean, verdict: Verdict, delays: Delays, atMs: number): Verdict | null => {
      if (verdict.kind === 'unknown') return verdict
      return verdict.kind === 'active'
        ? active(key, isTold, verdict, delays.raiseDelayMs, atMs)
        : over(key, isTold, verdict, delays.clearDelayMs, atMs)
    },
  }
}
