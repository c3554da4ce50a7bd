import type { Live } from '../../../shared/api/live-contract.ts'
import type { Clock, Log } from '../ports.ts'
import type { TapeEntry } from '../record/tape/read-tape.ts'
import { createTapeFold } from '../record/tape/tape-fold.ts'
import { createTraceRing, type TraceRing } from '../record/trace-ring.ts'
import type { Moment } from '../site/site-input.ts'
import { settled } from '../site/site-runner.ts'
import type { SiteFold } from '../site/site.ts'
import { entriesFrom, type TapeIndex, type TapeSegment } from './tape-index.ts'
import type { TapeText } from './tape-text.ts'

/** Others get their turn after this long, ms: a screen that follows another recording, or the site itself. */
const sliceMs = 20
/** The strips of a meter show this much of the past: a seek begins that long before, so that they are whole. */
const pastMs = 600_000

export interface Player {
  /** Plays up to a time, or begins anew before it where it lies behind. False: it was told to stop, or the time ran out, before it was there. */
  readonly goTo: (toMs: number, mayGoOn: () => boolean) => Promise<boolean>
  readonly live: () => Live | null
  readonly trace: () => TraceRing
  /** Counts how often it began anew: what followed it before has to begin anew as well. */
  readonly generation: () => number
  /** UTC of the last turn played. */
  readonly atMs: () => number
  /** Why it can't be played on; null: it can. */
  readonly problem: () => string | null
}

interface PlayerParts {
  readonly text: TapeText
  readonly index: TapeIndex
  readonly clock: Clock
  readonly log: Log
  /** The state that a segment begins with can't be used: what was before it is not known. */
  readonly onForgotten: (why: string) => void
}

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Puts the turns of a record through the site that made them, up to any time in it. Nothing in it knows of screens. */
export const createPlayer = ({ text, index, clock, log, onForgotten }: PlayerParts): Player => {
  const { head, segments } = index
  const start: Moment = { monotonicMs: 0, siteMs: 0, utcMs: 0, aheadMs: 0 }
  let now = start
  let fold: SiteFold | null = null
  let trace = createTraceRing(head.site.meters)
  let generation = 0
  let atMs = -Infinity
  let problem: string | null = null
  let entries: AsyncGenerator<readonly TapeEntry[]> | null = null
  let run: readonly TapeEntry[] = []
  let next = 0

  const make = (saved: Parameters<typeof createTapeFold>[0]['saved']): SiteFold =>
    createTapeFold(
      { head, log, world: () => now, saved },
      { samples: (meterId, samples) => trace.push(meterId, samples) },
      () => undefined,
    )
  const begin = async (segment: TapeSegment): Promise<void> => {
    await entries?.return(undefined)
    entries = entriesFrom(text, segment)
    run = []
    next = 0
    fold = null
    now = start
    atMs = -Infinity
    problem = null
    trace = createTraceRing(head.site.meters)
    generation += 1
  }
  const take = async (entry: TapeEntry): Promise<void> => {
    if (entry.kind === 'witness') return
    if (entry.kind === 'saved') {
      if (fold !== null) return
      try {
        fold = make(entry.saved)
      } catch (error) {
        onForgotten(whyOf(error))
        fold = make(null)
      }
      return
    }
    fold ??= make(null)
    now = entry.turn.at
    atMs = Math.max(atMs, now.utcMs)
    const { answer, isUnsettled } = fold.step(entry.turn)
    // What a person was answered, a refusal too, is no part of the record: what it changed is.
    answer?.catch(() => undefined)
    if (isUnsettled) await settled()
    fold.rest()
  }
  const more = async (): Promise<boolean> => {
    const got = await entries?.next()
    run = got === undefined || got.done === true ? [] : got.value
    next = 0
    return got !== undefined && got.done !== true
  }
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      clock.after(0, resolve)
    })
  const playOn = async (toMs: number, mayGoOn: () => boolean): Promise<boolean> => {
    let sinceMs = clock.monotonicMs()
    for (;;) {
      while (next >= run.length) if (!(await more())) return true
      const entry = run[next]
      if (entry?.kind === 'turn' && entry.turn.at.utcMs > toMs) return true
      next += 1
      if (entry !== undefined) await take(entry)
      if (clock.monotonicMs() - sinceMs < sliceMs) continue
      await pause()
      if (!mayGoOn()) return false
      sinceMs = clock.monotonicMs()
    }
  }
  /** Where to begin anew for a time; null: it is nearer from where the player stands. */
  const placeFor = (toMs: number): TapeSegment | null => {
    const [first] = segments
    const segment = segments.findLast(({ fromMs }) => fromMs <= toMs - pastMs) ?? first
    if (segment === undefined) return null
    return entries !== null && atMs <= toMs && atMs >= segment.fromMs ? null : segment
  }

  return {
    goTo: async (toMs, mayGoOn) => {
      const segment = placeFor(toMs)
      if (segment !== null) await begin(segment)
      if (problem !== null) return true
      try {
        return await playOn(toMs, mayGoOn)
      } catch (error) {
        problem = whyOf(error)
        return true
      }
    },
    live: () => fold?.live() ?? null,
    trace: () => trace,
    generation: () => generation,
    atMs: () => atMs,
    problem: () => problem,
  }
}
