import type { Clock, Log } from '../ports.ts'
import { createReplay, type Mismatch, type ReplayOutputs } from '../record/tape/replay.ts'
import type { TapeHead } from '../record/tape/tape-head.ts'
import { entriesFrom, type TapeIndex } from './tape-index.ts'
import type { TapeText } from './tape-text.ts'

export interface Studied {
  readonly turns: number
  readonly witnesses: number
  readonly mismatch: Mismatch | null
  /** Why it could not be played to its end; null: it was. */
  readonly problem: string | null
}

/** Others get their turn after this long, ms. */
const sliceMs = 10

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * Plays a whole record once, beside whatever else is done, and compares what comes of it with what was recorded. Null: it was told to
 * stop.
 */
export const studyTape = async (parts: {
  readonly text: TapeText
  readonly index: TapeIndex
  readonly head: TapeHead
  readonly clock: Clock
  readonly log: Log
  /** Given the time of the turn that is being played, UTC. */
  readonly out: (atMs: () => number) => ReplayOutputs
  readonly onShare: (share: number) => void
  readonly isStopped: () => boolean
}): Promise<Studied | null> => {
  const { text, index, head, clock, log, out, onShare, isStopped } = parts
  let atMs = index.fromMs
  const replay = createReplay(
    head,
    log,
    out(() => atMs),
  )
  const [first] = index.segments
  let sinceMs = clock.monotonicMs()
  let line = 0
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      clock.after(0, resolve)
    })
  try {
    for await (const run of entriesFrom(text, first ?? { at: 0, number: 1 }))
      for (const entry of run) {
        if (entry.kind === 'turn') atMs = entry.turn.at.utcMs
        await replay.take(entry)
        line = entry.line
        if (clock.monotonicMs() - sinceMs < sliceMs) continue
        onShare(shareOf(atMs, index))
        await pause()
        if (isStopped()) return null
        sinceMs = clock.monotonicMs()
      }
    return { ...replay.end(line), problem: null }
  } catch (error) {
    return { turns: 0, witnesses: 0, mismatch: null, problem: whyOf(error) }
  }
}

const shareOf = (atMs: number, { fromMs, toMs }: TapeIndex): number =>
  toMs > fromMs ? Math.max(0, Math.min(1, (atMs - fromMs) / (toMs - fromMs))) : 1
