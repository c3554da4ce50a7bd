/** When the samples of a group were taken, in seconds from the record's first one. */
export interface Timebase {
  readonly count: number
  readonly timeAt: (sample: number) => number
  /** The first sample at a time or after it; `count` where there is none. */
  readonly firstFrom: (s: number) => number
  /** Samples without a gap around one, and their rate; null: they are not evenly spaced. */
  readonly runAt: (sample: number) => TimeRun
  readonly runs: readonly TimeRun[]
}

export interface TimeRun {
  readonly from: number
  /** Behind the last one. */
  readonly to: number
  readonly rateHz: number | null
}

/** Evenly spaced samples: of `from` at `s`, seconds, one each `step` seconds. */
export interface EvenRun {
  readonly from: number
  readonly to: number
  readonly s: number
  readonly step: number
}

const lastWhere = <T>(list: readonly T[], holds: (entry: T) => boolean): number => {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const entry = list[middle]
    if (entry !== undefined && holds(entry)) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Runs in order of samples and of time. */
export const evenTimebase = (runs: readonly EvenRun[]): Timebase => {
  const count = runs.at(-1)?.to ?? 0
  const told = runs.map(({ from, to, step }): TimeRun => ({ from, to, rateHz: step > 0 ? 1 / step : null }))
  const indexOf = (sample: number): number =>
    Math.max(
      0,
      lastWhere(runs, ({ from }) => from <= sample),
    )
  return {
    count,
    timeAt: (sample) => {
      const run = runs[indexOf(sample)]
      return run === undefined ? 0 : run.s + (sample - run.from) * run.step
    },
    firstFrom: (s) => {
      const at = lastWhere(runs, (run) => run.s <= s)
      const run = runs[at]
      if (run === undefined) return 0
      // A millionth of a step: a time that was computed from a sample leads back to that sample.
      const sample = run.from + Math.max(0, Math.ceil((s - run.s) / run.step - 1e-6))
      return Math.min(sample, run.to)
    },
    runAt: (sample) => told[indexOf(sample)] ?? { from: 0, to: 0, rateHz: null },
    runs: told,
  }
}

/** A step this much longer than the usual one is a gap, and one this far from it is not evenly spaced (editable assumptions). */
const gapSteps = 3
const unevenShare = 0.25

const medianStep = (times: Float64Array): number => {
  const every = Math.max(1, Math.floor(times.length / 5000))
  const steps: number[] = []
  for (let at = 1; at < times.length; at += every) steps.push((times[at] ?? 0) - (times[at - 1] ?? 0))
  return steps.sort((one, other) => one - other)[steps.length >> 1] ?? 0
}

/** Samples with a time each, seconds, never falling. */
export const listedTimebase = (times: Float64Array): Timebase => {
  const usual = medianStep(times)
  const runs: TimeRun[] = []
  let from = 0
  let isEven = true
  for (let at = 1; at <= times.length; at += 1) {
    const step = (times[at] ?? Infinity) - (times[at - 1] ?? 0)
    if (at === times.length || step > gapSteps * usual) {
      const span = (times[at - 1] ?? 0) - (times[from] ?? 0)
      runs.push({ from, to: at, rateHz: isEven && at - from > 2 && span > 0 ? (at - 1 - from) / span : null })
      from = at
      isEven = true
    } else if (Math.abs(step - usual) > unevenShare * usual) isEven = false
  }
  const firstFrom = (s: number): number => {
    let [low, high] = [0, times.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((times[middle] ?? 0) < s) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    count: times.length,
    timeAt: (sample) => times[Math.max(0, Math.min(times.length - 1, sample))] ?? 0,
    firstFrom,
    runAt: (sample) =>
      runs[
        Math.max(
          0,
          lastWhere(runs, (run) => run.from <= sample),
        )
      ] ?? { from: 0, to: 0, rateHz: null },
    runs,
  }
}
