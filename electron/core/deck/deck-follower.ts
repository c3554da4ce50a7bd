import type { Clock, Log, Stop } from '../ports.ts'
import type { DeckPlace } from './deck-place.ts'
import type { Player, Remembering } from './player.ts'

/** Screens see a playing recording move this often. */
const followEveryMs = 100
/** What could not be played within this is not played faster than it can be: the position waits for it. */
const behindMs = 400
/** While it plays, what lies before the place it began at is filled in for this long at a time, ms. */
const fillMs = 40

export interface FollowerParts {
  readonly player: Pick<Player<Remembering>, 'goTo' | 'fillPast' | 'isFilled' | 'atMs'>
  readonly place: DeckPlace
  readonly clock: Clock
  readonly log: Log
  /** Tells what the player came to. */
  readonly publish: () => void
  /** It moved, or arrived. */
  readonly onMoved: () => void
  /** What lies before the place it began at is remembered too. */
  readonly onFilled: () => void
}

/** Has the player follow the place of a recording, again and again until it is stopped. */
export const createDeckFollower = ({ player, place, clock, log, publish, onMoved, onFilled }: FollowerParts) => {
  let isFollowing = false
  let isStopped = false
  let stopTimer: Stop = () => undefined

  /** True while nobody went elsewhere and the time is not out; `withinMs` null: it may take as long as it takes. */
  const whileMine = (mine: number, withinMs: number | null): (() => boolean) => {
    const sinceMs = clock.monotonicMs()
    return () =>
      !isStopped && place.journey() === mine && (withinMs === null || clock.monotonicMs() - sinceMs < withinMs)
  }
  const follow = async (): Promise<void> => {
    const mine = place.journey()
    const isJourney = place.isBehind()
    const isThere = await player.goTo(place.position(), whileMine(mine, isJourney ? null : behindMs))
    if (isStopped || place.journey() !== mine) return
    if (!isThere && !isJourney) place.waitAt(player.atMs())
    const wasBehind = place.isBehind()
    if (isThere || !isJourney) place.arrive()
    publish()
    const isPlaying = place.isPlaying()
    if (isPlaying || wasBehind) onMoved()
    const mayFill = whileMine(mine, isPlaying ? fillMs : null)
    if (!player.isFilled() && (await player.fillPast(mayFill))) onFilled()
  }
  const round = (): void => {
    if (isStopped) return
    stopTimer = clock.after(followEveryMs, round)
    if (isFollowing) return
    isFollowing = true
    follow()
      .catch((error: unknown) => log.error('a recording could not be played', { error: String(error) }))
      .finally(() => {
        isFollowing = false
      })
  }
  return {
    start: round,
    stop: (): void => {
      isStopped = true
      stopTimer()
    },
  }
}
