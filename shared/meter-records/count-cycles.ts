/**
 * How many samples a cycle has, found in the samples: of a meter that gives samples and its frequency, and whose maker does not say the rate. A
 * sine of every length that fits is tried (least squares: sine, cosine and a constant); the one that leaves the least is refined.
 */

export interface CycleCount {
  /** Samples of one cycle; the number of cycles may be broken. */
  readonly samplesPerCycle: number
  /** Share of the signal's power that one sine of that length explains, 0 to 1. */
  readonly share: number
}

/** Below this share no one sine is the fundamental: the count is not believed (assumption; a current with 100 % distortion has 0.5). */
export const leastShare = 0.5
/** A cycle has at least this many samples, and the block holds at least this much of one. */
const fewestSamples = 16
const leastCycles = 0.9

type Vector = readonly [number, number, number]

const determinant = ([a, b, c]: Vector, [d, e, f]: Vector, [g, h, i]: Vector): number =>
  a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)

/** Cramer's rule for a symmetrical matrix, given by its columns; null where they don't stand apart. */
const solve3 = (a: Vector, b: Vector, c: Vector, v: Vector): Vector | null => {
  const whole = determinant(a, b, c)
  const size = Math.abs(a[0] * b[1] * c[2])
  if (Math.abs(whole) <= 1e-12 * size) return null
  return [determinant(v, b, c) / whole, determinant(a, v, c) / whole, determinant(a, b, v) / whole]
}

/** Power that a sine of `length` samples a cycle, and a constant, explain; less the constant's own. */
const explained = (samples: readonly number[], length: number, mean: number): number => {
  const step = (2 * Math.PI) / length
  let [ss, sc, cc, s1, c1, ys, yc, y1] = [0, 0, 0, 0, 0, 0, 0, 0]
  // Turned on from sample to sample: a sine for each would take ten times as long.
  const [stepS, stepC] = [Math.sin(step), Math.cos(step)]
  let [s, c] = [0, 1]
  for (const sample of samples) {
    const y = sample - mean
    ss += s * s
    sc += s * c
    cc += c * c
    s1 += s
    c1 += c
    ys += y * s
    yc += y * c
    y1 += y
    ;[s, c] = [s * stepC + c * stepS, c * stepC - s * stepS]
  }
  const found = solve3([ss, sc, s1], [sc, cc, c1], [s1, c1, samples.length], [ys, yc, y1])
  return found === null ? 0 : found[0] * ys + found[1] * yc + found[2] * y1
}

/** null: there is too little signal, or no one cycle in it. */
export const countCycle = (samples: readonly number[]): CycleCount | null => {
  const { length } = samples
  const mean = samples.reduce((sum, each) => sum + each, 0) / length
  const power = samples.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  if (length < fewestSamples || power <= length * 0.25) return null
  const longest = length / leastCycles
  let best = { at: 0, value: 0 }
  // Half the width of the peak of the most cycles that fit.
  const ratio = 1 + 1 / (2 * Math.max(8, length / fewestSamples))
  for (let at = fewestSamples; at <= longest; at *= ratio) {
    const value = explained(samples, at, mean)
    if (value > best.value) best = { at, value }
  }
  let [low, high] = [best.at / ratio, best.at * ratio]
  for (let turn = 0; turn < 40; turn += 1) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3]
    if (explained(samples, a, mean) < explained(samples, b, mean)) low = a
    else high = b
  }
  const samplesPerCycle = (low + high) / 2
  const share = explained(samples, samplesPerCycle, mean) / power
  return share < leastShare ? null : { samplesPerCycle, share }
}

/** Where the count is so near to one that meters are built for, it is that one: a power of two, or of 10. */
const usualCounts = [16, 20, 32, 40, 64, 80, 100, 128, 160, 200, 256, 320, 400, 500, 512, 1000, 1024] as const
export const usualCount = (counted: number): number =>
  usualCounts.find((usual) => Math.abs(counted / usual - 1) < 0.02) ?? counted
