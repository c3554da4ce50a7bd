import type { CurvePoint } from './curve-points.ts'
import type { BreakerModel } from './model.ts'
import { advanceBounds, unknownBounds, usedBand, type ThermalBounds } from './thermal-bounds.ts'

/** Readings of one pole in time order: ms, and A RMS (its sign says nothing) or null where it was missing. */
export interface PoleReadings {
  readonly atMs: readonly number[]
  readonly amperes: readonly (number | null)[]
}

/** A stretch with one RMS current; null: not seen. */
interface Stretch {
  readonly fromMs: number
  readonly seconds: number
  readonly currentA: number | null
}

/** A reading holds until the next, for so long; then the current counts as not seen. As the live image has it. */
const holdS = 5

/** Stretches of about `everyMs`, each the root of the mean square over its time. */
export const stretchesOf = ({ atMs, amperes }: PoleReadings, everyMs = 1000): readonly Stretch[] => {
  const stretches: Stretch[] = []
  let [fromMs, squares, seenS] = [atMs[0] ?? 0, 0, 0]
  const close = (toMs: number): void => {
    const seconds = (toMs - fromMs) / 1000
    if (seconds > 0) stretches.push({ fromMs, seconds, currentA: seenS > 0 ? Math.sqrt(squares / seenS) : null })
    ;[fromMs, squares, seenS] = [toMs, 0, 0]
  }
  for (const [index, at] of atMs.entries()) {
    const value = amperes[index] ?? null
    const next = atMs[index + 1]
    if (next === undefined) {
      close(at)
      break
    }
    const heldS = Math.min(holdS, (next - at) / 1000)
    if (value !== null) {
      squares += value * value * heldS
      seenS += heldS
    }
    if (next - at > holdS * 1000) {
      close(at + heldS * 1000)
      fromMs = at + heldS * 1000
      close(next)
    } else if (next - fromMs >= everyMs) close(next)
  }
  return stretches
}

/** Lengths of time, s, for which the hardest stretch is looked for. */
export const equivalentLengthsS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600] as const
/** Less of a length than this seen says nothing of it. */
const leastSeenShare = 0.9

/**
 * Equivalent-time points: for each length of time the largest RMS current over any such length in the readings. Laid on the cold curves,
 * a point right of a curve was enough to trip it; [A, s], only lengths that were seen.
 */
export const equivalentPoints = (stretches: readonly Stretch[]): readonly CurvePoint[] =>
  equivalentLengthsS.flatMap((lengthS): CurvePoint[] => {
    let [start, squares, seenS, wholeS, most] = [0, 0, 0, 0, -1]
    for (const { seconds, currentA } of stretches) {
      wholeS += seconds
      if (currentA !== null) {
        squares += currentA * currentA * seconds
        seenS += seconds
      }
      for (let first = stretches[start]; first !== undefined && wholeS - first.seconds >= lengthS - 1e-6; start += 1) {
        wholeS -= first.seconds
        if (first.currentA !== null) {
          squares -= first.currentA * first.currentA * first.seconds
          seenS -= first.seconds
        }
        first = stretches[start + 1]
      }
      if (wholeS >= lengthS - 1e-6 && seenS >= leastSeenShare * lengthS)
        most = Math.max(most, Math.sqrt(Math.max(0, squares) / seenS))
    }
    return most < 0 ? [] : [[most, lengthS]]
  })

/** The latest time above `fromA`, as a path: current and seconds since it began. Empty where it never was above. */
export const overloadPath = (stretches: readonly Stretch[], fromA: number): readonly CurvePoint[] => {
  let path: CurvePoint[] = []
  let [seconds, isAbove] = [0, false]
  for (const stretch of stretches) {
    const over = stretch.currentA !== null && stretch.currentA > fromA
    if (!over) {
      isAbove = false
      continue
    }
    if (!isAbove) [path, seconds, isAbove] = [[], 0, true]
    seconds += stretch.seconds
    path.push([stretch.currentA ?? 0, seconds])
  }
  return path
}

export interface MarginMoment {
  readonly atMs: number
  readonly currentA: number | null
  /** Percent used on the early bound from a cold and a hot past, and on the late one from a cold past. */
  readonly earlyCold: number
  readonly earlyHot: number
  readonly lateCold: number
}

/** The margin over the readings, from an unknown past unless `start` says more. */
export const marginOverTime = (
  stretches: readonly Stretch[],
  model: BreakerModel,
  start: ThermalBounds = unknownBounds(model),
): readonly MarginMoment[] => {
  let bounds = start
  return stretches.map(({ fromMs, seconds, currentA }) => {
    bounds = advanceBounds(bounds, currentA, seconds, model)
    const { early, late } = usedBand(bounds)
    return {
      atMs: fromMs + seconds * 1000,
      currentA,
      earlyCold: early.cold,
      earlyHot: early.hot,
      lateCold: late.cold,
    }
  })
}
