import { createEntryReader, readTapeHead, BadTape } from '../record/tape/read-tape.ts'
import type { TapeHead } from '../record/tape/tape-head.ts'
import { anewLine } from './thinned.ts'
import type { TapeLine, TapeText } from './tape-text.ts'

/** A place at which a record may begin to be played. */
export interface TapeSegment {
  /** UTC of its first turn. */
  readonly fromMs: number
  readonly at: number
  readonly number: number
}

/** How much of a recording is as it was: all, only what comes from a segment on, or nothing; the rest was made of stored seconds. */
export type Wholeness =
  { readonly kind: 'whole' } | { readonly kind: 'from'; readonly segment: TapeSegment } | { readonly kind: 'thinned' }

export interface TapeIndex {
  readonly head: TapeHead
  readonly segments: readonly TapeSegment[]
  readonly fromMs: number
  readonly toMs: number
  readonly wholeness: Wholeness
  /** Why it ends before its file does; null: it does not. */
  readonly problem: string | null
}

/** How our own writer begins each kind of line: only what is needed is parsed, for a record may have millions. */
const turnStart = '{"t":'
const savedStart = '{"saved":'

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** UTC of a turn; null where the line is none. Throws `BadTape`. */
const turnMs = ({ text, number }: TapeLine): number | null => {
  let line: unknown
  try {
    line = JSON.parse(text)
  } catch {
    throw new BadTape(number, 'it is not JSON: the file was cut or changed')
  }
  const t = (line as { readonly t?: unknown } | null)?.t
  const utcMs: unknown = Array.isArray(t) ? t[2] : null
  return typeof utcMs === 'number' && Number.isFinite(utcMs) ? utcMs : null
}

/**
 * Looks through a record once: where it may begin, from when to when it goes. What can't be read ends it there and is told; throws
 * `BadTape` only where nothing of it can be played. Nothing of the record is kept but the places.
 */
export const indexTape = async (
  text: TapeText,
  onShare: (share: number) => void = () => undefined,
  isThinned = false,
): Promise<TapeIndex> => {
  let head: TapeHead | null = null
  const segments: TapeSegment[] = []
  let begin: TapeLine | null = null
  /** The site begins anew with the next line, whatever it is; the first segment from there on. */
  let isAnew = false
  let wholeFrom: number | null = null
  /** The newest turns not looked into yet, two of them: the very last line of a file that was cut is no turn any more. */
  let waiting: readonly TapeLine[] = []
  let toMs = -Infinity
  let problem: string | null = null
  /** The newest turn seen is parsed at the end of each run: the end of a record is known without parsing all of it. */
  const settle = (): void => {
    const lines = waiting
    waiting = []
    for (const line of lines) toMs = Math.max(toMs, turnMs(line) ?? -Infinity)
  }
  const take = (line: TapeLine): void => {
    if (head === null) {
      head = readTapeHead(line.text)
      return
    }
    if (line.text === anewLine) {
      isAnew = true
      wholeFrom = segments.length
      begin = null
      return
    }
    if (line.text.startsWith(savedStart)) {
      isAnew = false
      begin = line
      return
    }
    begin ??= segments.length === 0 || isAnew ? line : null
    isAnew = false
    if (!line.text.startsWith(turnStart)) return
    waiting = [...waiting.slice(-1), line]
    if (begin === null) return
    const fromMs = turnMs(line)
    if (fromMs === null) return
    segments.push({ fromMs, at: begin.at, number: begin.number })
    begin = null
  }
  try {
    for await (const run of text.lines({ at: 0, number: 1 })) {
      for (const line of run) take(line)
      settle()
      const end = run.at(-1)
      if (end !== undefined) onShare(text.shareOf(end.at))
    }
  } catch (error) {
    problem = whyOf(error)
  }
  const [first] = segments
  if (head === null) throw new BadTape(1, problem ?? 'the record is empty')
  if (first === undefined) throw new BadTape(2, problem ?? 'nothing was recorded in it')
  const wholeSegment = wholeFrom === null ? undefined : segments[wholeFrom]
  const wholeness: Wholeness =
    wholeSegment !== undefined
      ? { kind: 'from', segment: wholeSegment }
      : { kind: isThinned || wholeFrom !== null ? 'thinned' : 'whole' }
  return { head, segments, fromMs: first.fromMs, toMs: Math.max(toMs, first.fromMs), wholeness, problem }
}

/** The entries of a record from a segment on. */
export const entriesFrom = async function* (text: TapeText, segment: Pick<TapeSegment, 'at' | 'number'>) {
  const read = createEntryReader()
  for await (const run of text.lines(segment)) yield run.flatMap(({ text: line, number }) => read(line, number) ?? [])
}
