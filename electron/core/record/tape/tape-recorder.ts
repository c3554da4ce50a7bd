import type { Turn } from '../../site/site-input.ts'
import { createTurnWriter } from './turn-line.ts'
import type { TapeHead } from './tape-head.ts'
import type { Witness } from './witness.ts'

/** A stretch of turns that can be played from its beginning: the state it begins with, or none at the start of a session. */
interface Segment {
  readonly fromMs: number
  readonly lines: string[]
  characters: number
}

export interface TapeLimits {
  /** The stretch that is kept at least, ms, as far as `characters` allows it. */
  readonly keepMs: number
  /** A new segment begins after this, ms: so much more than `keepMs` is kept at most. */
  readonly segmentMs: number
  /** Never more than this in memory, characters (bytes, for nearly all are ASCII). */
  readonly characters: number
}

/** 15 minutes, and what one program may take for it (editable assumption): a site of 220 meters takes about 60 MB. */
export const usualTape: TapeLimits = { keepMs: 900_000, segmentMs: 300_000, characters: 128 * 1024 * 1024 }

export interface TapeRecorder {
  /** Before the site takes the turn. */
  readonly turn: (turn: Turn) => void
  readonly witness: (witness: Witness) => void
  /**
   * Between two turns, now and then: a new segment may begin here. `save` answers the state of the site, or null while it can't be
   * saved; it is only called when a segment is due.
   */
  readonly mayCut: (utcMs: number, save: () => unknown) => void
  /** The record as text, line by line, from the newest segment that begins at or before `fromMs`; what there is where none does. */
  readonly read: (fromMs: number) => readonly string[]
  /** What a record begins with, as its first line. */
  readonly head: () => string
  /** UTC of the oldest turn that can be played; null before the first. */
  readonly sinceMs: () => number | null
  /** UTC of the newest turn; null before the first. */
  readonly untilMs: () => number | null
  /** Every line as it is written, for a file. */
  readonly listen: (listener: (line: string) => void) => () => void
}

/**
 * Keeps what entered the site and what came of it, as it came (design: the record). Nothing is thinned here: it is the last quarter of
 * an hour, whole; the store keeps the longer past in thinner form.
 */
export const createTapeRecorder = (head: TapeHead, limits: TapeLimits = usualTape): TapeRecorder => {
  const headLine = JSON.stringify(head)
  const listeners = new Set<(line: string) => void>()
  let segments: Segment[] = []
  let writeTurn = createTurnWriter()
  let characters = 0
  let untilMs: number | null = null

  const put = (line: string): void => {
    const segment = segments.at(-1)
    if (segment === undefined) return
    segment.lines.push(line)
    segment.characters += line.length + 1
    characters += line.length + 1
    for (const listener of listeners) listener(line)
  }
  const begin = (fromMs: number): void => {
    segments.push({ fromMs, lines: [], characters: 0 })
    writeTurn = createTurnWriter()
  }
  const dropOldest = (): void => {
    characters -= segments[0]?.characters ?? 0
    segments = segments.slice(1)
  }
  /** The oldest goes when the rest is long enough by itself, or when all together is too much. */
  const trim = (nowMs: number): void => {
    while (segments.length > 1 && nowMs - (segments[1]?.fromMs ?? nowMs) >= limits.keepMs) dropOldest()
    while (segments.length > 1 && characters > limits.characters) dropOldest()
  }

  return {
    turn: (turn) => {
      if (segments.length === 0) begin(turn.at.utcMs)
      untilMs = turn.at.utcMs
      for (const line of writeTurn(turn)) put(line)
    },
    witness: (witness) => put(JSON.stringify({ w: witness })),
    mayCut: (utcMs, save) => {
      const newest = segments.at(-1)
      if (newest === undefined || utcMs - newest.fromMs < limits.segmentMs) return
      const saved = save()
      if (saved === null) return
      begin(utcMs)
      put(JSON.stringify({ saved }))
      trim(utcMs)
    },
    read: (fromMs) => {
      const first = segments.findLastIndex((segment) => segment.fromMs <= fromMs)
      return [headLine, ...segments.slice(Math.max(0, first)).flatMap(({ lines }) => lines)]
    },
    head: () => headLine,
    sinceMs: () => segments[0]?.fromMs ?? null,
    untilMs: () => untilMs,
    listen: (listener) => {
      listener(headLine)
      for (const { lines } of segments) for (const line of lines) listener(line)
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
