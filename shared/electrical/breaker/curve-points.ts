/**
 * Time-current points of a maker's curve or of a standard's gates: [current, seconds], read along straight lines on log-log paper.
 */

export type CurvePoint = readonly [current: number, seconds: number]

/** Time at a current between or above the points; below the first one the curve says nothing. */
export const timeOnPoints = (
  points: readonly CurvePoint[],
  current: number,
  beyond: 'stays' | 'falls' = 'stays',
): number => {
  const [first] = points
  const last = points.at(-1)
  if (first === undefined || last === undefined || current < first[0]) return Infinity
  if (current >= last[0]) return beyond === 'stays' ? last[1] : (last[1] * last[0] * last[0]) / (current * current)
  const index = points.findIndex(([at]) => at > current)
  const [from, to] = [points[index - 1] ?? first, points[index] ?? last]
  const share = Math.log(current / from[0]) / Math.log(to[0] / from[0])
  return Math.exp(Math.log(from[1]) + share * Math.log(to[1] / from[1]))
}

/** The largest current at which `timeOf`, which never rises, is still above `seconds`; by halving, to a ten-thousandth. */
export const currentAtOf = (timeOf: (current: number) => number, seconds: number, most: number): number => {
  let [low, high] = [0, most]
  if (timeOf(most) > seconds) return most
  for (let step = 0; step < 60 && high - low > high * 1e-4; step += 1) {
    const middle = (low + high) / 2
    if (timeOf(middle) > seconds) low = middle
    else high = middle
  }
  return low
}

/** What is wrong with points of a curve, in words with the remedy; null where nothing is. */
export const pointsProblem = (points: readonly CurvePoint[]): string | null => {
  if (points.length < 2)
    return `${points.length === 0 ? 'no point' : 'a single point'} is no curve: give at least two, of different currents`
  for (const [index, [current, seconds]] of points.entries()) {
    const at = `point ${index + 1} (${current}, ${seconds} s)`
    if (!(current > 0 && Number.isFinite(current))) return `${at}: the current must be above 0`
    if (!(seconds > 0 && Number.isFinite(seconds))) return `${at}: the time must be above 0 s`
    const before = points[index - 1]
    if (before === undefined) continue
    if (current <= before[0])
      return `${at}: its current is not above that of the point before (${before[0]}): list them by rising current, each once`
    if (seconds > before[1])
      return `${at}: it takes longer than at the smaller current before (${before[1]} s): a trip curve never rises, so one of the two is wrong`
  }
  return null
}
