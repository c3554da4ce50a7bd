import type { Live } from '../../../shared/api/live-contract.ts'
import type { ControlState } from '../../../shared/model/decision.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import type { Clock, Log } from '../ports.ts'
import type { SiteFold } from '../site/site.ts'
import type { KeyframeShelf } from './keyframes.ts'
import type { TapeIndex, TapeSegment } from './tape-index.ts'
import type { TapeText } from './tape-text.ts'
import { createTurnPlayer, type Beginning, type TurnPlayer } from './turn-player.ts'

/** Others get their turn after this long, ms: a screen that follows another recording, or the site itself. */
const sliceMs = 20
/** The strips of a meter show this much of the past, ms: it is played beside, when the place itself is shown. */
const pastMs = 600_000

type Samples = Readonly<Partial<Record<string, Sample>>>

/** What is remembered of the stretch that was played: strips and the like. */
export interface Remembering {
  readonly reply: (meterId: string, samples: Samples) => void
  readonly image: (image: Image, control: ControlState) => void
}

export interface Player<R extends Remembering> {
  /** Plays up to a time, or begins anew before it where it lies behind. False: it was told to stop, or the time ran out, before it was there. */
  readonly goTo: (toMs: number, mayGoOn: () => boolean) => Promise<boolean>
  /** Plays what is remembered of before the place it began at; true: all of that is there, anew. */
  readonly fillPast: (mayGoOn: () => boolean) => Promise<boolean>
  readonly live: () => Live | null
  readonly fold: () => SiteFold | null
  readonly remembered: () => R
  /** What came before the place it began at is remembered too. */
  readonly isFilled: () => boolean
  /** Counts how often it began anew: what followed it before has to begin anew as well. */
  readonly generation: () => number
  /** UTC of the last turn played. */
  readonly atMs: () => number
  /** Why it can't be played on; null: it can. */
  readonly problem: () => string | null
}

interface PlayerParts<R extends Remembering> {
  readonly text: TapeText
  readonly index: TapeIndex
  readonly clock: Clock
  readonly log: Log
  readonly keyframes: KeyframeShelf
  /** Nothing yet. */
  readonly remember: () => R
  /** The state that a segment begins with can't be used: what was before it is not known. */
  readonly onForgotten: (why: string) => void
}

/** What lies before the place where the player began, not yet remembered. */
interface Past<R> {
  /** Number of the last line that the player itself does not play. */
  readonly lastLine: number
  readonly remembered: R
  readonly player: TurnPlayer
}

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const segmentAt = ({ segments }: TapeIndex, atMs: number): TapeSegment | undefined =>
  segments.findLast(({ fromMs }) => fromMs <= atMs) ?? segments[0]

interface Begun {
  readonly from: Beginning
  readonly fromMs: number
}

/** The newest place before a time at which the record may begin: a segment, or a state that was saved further on. */
const beginningFor = (index: TapeIndex, keyframes: KeyframeShelf, toMs: number): Begun | null => {
  const segment = segmentAt(index, toMs)
  if (segment === undefined) return null
  const keyframe = keyframes.before(toMs)
  // A state saved behind a line is of the segment that holds the line.
  const holder = keyframe === null ? undefined : index.segments.findLast(({ number }) => number <= keyframe.line)
  if (keyframe !== null && holder !== undefined && keyframe.atMs > segment.fromMs) {
    const saved = keyframes.read(keyframe)
    if (saved !== null)
      return { from: { segment: holder, keyframe: { line: keyframe.line, saved } }, fromMs: keyframe.atMs }
  }
  return { from: { segment, keyframe: null }, fromMs: segment.fromMs }
}

/** Waits now and then, so that others get their turn; false: told to end. */
const restful = (clock: Clock, mayGoOn: () => boolean): (() => Promise<boolean>) => {
  let sinceMs = clock.monotonicMs()
  return async () => {
    if (clock.monotonicMs() - sinceMs < sliceMs) return true
    await new Promise<void>((resolve) => {
      clock.after(0, resolve)
    })
    sinceMs = clock.monotonicMs()
    return mayGoOn()
  }
}

/** A player from a place on; `tell` has its replies and images remembered. */
const playFrom = (
  { text, index, log, onForgotten }: Pick<PlayerParts<Remembering>, 'text' | 'index' | 'log' | 'onForgotten'>,
  from: Beginning,
  tell: (act: (by: Remembering) => void) => void,
): TurnPlayer => {
  const made = createTurnPlayer({
    ...{ text, head: index.head, log, onForgotten, from },
    out: {
      samples: (meterId, samples) => tell((by) => by.reply(meterId, samples)),
      image: (image) => {
        const control = made.fold()?.controlState()
        if (control !== undefined) tell((by) => by.image(image, control))
      },
    },
  })
  return made
}

const startPast = <R extends Remembering>(parts: PlayerParts<R>, fromMs: number, lastLine: number): Past<R> | null => {
  const segment = segmentAt(parts.index, fromMs - pastMs)
  if (segment === undefined || segment.number > lastLine) return null
  const remembered = parts.remember()
  return { lastLine, remembered, player: playFrom(parts, { segment, keyframe: null }, (act) => act(remembered)) }
}

/** Puts the turns of a record through the site that made them, up to any time in it. Nothing in it knows of screens. */
export const createPlayer = <R extends Remembering>(parts: PlayerParts<R>): Player<R> => {
  const { index, clock, log, keyframes } = parts
  let player: TurnPlayer | null = null
  let beganMs = -Infinity
  let remembered = parts.remember()
  let past: Past<R> | null = null
  /** What came since the player began, to be remembered behind its past. */
  let since: ((by: Remembering) => void)[] = []
  let generation = 0
  let problem: string | null = null

  const begin = async ({ from, fromMs }: Begun): Promise<void> => {
    await player?.close()
    await past?.player.close()
    problem = null
    beganMs = fromMs
    remembered = parts.remember()
    since = []
    generation += 1
    past = startPast(parts, fromMs, from.keyframe?.line ?? from.segment.number - 1)
    player = playFrom(parts, from, (act) => {
      if (past !== null) since.push(act)
      act(remembered)
    })
  }
  const atMs = (): number => player?.atMs() ?? -Infinity

  /** Where to begin anew for a time; null: it is nearer from where the player stands. */
  const anewFor = (toMs: number): Begun | null => {
    const isAhead = player !== null && toMs >= Math.max(atMs(), beganMs)
    const found = beginningFor(index, keyframes, toMs)
    return isAhead && (found === null || found.fromMs <= Math.max(atMs(), beganMs)) ? null : found
  }
  /** Plays the past to its end; false: it was told to stop, or began anew meanwhile. What can't be played is logged and left out. */
  const playPast = async (mine: Past<R>, mayGoOn: () => boolean): Promise<boolean> => {
    try {
      const rest = restful(clock, () => past === mine && mayGoOn())
      const isThere = await mine.player.playTo({ toMs: Infinity, lastLine: mine.lastLine }, rest)
      return isThere && past === mine
    } catch (error) {
      log.warn('what lies before a place in a recording could not be played', { error: whyOf(error) })
      return true
    }
  }

  return {
    goTo: async (toMs, mayGoOn) => {
      const found = anewFor(toMs)
      if (found !== null) await begin(found)
      if (problem !== null || player === null) return true
      try {
        return await player.playTo({ toMs, lastLine: Infinity }, restful(clock, mayGoOn))
      } catch (error) {
        problem = whyOf(error)
        return true
      }
    },
    fillPast: async (mayGoOn) => {
      const mine = past
      if (mine === null || !(await playPast(mine, mayGoOn))) return false
      past = null
      await mine.player.close()
      // What the player itself has played follows.
      for (const act of since.splice(0)) act(mine.remembered)
      remembered = mine.remembered
      return true
    },
    live: () => player?.fold()?.live() ?? null,
    fold: () => player?.fold() ?? null,
    remembered: () => remembered,
    isFilled: () => past === null,
    generation: () => generation,
    atMs,
    problem: () => problem,
  }
}
