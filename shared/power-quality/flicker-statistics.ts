/** Block 5 of IEC 61000-4-15: how much of ten minutes Pinst was above each level, and Pst and Plt from it. */

/** Levels are classed by their logarithm, 256 to a decade: a class is 0.9 % wide, and places between its edges are interpolated. */
const perDecade = 256
const [lowestDecade, decades] = [-6, 11] as const
const classes = perDecade * decades

export interface FlickerClasses {
  readonly counts: Float64Array
  total: number
}
export const noFlickerClasses = (): FlickerClasses => ({ counts: new Float64Array(classes), total: 0 })

export const addPinst = (into: FlickerClasses, pinst: number): void => {
  const place = Math.floor((Math.log10(Math.max(pinst, 1e-12)) - lowestDecade) * perDecade)
  const held = Math.min(classes - 1, Math.max(0, place))
  into.counts[held] = (into.counts[held] ?? 0) + 1
  into.total += 1
}

/** The level that is exceeded for a share of the time, percent. */
const exceeded = ({ counts, total }: FlickerClasses, percent: number): number => {
  const wanted = (total * percent) / 100
  let above = 0
  for (let place = classes - 1; place >= 0; place -= 1) {
    const here = counts[place] ?? 0
    if (above + here >= wanted && here > 0)
      return 10 ** ((place + 1 - (wanted - above) / here) / perDecade + lowestDecade)
    above += here
  }
  return 0
}

/** 5.7.2: Pst of a time, from smoothed levels; null where nothing was classed. */
export const pstOf = (all: FlickerClasses): number | null => {
  if (all.total === 0) return null
  const mean = (...percents: readonly number[]): number =>
    percents.reduce((sum, percent) => sum + exceeded(all, percent), 0) / percents.length
  const square =
    0.0314 * exceeded(all, 0.1) +
    0.0525 * mean(0.7, 1, 1.5) +
    0.0657 * mean(2.2, 3, 4) +
    0.28 * mean(6, 8, 10, 13, 17) +
    0.08 * mean(30, 50, 80)
  return Math.sqrt(square)
}

/** 5.7.3: Plt of twelve Pst; null where one is missing. */
export const pltOf = (psts: readonly (number | null)[]): number | null => {
  if (psts.length !== 12) return null
  let cubes = 0
  for (const pst of psts) {
    if (pst === null) return null
    cubes += pst ** 3
  }
  return Math.cbrt(cubes / 12)
}
