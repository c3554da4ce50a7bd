import { breakerBand } from './breaker-band.ts'
import { pickupA } from './bound.ts'
import type { BreakerModel } from './model.ts'

/**
 * Whether the breaker nearer to the load opens before the one that feeds it, from cold and with the same fault current through both.
 * Two short-circuit devices of which one limits the current for the other are not judged: that takes the maker's tables.
 */
export interface Selectivity {
  /** Least current at which the upper one may open first, A; null: nowhere up to `upToA`. */
  readonly overlapsFromA: number | null
  readonly upToA: number
}

/** Steps a decade in which overlap is looked for, before it is narrowed down. */
const stepsADecade = 80

/** `otherA`: what the upper one carries besides, A. Times from cold: a preloaded upper breaker is faster. */
export const selectivity = (lower: BreakerModel, upper: BreakerModel, otherA = 0): Selectivity => {
  const [low, up] = [breakerBand(lower), breakerBand(upper)]
  const upToA = 2 * Math.max(20 * lower.ratingA, upper.instantaneous?.tripA ?? 20 * upper.ratingA)
  const mayBeFirst = (currentA: number): boolean => {
    const upperS = up.at(currentA + otherA).earlyS
    return upperS !== Infinity && upperS <= low.at(currentA).lateS
  }
  const fromA = Math.min(pickupA(lower.early), pickupA(upper.early))
  const steps = Math.ceil(Math.log10(upToA / fromA) * stepsADecade)
  let below = fromA
  for (let step = 0; step <= steps; step += 1) {
    const currentA = fromA * (upToA / fromA) ** (step / steps)
    if (!mayBeFirst(currentA)) {
      below = currentA
      continue
    }
    let [outside, inside] = [below, currentA]
    for (let halving = 0; halving < 20; halving += 1) {
      const middle = (outside + inside) / 2
      if (mayBeFirst(middle)) inside = middle
      else outside = middle
    }
    return { overlapsFromA: inside, upToA }
  }
  return { overlapsFromA: null, upToA }
}

/** "Feeder 1 (C63) opens before Main (C125) up to 480 A; from there their bands overlap and either may open." */
export const selectivitySentence = (
  lower: { readonly name: string; readonly model: BreakerModel },
  upper: { readonly name: string; readonly model: BreakerModel },
  { overlapsFromA, upToA }: Selectivity,
): string => {
  const [low, up] = [`${lower.name} (${lower.model.label})`, `${upper.name} (${upper.model.label})`]
  if (overlapsFromA === null) return `${low} opens before ${up} at every current up to ${Math.round(upToA)} A.`
  const fromA = Math.round(overlapsFromA)
  return overlapsFromA <= pickupA(lower.model.early) * 1.01
    ? `${up} may open before ${low} at every current from ${fromA} A on: the two are not selective.`
    : `${low} opens before ${up} below ${fromA} A; its band overlaps that of ${up} from ${fromA} A, where either may open.`
}
