import type { Log } from '../ports.ts'
import type { TapeEntry } from '../record/tape/read-tape.ts'
import { createTapeFold, type TapeFoldOutputs } from '../record/tape/tape-fold.ts'
import type { TapeHead } from '../record/tape/tape-head.ts'
import type { Saved } from '../site/memory.ts'
import type { Moment } from '../site/site-input.ts'
import { settled } from '../site/site-runner.ts'
import type { SiteFold } from '../site/site.ts'
import { entriesFrom, type TapeSegment } from './tape-index.ts'
import type { TapeText } from './tape-text.ts'

/** Where to begin: a segment of the record, and a state saved behind one of its lines; without one the segment's own. */
export interface Beginning {
  readonly segment: TapeSegment
  readonly keyframe: { readonly line: number; readonly saved: Saved } | null
}

export interface TurnPlayer {
  readonly fold: () => SiteFold | null
  /** UTC of the last turn played. */
  readonly atMs: () => number
  /**
   * Plays up to and with a time, or a line of the record, whichever comes first. `rest` is asked after every slice: false ends it there. True: it is there, or the record ends. Rejects
   * where the record can't be played on.
   */
  readonly playTo: (
    upTo: { readonly toMs: number; readonly lastLine: number },
    rest: () => Promise<boolean>,
  ) => Promise<boolean>
  readonly close: () => Promise<void>
}

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const start: Moment = { monotonicMs: 0, siteMs: 0, utcMs: 0, aheadMs: 0 }
/** Turns between two looks at the clock: one takes a fraction of a millisecond. */
const turnsAtOnce = 16

/** Puts the turns of a record through the site that made them, from one place on. */
export const createTurnPlayer = (parts: {
  readonly text: TapeText
  readonly head: TapeHead
  readonly log: Log
  readonly from: Beginning
  readonly out: TapeFoldOutputs
  /** The state that it begins with can't be used: what was before it is not known. */
  readonly onForgotten: (why: string) => void
}): TurnPlayer => {
  const { text, head, log, from, out, onForgotten } = parts
  let now = start
  let fold: SiteFold | null = null
  let atMs = -Infinity
  const entries = entriesFrom(text, from.segment)
  let run: readonly TapeEntry[] = []
  let next = 0

  const make = (saved: Saved | null): SiteFold =>
    createTapeFold({ head, log, world: () => now, saved }, out, () => undefined)
  const begin = (saved: Saved): SiteFold => {
    try {
      return make(saved)
    } catch (error) {
      onForgotten(whyOf(error))
      return make(null)
    }
  }
  /** Of the place where it began; what begins anew further on does so without it. */
  let isFirst = true
  const firstState = (): Saved | null => {
    const state = isFirst ? (from.keyframe?.saved ?? null) : null
    isFirst = false
    return state
  }
  const take = async (entry: TapeEntry): Promise<void> => {
    if (entry.kind === 'witness') return
    if (from.keyframe !== null && entry.line <= from.keyframe.line) return
    if (entry.kind === 'anew') {
      fold = null
      return
    }
    if (entry.kind === 'saved') {
      fold ??= begin(firstState() ?? entry.saved)
      return
    }
    if (fold === null) {
      const state = firstState()
      fold = state === null ? make(null) : begin(state)
    }
    now = entry.turn.at
    atMs = Math.max(atMs, now.utcMs)
    const { answer, isUnsettled } = fold.step(entry.turn)
    // What a person was answered, a refusal too, is no part of the record: what it changed is.
    answer?.catch(() => undefined)
    if (isUnsettled) await settled()
    fold.rest()
  }
  const more = async (): Promise<boolean> => {
    const got = await entries.next()
    run = got.done === true ? [] : got.value
    next = 0
    return got.done !== true
  }
  return {
    fold: () => fold,
    atMs: () => atMs,
    playTo: async ({ toMs, lastLine }, rest) => {
      for (let turns = 0; ; turns += 1) {
        while (next >= run.length) if (!(await more())) return true
        const entry = run[next]
        if (entry !== undefined && entry.line > lastLine) return true
        if (entry?.kind === 'turn' && entry.turn.at.utcMs > toMs) return true
        next += 1
        if (entry !== undefined) await take(entry)
        if (turns % turnsAtOnce === 0 && !(await rest())) return false
      }
    },
    close: async () => {
      await entries.return(undefined)
    },
  }
}
