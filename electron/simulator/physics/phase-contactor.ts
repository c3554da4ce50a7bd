import { pilotMinimumA } from './car.ts'

/** From the order until all poles are where they should be, s. Editable assumption: makers name none. */
const movesForS = 4

/**
 * The contactor of a charger that can charge on one phase or three: it takes its time, and while it moves nothing flows. Moving under load
 * is counted, because that is what wears it out and what a car may not bear.
 */
export const createPhaseContactor = (poles: number) => {
  let closed = poles
  let wanted = poles
  let movesUntilS: number | null = null
  let underLoad = 0
  let moves = 0
  return {
    /** Terminals that carry current now; 0 while it moves. */
    closed: (): number => (movesUntilS === null ? closed : 0),
    /** What its register says: what was last set. */
    set: (): number => wanted,
    moves: (): number => moves,
    movesUnderLoad: (): number => underLoad,
    order: (count: number, timeS: number, currentA: number): void => {
      if (count === wanted) return
      wanted = Math.min(count, poles)
      moves += 1
      if (currentA >= pilotMinimumA / 2) underLoad += 1
      movesUntilS = timeS + movesForS
    },
    step: (timeS: number): void => {
      if (movesUntilS === null || timeS < movesUntilS) return
      movesUntilS = null
      closed = wanted
    },
  }
}
