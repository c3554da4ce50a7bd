import type { TapePlace } from '../../../shared/api/deck-contract.ts'
import { stepTape, tapePosition, type Tape, type TapeAct } from '../../../shared/tape/tape.ts'
import type { Clock } from '../ports.ts'
import type { TapeIndex } from './tape-index.ts'

/**
 * Where a recording stands, and where it is wanted to stand. A person who goes somewhere begins a *journey*: what is under way to
 * another place ends, and it is *behind* until the place is shown.
 */
export const createDeckPlace = ({ fromMs, toMs }: Pick<TapeIndex, 'fromMs' | 'toMs'>, clock: Pick<Clock, 'nowMs'>) => {
  let tape: Tape = { fromMs, toMs, speed: 1, isPlaying: false, anchor: { positionMs: fromMs, localMs: clock.nowMs() } }
  let journey = 0
  let isBehind = true
  const position = (): number => tapePosition(tape, clock.nowMs())
  return {
    position,
    isPlaying: () => tape.isPlaying,
    isBehind: () => isBehind,
    journey: () => journey,
    arrive: (): void => {
      isBehind = false
    },
    /** It could not be played so fast: the position waits there. */
    waitAt: (atMs: number): void => {
      tape = { ...tape, anchor: { positionMs: Math.max(tape.fromMs, atMs), localMs: clock.nowMs() } }
    },
    act: (acts: readonly TapeAct[]): void => {
      const before = position()
      for (const one of acts) tape = stepTape(tape, one, clock.nowMs())
      if (position() >= before && !acts.some(({ kind }) => kind === 'seek')) return
      journey += 1
      isBehind = true
    },
    said: (): TapePlace => ({
      fromMs: tape.fromMs,
      toMs: tape.toMs,
      positionMs: position(),
      speed: tape.speed,
      isPlaying: tape.isPlaying && position() < tape.toMs,
      isBehind,
    }),
  }
}
export type DeckPlace = ReturnType<typeof createDeckPlace>
