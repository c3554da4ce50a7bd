import type { Lie } from './eyes.ts'
import type { Field } from './random-field.ts'

/** Cycle, write and the 200 ms the physics is looked at. */
const reactionS = 1.6

/**
 * What a lie may cost beyond the time-out and one poll, s; Infinity: nothing that is measured contradicts it while it is told.
 * - frozen: a coarse meter on a quiet site repeats too; it is known after 10 to 20 readings (belief/frozen.ts).
 * - zero, or a ratio of 1:10 and worse: contradicted only by chargers below that draw 3 A or more, throughout 3 to 8 s (belief/below.ts),
 *   and a charger has to be there and to draw.
 * - late: what it shows is the truth of so long ago; no one can know until it has come, or until chargers moved and it did not.
 * - a ratio between 1:10 and 0.6: as long as it shows more than its chargers draw only the sizes of their steps contradict it, so the time
 *   counts from two steps on that could be told (telling-steps.ts).
 * - a ratio between 0.6 and 1: other load that falls at the same moment explains it as well; nothing is asked.
 */
const undecidedS = (lie: Lie, periodS: number): number => {
  switch (lie.kind) {
    case 'frozen':
      return 20 * periodS
    case 'zero':
    case 'all-zero':
      return 12
    case 'late':
      return lie.seconds
    case 'scaled':
      return lie.factor >= 1 ? 0 : lie.factor > 0.6 ? Infinity : lie.factor > 0.1 ? 0 : 12
    default:
      return 0
  }
}

/** How long a conductor of a site may be above its limit while control could do something about it, s. */
export const boundS = ({ site, meters, lie }: Field): number => {
  const periodS = Math.max(...[...meters.values()].map(({ kind }) => kind.periodS))
  return site.control.meterTimeout + periodS + reactionS + undecidedS(lie, periodS)
}
