import { evenTimebase, listedTimebase, type EvenRun, type Timebase } from '../wave-record/timebase.ts'
import type { FileNote } from '../wave-record/wave-record.ts'
import type { DeclaredRate } from './config.ts'

/** No stamp in this row; BINARY writes all ones. */
export const noStamp = -1e300
/** Recorders whose counters are this wide begin again at zero. */
const counterWidths = [65_536, 2 ** 32] as const
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

type Say = (severity: FileNote['severity'], text: string) => void

/** Counts stamps on where a recorder's counter begins again at zero. */
const createCounter = () => {
  let offset = 0
  let wrapped = 0
  return {
    offset: () => offset,
    /** So often it began again. */
    wrapped: () => wrapped,
    /** `before`: the stamp before it, counted on; `wanted`: how far the two should be apart. */
    counted: (raw: number, before: number, wanted: number): number => {
      if (raw + offset >= before) return raw + offset
      const width = counterWidths.find((each) => raw + offset + each - before < Math.max(4 * wanted, 0.01 * each))
      if (width === undefined) return raw + offset
      offset += width
      wrapped += 1
      return raw + offset
    },
  }
}

/** Samples whose stamps follow one another at the declared rate, from sample `from` on. */
interface FollowedRun {
  readonly from: number
  readonly firstStamp: number
  lastStamp: number
}

/** Half a step, or what rounding to whole units takes twice. */
const toleranceOf = (wanted: number): number => Math.max(wanted / 2, 2)

/** Stamps where rates are declared: pieces that each follow the rate, until they do not follow it at all. */
const createFollowing = (rates: readonly DeclaredRate[], unitUs: number) => {
  const runs: FollowedRun[] = []
  let section = 0
  let isFollowing = true
  return {
    giveUp: (): void => {
      isFollowing = false
    },
    /** The step that is declared for the sample of this number, in units of the stamps. */
    stepAt: (count: number): number => {
      while (section < rates.length - 1 && count >= (rates[section]?.last ?? Infinity)) section += 1
      return 1e6 / (rates[section]?.rateHz ?? 1) / unitUs
    },
    push: (stamp: number, before: number, count: number, wanted: number): void => {
      if (!isFollowing) return
      const run = runs.at(-1)
      const off = stamp - before - wanted
      if (run !== undefined && Math.abs(off) <= toleranceOf(wanted)) run.lastStamp = stamp
      else if (run !== undefined && off < 0) isFollowing = false
      else runs.push({ from: count, firstStamp: stamp, lastStamp: stamp })
      if (runs.length > Math.min(mostRuns, 8 + count / 8)) isFollowing = false
    },
    /** The run that goes on; null: there is none to go on with. */
    goingOn: (): FollowedRun | null => (isFollowing ? (runs.at(-1) ?? null) : null),
    /** So many samples are left of the section with this rate. */
    leftOfSection: (count: number): number =>
      section < rates.length - 1 ? (rates[section]?.last ?? count) - count : Infinity,
    done: (): readonly FollowedRun[] | null => (isFollowing && runs.length > 0 ? runs : null),
  }
}

/** Pieces with gaps between them, each by its own stamps: the ends are exact, and rounding in between is evened out. */
const byRuns = (
  runs: readonly FollowedRun[],
  rates: readonly DeclaredRate[],
  count: number,
  unitUs: number,
): Timebase => {
  const origin = runs[0]?.firstStamp ?? 0
  return evenTimebase(
    runs.map((run, index): EvenRun => {
      const to = runs[index + 1]?.from ?? count
      const rate = rates.find(({ last }) => run.from < last) ?? rates.at(-1)
      const span = to - run.from - 1
      const measured = span > 0 ? ((run.lastStamp - run.firstStamp) * unitUs) / 1e6 / span : 0
      return {
        from: run.from,
        to,
        s: ((run.firstStamp - origin) * unitUs) / 1e6,
        step: measured > 0 ? measured : 1 / (rate?.rateHz ?? 1),
      }
    }),
  )
}

/** Stamps where no rate is declared: all of them are kept. */
const createListing = () => {
  const listed = growing()
  let backwards = 0
  return {
    missed: (): void => listed.push(NaN),
    push: (stamp: number, before: number, count: number): void => {
      if (stamp < before && count > 0) backwards += 1
      if (count < mostListed) listed.push(Math.max(stamp, count === 0 ? stamp : before))
    },
    done: (): { readonly stamps: Float64Array; readonly backwards: number } => ({ stamps: listed.done(), backwards }),
  }
}

interface StampCounts {
  readonly count: number
  readonly missing: number
  /** The first stamp there is. */
  readonly first: number | null
  readonly unitUs: number
}

/** Times by the stamps alone; where they say nothing, one sample a millisecond. */
const byList = (
  { stamps, backwards }: ReturnType<ReturnType<typeof createListing>['done']>,
  { count, missing, first, unitUs }: StampCounts,
  say: Say,
): Omit<TimedSamples, 'notes'> => {
  const isAllOne = stamps.length > 1 && stamps.every((stamp) => stamp === stamps[0] || Number.isNaN(stamp))
  if (stamps.length === 0 || missing === count || isAllOne) {
    if (count > 0)
      say('error', 'Neither a sampling rate nor times are in the file: one sample is drawn as one millisecond.')
    return { timebase: evenTimebase([{ from: 0, to: count, s: 0, step: 1e-3 }]), firstStampS: null }
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
  return { timebase: listedTimebase(times), firstStampS: (origin * unitUs) / 1e6 }
}

/** Times by the pieces that follow the rate, or by the rates alone where there are none. */
const byFollowing = (
  runs: readonly FollowedRun[] | null,
  rates: readonly DeclaredRate[],
  { count, missing, first, unitUs }: StampCounts,
  say: Say,
): Omit<TimedSamples, 'notes'> => {
  const firstStampS = first === null ? null : (first * unitUs) / 1e6
  if (runs === null || count < 2) {
    if (missing < count && count > 1)
      say('info', 'The time stamps do not follow the sampling rate: times are by the rate.')
    return { timebase: byRates(rates, count), firstStampS }
  }
  if (runs.length > rates.length) say('info', `The record has gaps: it is in ${runs.length} pieces by its time stamps.`)
  return { timebase: byRuns(runs, rates, count, unitUs), firstStampS }
}

/**
 * When each sample was taken, from stamps as they come, in units of `unitUs`. Where rates are declared the stamps only have to agree
 * with them: they tell gaps between sections, and are not believed where they do not follow the rate at all (counters that wrap, wrong
 * units, zeros). Without rates the stamps are all there is.
 */
export const createStamps = (rates: readonly DeclaredRate[], unitUs: number) => {
  const listing = rates.length === 0 ? createListing() : null
  const following = createFollowing(rates, unitUs)
  const counter = createCounter()
  let count = 0
  let before = 0
  let missing = 0
  let first: number | null = null
  return {
    /** The stamp of the next sample; `noStamp` where it has none. */
    push: (raw: number): void => {
      if (raw === noStamp) {
        missing += 1
        count += 1
        following.giveUp()
        listing?.missed()
        return
      }
      const wanted = rates.length === 0 ? 1e6 : following.stepAt(count)
      const stamp = first === null ? raw : counter.counted(raw, before, wanted)
      first ??= stamp
      if (listing === null) following.push(stamp, before, count, wanted)
      else listing.push(stamp, before, count)
      before = stamp
      count += 1
    },
    /**
     * Takes the stamps of rows from `from` on as long as each follows the one before at the rate; how many rows those were. What the
     * rows of a long record are, without a call for each.
     */
    follow: (view: DataView, from: number, rows: number, rowBytes: number): number => {
      const run = listing === null ? following.goingOn() : null
      if (run === null) return 0
      const wanted = following.stepAt(count)
      const until = Math.min(rows, from + following.leftOfSection(count))
      const within = toleranceOf(wanted)
      let [last, row] = [before - counter.offset(), from]
      for (; row < until; row += 1) {
        const stamp = view.getUint32(row * rowBytes + 4, true)
        const off = stamp - last - wanted
        if (off > within || off < -within || stamp === 0xffff_ffff) break
        last = stamp
      }
      before = last + counter.offset()
      run.lastStamp = before
      count += row - from
      return row - from
    },
    count: () => count,
    done: (): TimedSamples => {
      const notes: FileNote[] = []
      const say: Say = (severity, text) => void notes.push({ severity, text })
      const counts = { count, missing, first, unitUs }
      const wrapped = counter.wrapped()
      if (wrapped > 0) say('info', `The time stamps begin again from zero ${wrapped} times; they are counted on.`)
      const timed =
        listing === null ? byFollowing(following.done(), rates, counts, say) : byList(listing.done(), counts, say)
      return { ...timed, notes }
    },
  }
}
export type Stamps = ReturnType<typeof createStamps>
