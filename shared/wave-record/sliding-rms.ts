import type { SampleGroup } from './wave-record.ts'

/**
 * RMS over one cycle around each sample from `from` to before `to`, for some traces of a group: samples of the cycle's length, the
 * first and last of them in part, so that a rate that is no multiple of the frequency costs nothing. NaN where the cycle reaches over
 * a gap, a missing sample or the record's ends, or where the samples are not evenly spaced. The cycle is that of `nominalHz`, not one
 * that follows the wave: off nominal frequency the value ripples by about twice the deviation.
 */
export const slidingRms = (
  group: SampleGroup,
  traces: readonly number[],
  from: number,
  to: number,
  nominalHz: number,
): readonly Float64Array[] => {
  const out = traces.map(() => new Float64Array(Math.max(0, to - from)).fill(NaN))
  for (let at = from; at < to;) {
    const run = group.timebase.runAt(at)
    const end = Math.min(to, run.to)
    if (end <= at) break
    if (run.rateHz !== null) {
      const half = run.rateHz / nominalHz / 2
      const [first, last] = [Math.max(run.from, Math.floor(at - half) - 1), Math.min(run.to, Math.ceil(end + half) + 1)]
      const values = group.read(traces, first, last)
      values.forEach((column, index) => {
        const own = out[index]
        if (own !== undefined) rmsOfRun(column, at - first, end - first, half, own, at - from)
      })
    }
    at = end
  }
  return out
}

/** Half a cycle each way from the middle of each sample; sums of squares from the run's begin make each a difference. */
const rmsOfRun = (
  values: Float64Array,
  from: number,
  to: number,
  half: number,
  out: Float64Array,
  into: number,
): void => {
  const sums = new Float64Array(values.length + 1)
  const gaps = new Uint32Array(values.length + 1)
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? NaN
    const isGap = Number.isNaN(value)
    sums[at + 1] = (sums[at] ?? 0) + (isGap ? 0 : value * value)
    gaps[at + 1] = (gaps[at] ?? 0) + (isGap ? 1 : 0)
  }
  /** Of all samples before a place that may lie within one. */
  const before = (place: number): number => {
    const whole = Math.floor(place)
    const part = place - whole
    return (sums[whole] ?? 0) + (part === 0 ? 0 : ((sums[whole + 1] ?? 0) - (sums[whole] ?? 0)) * part)
  }
  for (let at = from; at < to; at += 1) {
    const [begin, end] = [at + 0.5 - half, at + 0.5 + half]
    if (begin < 0 || end > values.length) continue
    if ((gaps[Math.ceil(end)] ?? 0) > (gaps[Math.floor(begin)] ?? 0)) continue
    out[into + at - from] = Math.sqrt(Math.max(0, before(end) - before(begin)) / (2 * half))
  }
}
