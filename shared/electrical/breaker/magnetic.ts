import type { SiteBreaker } from '../../site/site.ts'
import type { Stage } from './bound.ts'
import type { Instantaneous } from './model.ts'

/** Multiples of the rating, RMS of a 50 Hz sine: IEC 60898-1 tests d and e for B, C and D; makers' figures for K and Z (IEC 60947-2). */
const letterBands: Readonly<Partial<Record<SiteBreaker['curve'], readonly [number, number]>>> = {
  B: [3, 5],
  C: [5, 10],
  D: [10, 20],
  K: [10, 14],
  Z: [2, 3],
}

/** Tolerance of the setting of an instantaneous release (IEC 60947-2, 8.3.3.1.2). */
const settingTolerance = 0.2
/** Setting of a thermal-magnetic breaker whose setting nobody declared, multiples of the rating. Editable assumption. */
const usualSetting = 10

/** The instantaneous part, amperes. Warmth does not shift it. */
export const instantaneousOf = ({ curve, rating, instantaneous }: SiteBreaker): Instantaneous => {
  const letter = instantaneous === undefined ? letterBands[curve] : undefined
  const setting = instantaneous ?? usualSetting
  const [low, high] = letter ?? [setting * (1 - settingTolerance), setting * (1 + settingTolerance)]
  return { noTripA: low * rating, tripA: high * rating }
}

export const isSettingAssumed = ({ curve, instantaneous }: SiteBreaker): boolean =>
  instantaneous === undefined && letterBands[curve] === undefined

/** Nothing with contacts opens faster than half a wave. Editable assumption. */
const fastestS = 0.005

export const magneticStages = (
  { noTripA, tripA }: Instantaneous,
  /** Longest it may take at `tripA`, s. */
  latestS: number,
): { readonly early: readonly Stage[]; readonly late: readonly Stage[] } => ({
  early: [{ kind: 'definite', fromA: noTripA, seconds: fastestS }],
  late: [{ kind: 'definite', fromA: tripA, seconds: latestS }],
})
