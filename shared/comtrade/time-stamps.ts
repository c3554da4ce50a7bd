import { evenTimebase, listedTimebase, type EvenRun, type Timebase } from '../wave-record/timebase.ts'
import type { FileNote } from '../wave-record/wave-record.ts'
import type { DeclaredRate } from './config.ts'

/** No stamp in this row; BINARY writes all ones. */
export const noStamp = -1e300
/** Recorders whose counters are this wide begin again at zero. */
const wraps = [65_536, 2 ** 32] as const
/** Gaps told apart; more of them means that the stamps do not follow the rate at all (editable assumption). */
const mostRuns = 4096
/** Room for so many single times, which is 512 MB; a record with more must have a rate. */
const mostListed = 64 << 20

interface Growing {
  push: (value: number) => void
  done: () => Float64Array
}
const growing = (): Growing => {
  let held = new Float64Array(4096)
  let count = 0
  return {
    push: (value) => {
      if (count === held.length) {
        const more = new Float64Array(held.length * 2)
        more.set(held)
        held = more
      }
      held[count] = value
      count += 1
    },
    done: () => held.subarray(0, count),
  }
}

export interface TimedSamples {
  readonly timebase: Timebase
  /** Of the first sample by its own stamp, s; null: it has none. */
  readonly firstStampS: number | null
  readonly notes: readonly FileNote[]
}

/** Times by the rates alone: one run for each, end to end. */
const byRates = (rates: readonly DeclaredRate[], count: number): Timebase => {
  const runs: EvenRun[] = []
  let [from, s] = [0, 0]
  rates.forEach(({ rateHz, last }, index) => {
    const isLast = index === rates.length - 1
    const to = Math.min(count, isLast ? count : last)
    if (to <= from) return
    // The step into a section is that of its own rate: the standard has each rate from the sample after the last of the one before.
    if (runs.length > 0) s += 1 / rateHz
    runs.push({ from, to, s, step: 1 / rateHz })
    s += (to - from - 1) / rateHz
    from = to
  })
  return evenTimebase(runs)
}

/**
 * When each sample was taken, from stamps as they come, in units of `unitUs`. Where rates are declared the stamps only have to agree
 * with them: they tell gaps between sections, and are not believed where they do not follow the rate at all (counters that wrap, wrong
 * units, zeros). Without rates the stamps are all there is.
 */
export const createStamps = (rates: readonly DeclaredRate[], unitUs: number) => {
  const listed = rates.length === 0 ? growing() : null
  const runs: { from: number; firstStamp: number; lastStamp: number }[] = []
  let count = 0
  let section = 0
  let before = 0
  let offset = 0
  let wrapped = 0
  let missing = 0
  let backwards = 0
  let first: number | null = null
  let isFollowing = true

  const stepOf = (): number => {
    while (section < rates.length - 1 && count >= (rates[section]?.last ?? Infinity)) section += 1
    return 1e6 / (rates[section]?.rateHz ?? 1) / unitUs
  }
  const unwrapped = (stamp: number, wanted: number): number => {
    if (stamp + offset >= before) return stamp + offset
    const wrap = wraps.find((each) => stamp + offset + each - before < Math.max(4 * wanted, 0.01 * each))
    if (wrap === undefined) return stamp + offset
    offset += wrap
    wrapped += 1
    return stamp + offset
  }
  return {
    /** The stamp of the next sample; `noStamp` where it has none. */
    push: (raw: number): void => {
      if (raw === noStamp) {
        missing += 1
        count += 1
        isFollowing = false
        listed?.push(NaN)
        return
      }
      const wanted = rates.length === 0 ? 1e6 : stepOf()
      const stamp = count === 0 || first === null ? raw : unwrapped(raw, wanted)
      first ??= stamp
      if (listed !== null) {
        if (stamp < before && count > 0) backwards += 1
        if (count < mostListed) listed.push(Math.max(stamp, count === 0 ? stamp : before))
      } else if (isFollowing) {
        const run = runs.at(-1)
        const off = stamp - before - wanted
        // Half a step, or what rounding to whole units takes twice.
        if (run !== undefined && Math.abs(off) <= Math.max(wanted / 2, 2)) run.lastStamp = stamp
        else if (run !== undefined && off < 0) isFollowing = false
        else runs.push({ from: count, firstStamp: stamp, lastStamp: stamp })
        if (runs.length > Math.min(mostRuns, 8 + count / 8)) isFollowing = false
      }
      before = stamp
      count += 1
    },
    /**
     * Takes the stamps of rows from `from` on as long as each follows the one before at the rate; how many rows those were. What the
     * rows of a long record are, without a call for each.
     */
    follow: (view: DataView, from: number, rows: number, rowBytes: number): number => {
      const run = runs.at(-1)
      if (run === undefined || !isFollowing || listed !== null) return 0
      const wanted = stepOf()
      const until = Math.min(rows, from + (section < rates.length - 1 ? (rates[section]?.last ?? count) - count : rows))
      const within = Math.max(wanted / 2, 2)
      let [last, row] = [before - offset, from]
      for (; row < until; row += 1) {
        const stamp = view.getUint32(row * rowBytes + 4, true)
        const off = stamp - last - wanted
        if (off > within || off < -within || stamp === 0xffff_ffff) break
        last = stamp
      }
      before = last + offset
      run.lastStamp = before
      count += row - from
      return row - from
    },
    count: () => count,
    done: (): TimedSamples => {
      const notes: FileNote[] = []
      const say = (severity: FileNote['severity'], text: string) => void notes.push({ severity, text })
      const firstStampS = first === null ? null : (first * unitUs) / 1e6
      if (wrapped > 0) say('info', `The time stamps begin again from zero ${wrapped} times; they are counted on.`)
      if (listed !== null) return doneListed(say, listed.done(), notes)
      if (!isFollowing || runs.length === 0 || count < 2) {
        if (missing < count && count > 1)
          say('info', 'The time stamps do not follow the sampling rate: times are by the rate.')
        return { timebase: byRates(rates, count), firstStampS, notes }
      }
      const origin = runs[0]?.firstStamp ?? 0
      const evenRuns = runs.map((run, index): EvenRun => {
        const to = runs[index + 1]?.from ?? count
        const rate = rates.find(({ last }) => run.from < last) ?? rates.at(-1)
        const span = to - run.from - 1
        // By its own stamps: the ends are exact, and rounding in between is evened out.
        const measured = span > 0 ? ((run.lastStamp - run.firstStamp) * unitUs) / 1e6 / span : 0
        return {
          from: run.from,
          to,
          s: ((run.firstStamp - origin) * unitUs) / 1e6,
          step: measured > 0 ? measured : 1 / (rate?.rateHz ?? 1),
        }
      })
      if (runs.length > rates.length)
        say('info', `The record has gaps: it is in ${runs.length} pieces by its time stamps.`)
      return { timebase: evenTimebase(evenRuns), firstStampS, notes }
    },
  }
  function doneListed(
    say: (severity: FileNote['severity'], text: string) => void,
    stamps: Float64Array,
    notes: FileNote[],
  ): TimedSamples {
    const isAllOne = stamps.length > 1 && stamps.every((stamp) => stamp === stamps[0] || Number.isNaN(stamp))
    if (stamps.length === 0 || missing === count || isAllOne) {
      if (count > 0)
        say('error', 'Neither a sampling rate nor times are in the file: one sample is drawn as one millisecond.')
      return { timebase: evenTimebase([{ from: 0, to: count, s: 0, step: 1e-3 }]), firstStampS: null, notes }
    }
    if (count > mostListed) say('error', `Only the first ${mostListed} samples have times and are shown.`)
    if (backwards > 0) say('warning', `${backwards} time stamps go backwards; they are drawn at the time before.`)
    if (missing > 0) say('warning', `${missing} samples have no time stamp; they are drawn at the time before.`)
    const origin = first ?? 0
    let last = 0
    const times = stamps.map((stamp) => {
      last = Number.isNaN(stamp) ? last : ((stamp - origin) * unitUs) / 1e6
      return last
    })
    return { timebase: listedTimebase(times), firstStampS: (origin * unitUs) / 1e6, notes }
  }
}
export type Stamps = ReturnType<typeof createStamps>
