const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Steps a person reads a clock by, ms. */
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 28].map((count) => count * day),
]

/**
 * Times at which an axis from `fromMs` to `toMs` is marked, UTC ms: full minutes, quarters of an hour, hours or days of the site's own clock, at most
 * `most` of them. `offsetAt` is what that clock is ahead of UTC, ms; where it is put forward or back the marks stay on its full hours.
 */
export const timeTicks = (
  fromMs: number,
  toMs: number,
  offsetAt: (utcMs: number) => number,
  most = 12,
): readonly number[] => {
  if (!(toMs > fromMs)) return []
  const step = steps.find((each) => (toMs - fromMs) / each <= most) ?? Math.ceil((toMs - fromMs) / most / day) * day
  const marks = new Set<number>()
  const first = Math.ceil((fromMs + offsetAt(fromMs)) / step) * step
  const last = toMs + offsetAt(toMs)
  for (let wall = first; wall <= last; wall += step) {
    const guess = wall - offsetAt(wall - offsetAt(fromMs))
    if (guess >= fromMs && guess <= toMs) marks.add(guess)
  }
  return [...marks].toSorted((a, b) => a - b)
}
