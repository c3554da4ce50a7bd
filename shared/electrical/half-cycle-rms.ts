import type { CycleMark } from './cycle-marks.ts'

/**
 * Urms(1/2) of IEC 61000-4-30, 3.24: the RMS value over one cycle, beginning at a zero crossing of the fundamental and refreshed every
 * half cycle. The ends of the cycle lie between samples: the integral of the squares (by trapezes) is read there.
 */
export interface HalfCycleValue {
  /** End of the cycle, sample position with fraction. */
  readonly at: number
  /** Null: samples of this cycle are missing, or it began before they did. */
  readonly rms: number | null
}

/** Squares are summed for ever; above this the sum is begun anew, so that a small current after a large one keeps its digits. */
const rebaseAbove = 1e9

export const createHalfCycleRms = (longestPeriod: number) => {
  /** Sums up to each of the last positions; twice a period is enough for any mark that waits. */
  const sums = new Float64Array(2 ** Math.ceil(Math.log2(longestPeriod * 3 + 4)))
  const mask = sums.length - 1
  let position = -1
  let square = 0
  let lastMissing = -Infinity
  let waiting: readonly CycleMark[] = []

  const rebase = (): void => {
    const base = sums[position & mask] ?? 0
    for (let index = 0; index < sums.length; index += 1) sums[index] = (sums[index] ?? 0) - base
  }
  const step = (sample: number): void => {
    const isMissing = Number.isNaN(sample)
    const next = isMissing ? 0 : sample * sample
    const before = position < 0 ? 0 : (sums[position & mask] ?? 0) + (square + next) / 2
    position += 1
    sums[position & mask] = before
    square = next
    if (isMissing) lastMissing = position
  }
  const sumAt = (at: number): number => {
    const whole = Math.floor(at)
    const [from, to] = [sums[whole & mask] ?? 0, sums[(whole + 1) & mask] ?? 0]
    return from + (to - from) * (at - whole)
  }
  const valueAt = ({ at, period }: CycleMark): HalfCycleValue => {
    const from = at - period
    const isHeld = from >= 0 && from > position - mask && lastMissing < Math.floor(from)
    return { at, rms: isHeld ? Math.sqrt(Math.max(0, (sumAt(at) - sumAt(from)) / period)) : null }
  }
  return {
    /** Takes samples and the marks found so far, a period's worth of samples at most at a time; gives the values they complete. */
    push: (samples: Float32Array, marks: readonly CycleMark[]): readonly HalfCycleValue[] => {
      if ((sums[position & mask] ?? 0) > rebaseAbove) rebase()
      for (const sample of samples) step(sample)
      const all = [...waiting, ...marks]
      // A mark may lie a little ahead of the samples, where the filter's phase was taken back.
      waiting = all.filter(({ at }) => at > position - 1)
      return all.filter(({ at }) => at <= position - 1).map(valueAt)
    },
    reset: () => {
      position = -1
      square = 0
      lastMissing = -Infinity
      waiting = []
    },
  }
}
export type HalfCycleRms = ReturnType<typeof createHalfCycleRms>
