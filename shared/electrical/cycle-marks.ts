import { createFundamentalFilter } from './fundamental-filter.ts'

/** A zero crossing of the fundamental, every half cycle; positions are sample counts with fractions. */
export interface CycleMark {
  readonly at: number
  /** Length of a whole cycle, samples. */
  readonly period: number
  /**
   * False where no crossing could be seen (too little voltage, a phase jump): the mark is where the last period puts it. False too while the
   * period is not yet known after a beginning.
   */
  readonly isSeen: boolean
}

export interface CycleMarkSettings {
  readonly rateHz: number
  readonly nominalHz: number
  /** Below this peak of the fundamental no crossing is believed, in the unit of the samples. */
  readonly floor: number
}

/** IEC 61000-4-30, 5.1.3: 42.5 to 57.5 Hz (51 to 69) is to be measured; a period outside of that with some room is none. */
const periodRange = [0.82, 1.22] as const
/** A crossing sooner after the last mark is a spike, not the fundamental; one later than that, in half cycles, did not come. */
const [soonest, latest] = [0.4, 1.3]
/** A median over so many periods keeps one phase jump out of the length of the window; the grid's frequency moves far more slowly. */
const medianOf = 7

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** Finds the half cycles of one channel in a stream of samples. Position 0 is the first sample after `reset`. */
export const createCycleMarks = ({ rateHz, nominalHz, floor }: CycleMarkSettings) => {
  const filter = createFundamentalFilter(rateHz, nominalHz)
  const nominal = rateHz / nominalHz
  const begin = {
    position: -1,
    before: 0,
    /** The last three crossings, newest first, as far as they were seen. */
    seen: [] as readonly number[],
    last: null as number | null,
    periods: [] as readonly number[],
    period: nominal,
    peak: 0,
  }
  let state = { ...begin }
  const marks: CycleMark[] = []

  const put = (at: number, isSeen: boolean): void => {
    const seen = isSeen ? [at, ...state.seen].slice(0, 3) : []
    const period = seen.length === 3 ? (seen[0] ?? 0) - (seen[2] ?? 0) : NaN
    const isPeriod = period >= nominal * periodRange[0] && period <= nominal * periodRange[1]
    state.periods = isPeriod ? [period, ...state.periods].slice(0, medianOf) : state.periods
    state.period = state.periods.length === 0 ? nominal : median(state.periods)
    state.seen = seen
    state.last = at
    state.peak = 0
    // The filter moves crossings by what its phase is at this frequency: taken back here.
    const lead = filter.leadAt(rateHz / state.period)
    marks.push({
      at: at + (lead / (2 * Math.PI)) * state.period,
      period: state.period,
      isSeen: isSeen && state.periods.length === medianOf,
    })
  }
  const step = (sample: number): void => {
    const value = filter.next(Number.isNaN(sample) ? 0 : sample)
    state.position += 1
    state.peak = Math.max(state.peak, Math.abs(value))
    const half = state.period / 2
    const { before, position } = state
    if ((before < 0 && value >= 0) || (before > 0 && value <= 0)) {
      const at = position - 1 + before / (before - value)
      if (state.peak >= floor && at - (state.last ?? -Infinity) >= soonest * half) put(at, true)
    }
    if (state.last === null) state.last = position >= nominal ? position : null
    else if (position - state.last > latest * half) put(state.last + half, false)
    state.before = value
  }
  return {
    /** The marks found with these samples, in order. */
    push: (samples: Float32Array): readonly CycleMark[] => {
      for (const sample of samples) step(sample)
      return marks.splice(0)
    },
    /** The samples that follow are not those after the last ones. What the frequency was is kept. */
    reset: () => {
      filter.reset()
      state = { ...begin, period: state.period }
    },
  }
}
export type CycleMarks = ReturnType<typeof createCycleMarks>
