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

const solve3 = (m: readonly (readonly number[])[], v: readonly number[]): readonly number[] | null => {
  const rows = m.map((row, index) => [...row, v[index] ?? 0])
  for (let column = 0; column < 3; column += 1) {
    const pivot = [...rows.keys()]
      .slice(column)
      .sort((a, b) => Math.abs(rows[b]![column]!) - Math.abs(rows[a]![column]!))[0]!
    ;[rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!]
    const lead = rows[column]![column]!
    if (Math.abs(lead) < 1e-12) return null
    for (let row = 0; row < 3; row += 1) {
      if (row === column) continue
      const factor = rows[row]![column]! / lead
      for (let at = column; at < 4; at += 1) rows[row]![at]! -= factor * rows[column]![at]!
    }
  }
  return rows.map((row, index) => row[3]! / row[index]!)
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
  const found = solve3(
    [
      [ss, sc, s1],
      [sc, cc, c1],
      [s1, c1, samples.length],
    ],
    [ys, yc, y1],
  )
  return found === null ? 0 : found[0]! * ys + found[1]! * yc + found[2]! * y1
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
