import { phases, type Phase } from '../../../shared/model/phase.ts'
import { voltageKey } from '../derive/phase-keys.ts'
import {
  clear,
  unknown,
  type Detector,
  type Facts,
  type Outcome,
  type Setup,
  type DetectorInput,
  type Verdict,
} from './detector.ts'
import { floatingStarWords, type FloatingStarWords } from './floating-star-words.ts'
import { notAfter } from './not-after.ts'
import { blindness, nameOf, polledEvidence, seconds, used, volts } from './wording.ts'
import { own } from '../../../shared/own.ts'

/**
 * Sustained over- and undervoltage in polled RMS values, line to neutral. Begins when any phase is beyond the threshold, ends when
 * all phases are back inside by the hysteresis (the poly-phase rule of IEC 61000-4-30, used on values that are not half-cycle
 * RMS: so never called a dip or swell, and its depth and duration are bounds).
 */
type Direction = 'over' | 'under'

interface Excursion {
  readonly extremes: Readonly<Partial<Record<Phase, number>>>
  /** Last reading inside before it, null when there was none. */
  readonly beforeMs: number | null
  readonly firstMs: number
  readonly lastMs: number
  /** First moment at which all phases were back; null while it goes on. */
  readonly afterMs: number | null
  /** Whether it was raised as a finding: one that began and ended between two images is raised with the next, cleared with the one after. */
  readonly raised: boolean
  /** Further ones soon after it that found no place in the queue. */
  readonly more: number
}
interface MeterState {
  /** Oldest first; only the last one can still go on. The first is the one that is told now. */
  readonly queue: readonly Excursion[]
  /** Phases not yet back inside by the hysteresis. */
  readonly outside: readonly Phase[]
  readonly latest: Readonly<Partial<Record<Phase, number>>>
  readonly lastAtMs: Readonly<Partial<Record<Phase, number>>>
  readonly lastInsideMs: number | null
}
export type VoltageState = Readonly<Record<string, MeterState>>

const idle: MeterState = { queue: [], outside: [], latest: {}, lastAtMs: {}, lastInsideMs: null }

/** A voltage that flutters about its threshold makes more excursions than images: this many wait to be told, further ones are counted. */
const mostWaiting = 8

/** 0.92 x 230 is 211.60000000000002 in binary: a reading of exactly 211.6 V must end an excursion. */
const tolerance = 1e-6

/** Below this share of nominal on one phase while another is there, the phase is lost: phase-loss speaks of it, not undervoltage. */
const lostShare = 0.1
const presentShare = 0.5

const limits = (setup: Setup, direction: Direction) => {
  const { alarms, grid } = setup.site
  const nominal = grid.nominalVoltage
  const threshold = (direction === 'over' ? alarms.overvoltage : alarms.undervoltage) * nominal
  const end = threshold + (direction === 'over' ? -1 : 1) * alarms.hysteresis * nominal
  return {
    nominal,
    threshold,
    end,
    beyond: (value: number) => (direction === 'over' ? value > threshold + tolerance : value < threshold - tolerance),
    back: (value: number) => (direction === 'over' ? value <= end + tolerance : value >= end - tolerance),
    worse: (a: number, b: number) => (direction === 'over' ? Math.max(a, b) : Math.min(a, b)),
  }
}
type Limits = ReturnType<typeof limits>

const isLost = (value: number, latest: MeterState['latest'], { nominal }: Limits): boolean =>
  value < lostShare * nominal && phases.some((phase) => (latest[phase] ?? 0) >= presentShare * nominal)

/** What was remembered, without what lies after this image: readings from before the clock was set back must not hide those that come now. */
const asOf = (state: MeterState, atMs: number): MeterState => {
  const { queue, lastAtMs, lastInsideMs } = state
  if (!Object.values(lastAtMs).some((lastMs) => lastMs > atMs)) return state
  return {
    ...state,
    lastAtMs: {},
    lastInsideMs: lastInsideMs === null || lastInsideMs > atMs ? null : lastInsideMs,
    queue: queue.map((excursion) => ({
      ...excursion,
      beforeMs: excursion.beforeMs === null || excursion.beforeMs > atMs ? null : excursion.beforeMs,
      firstMs: notAfter(excursion.firstMs, atMs),
      lastMs: notAfter(excursion.lastMs, atMs),
      afterMs: excursion.afterMs === null ? null : notAfter(excursion.afterMs, atMs),
    })),
  }
}

const running = (queue: MeterState['queue']): Excursion | null => {
  const last = queue.at(-1)
  return last?.afterMs === null ? last : null
}

const replaceLast = (queue: MeterState['queue'], last: Excursion): MeterState['queue'] => [...queue.slice(0, -1), last]

/** A reading beyond the threshold: it deepens the excursion that goes on, or begins one. */
const deepen = (state: MeterState, phase: Phase, value: number, atMs: number, limit: Limits): MeterState['queue'] => {
  const last = state.queue.at(-1)
  const worst = (excursion: Excursion): Excursion['extremes'] => {
    const extreme = excursion.extremes[phase]
    return { ...excursion.extremes, [phase]: extreme === undefined ? value : limit.worse(extreme, value) }
  }
  if (last !== undefined && last.afterMs === null)
    return replaceLast(state.queue, { ...last, extremes: worst(last), lastMs: Math.max(last.lastMs, atMs) })
  if (last !== undefined && state.queue.length >= mostWaiting)
    return replaceLast(state.queue, {
      ...last,
      extremes: worst(last),
      lastMs: atMs,
      afterMs: null,
      more: last.more + 1,
    })
  const begun: Excursion = {
    extremes: { [phase]: value },
    beforeMs: state.lastInsideMs,
    firstMs: atMs,
    lastMs: atMs,
    afterMs: null,
    raised: false,
    more: 0,
  }
  return [...state.queue, begun]
}

/** One new reading of one phase. The first moment at which all phases are back ends an excursion, not the newest reading of them. */
const take = (
  state: MeterState,
  phase: Phase,
  value: number,
  atMs: number,
  direction: Direction,
  limit: Limits,
): MeterState => {
  const latest = { ...state.latest, [phase]: value }
  const seen = { ...state, latest, lastAtMs: { ...state.lastAtMs, [phase]: atMs } }
  const wasOutside = state.outside.includes(phase)
  const begins = limit.beyond(value) && !(direction === 'under' && !wasOutside && isLost(value, latest, limit))
  if (begins)
    return {
      ...seen,
      outside: phases.filter((each) => each === phase || state.outside.includes(each)),
      queue: deepen(state, phase, value, atMs, limit),
    }
  const outside = wasOutside && !limit.back(value) ? state.outside : state.outside.filter((each) => each !== phase)
  if (outside.length > 0) return { ...seen, outside }
  const going = running(state.queue)
  return {
    ...seen,
    outside,
    lastInsideMs: atMs,
    queue: going === null ? state.queue : replaceLast(state.queue, { ...going, afterMs: atMs }),
  }
}

/** Bounds of the true duration: first to last reading outside, and the good readings around them, widened by the meter's window. */
const durationBounds = (
  { firstMs, lastMs, beforeMs, afterMs }: Excursion,
  windowMs: number,
): { atLeastMs: number; atMostMs: number | null } => ({
  atLeastMs: Math.max(0, lastMs - firstMs - windowMs),
  atMostMs: beforeMs === null || afterMs === null ? null : afterMs - beforeMs + windowMs,
})

const extremeOf = (excursion: Excursion, limit: Limits): number =>
  Object.values(excursion.extremes).reduce((a, b) => limit.worse(a, b))

const describe = (setup: Setup, meterId: string, direction: Direction, excursion: Excursion, limit: Limits) => {
  const { windowMs, periodMs } = blindness(setup, meterId, voltageKey.L1)
  const extreme = extremeOf(excursion, limit)
  const named = phases.filter((phase) => excursion.extremes[phase] !== undefined)
  const { atLeastMs, atMostMs } = durationBounds(excursion, windowMs ?? periodMs)
  const word = direction === 'over' ? 'highest' : 'lowest'
  const numbers = [
    used(`threshold`, limit.threshold, 'V'),
    used(`ends at`, limit.end, 'V'),
    ...named.map((phase) => used(`${word} ${phase}`, excursion.extremes[phase] ?? extreme, 'V')),
    used('duration at least', atLeastMs / 1000, 's'),
    ...(atMostMs === null ? [] : [used('duration at most', atMostMs / 1000, 's')]),
  ]
  const lasted =
    atMostMs === null ? `at least ${seconds(atLeastMs)}` : `between ${seconds(atLeastMs)} and ${seconds(atMostMs)}`
  const bound = direction === 'over' ? 'the true maximum can be higher' : 'the true minimum can be lower'
  return { extreme, named, numbers, lasted, word, bound }
}

const adviceOf: Readonly<Record<Direction, string>> = {
  over: 'Compare the phases: one high and others low points to a broken neutral; all high to the supply or to feed-in.',
  under: 'Compare with the current: low only under load points to this installation, low at all meters to the supply.',
}
const titleOf: Readonly<Record<Direction, string>> = { over: 'Overvoltage', under: 'Undervoltage' }

const facts = (
  setup: Setup,
  meterId: string,
  direction: Direction,
  state: MeterState,
  excursion: Excursion,
  limit: Limits,
  star: FloatingStarWords | null,
): Facts => {
  const { extreme, named, numbers, word, bound } = describe(setup, meterId, direction, excursion, limit)
  const gone = direction === 'under' && extreme < lostShare * limit.nominal
  const share = Math.abs(extreme / limit.nominal - 1)
  const at = nameOf(setup.site.meters, meterId)
  return {
    phase: named.join(' '),
    // 15 % is where EN 50160 allows no 10-minute value at all; here only the word for how bad a single reading is.
    severity: share > 0.15 || star !== null ? 'critical' : 'warning',
    title: gone
      ? `No voltage at ${at}`
      : `${titleOf[direction]} at ${at}${star === null ? '' : ': the neutral may be broken'}`,
    message:
      `${named.join(', ')}: ${word} reading ${volts(extreme)} (threshold ${volts(limit.threshold)}, ends at ${volts(limit.end)}); ${bound}. ` +
      (star?.sentence ?? adviceOf[direction]),
    numbers: [...numbers, ...(star?.numbers ?? [])],
    evidence: polledEvidence(setup, meterId, voltageKey.L1),
    blindMs: blindness(setup, meterId, voltageKey.L1).blindMs,
    identity: `${named.join()}|${state.outside.join()}|${star === null ? '' : String(star.isByLoads)}`,
    levels: [{ value: extreme, step: 1 }],
  }
}

const missingWhy = (setup: Setup, meterId: string, keys: readonly string[], input: DetectorInput): string | null => {
  const samples = own(input.image.meters, meterId)?.samples ?? {}
  const reported = keys.filter((key) => (own(samples, key)?.quality ?? 'absent') !== 'absent')
  if (reported.length === 0)
    return `meter ${nameOf(setup.site.meters, meterId)} does not report a line-to-neutral voltage`
  const bad = reported.find((key) => own(samples, key)?.quality !== 'good')
  return bad === undefined
    ? null
    : `${bad} of meter ${nameOf(setup.site.meters, meterId)} is missing (${own(samples, bad)?.quality})`
}

const closingOf = (
  setup: Setup,
  meterId: string,
  direction: Direction,
  excursion: Excursion,
  limit: Limits,
): Verdict => {
  const { extreme, named, numbers, lasted, word, bound } = describe(setup, meterId, direction, excursion, limit)
  const more =
    excursion.more === 0 ? '' : ` With ${excursion.more} more like it until then, each followed by a good reading.`
  return {
    kind: 'clear',
    closing: {
      message: `${named.join(', ')}: lasted ${lasted}, ${word} reading ${volts(extreme)} (threshold ${volts(limit.threshold)}); ${bound}.${more}`,
      numbers,
    },
  }
}

/** All readings since the image before, each once. */
const takeAll = (
  before: MeterState,
  meterId: string,
  input: DetectorInput,
  direction: Direction,
  limit: Limits,
): MeterState => {
  let state = asOf(before, input.image.atMs)
  for (const samples of input.repliesOf(meterId)) {
    for (const phase of phases) {
      const sample = samples[voltageKey[phase]]
      if (sample?.value == null || sample.atMs === null || sample.atMs > input.image.atMs) continue
      if (sample.atMs > (state.lastAtMs[phase] ?? -Infinity))
        state = take(state, phase, sample.value, sample.atMs, direction, limit)
    }
  }
  return state
}

const detector = (direction: Direction): Detector<VoltageState> => {
  /** What is told with this image: the first that waits, raised before it is cleared. */
  const tell = (
    state: MeterState,
    meterId: string,
    why: string | null,
    setup: Setup,
    limit: Limits,
    star: FloatingStarWords | null,
  ): { readonly state: MeterState; readonly verdict: Verdict } => {
    const [first, ...rest] = state.queue
    if (first === undefined) return { state, verdict: why === null ? clear : unknown(why) }
    if (first.afterMs !== null && first.raised)
      return { state: { ...state, queue: rest }, verdict: closingOf(setup, meterId, direction, first, limit) }
    if (first.afterMs === null && why !== null) return { state, verdict: unknown(why) }
    return {
      state: { ...state, queue: [{ ...first, raised: true }, ...rest] },
      verdict: { kind: 'active', facts: facts(setup, meterId, direction, state, first, limit, star) },
    }
  }
  const keys = phases.map((phase) => voltageKey[phase])
  return {
    id: `${direction}voltage`,
    start: () => ({}),
    step: (all, input, setup) => {
      const limit = limits(setup, direction)
      const told = setup.site.meters.map(({ id }) => {
        const state = takeAll(own(all, id) ?? idle, id, input, direction, limit)
        const star =
          state.queue.length === 0 ? null : floatingStarWords(own(input.image.meters, id)?.samples ?? {}, limit.nominal)
        return { id, ...tell(state, id, missingWhy(setup, id, keys, input), setup, limit, star) }
      })
      return {
        state: Object.fromEntries(told.map(({ id, state }) => [id, state])),
        outcomes: told.map(({ id, verdict }): Outcome => ({ subject: { kind: 'meter', id }, key: '', verdict })),
      }
    },
  }
}

export const overvoltage = detector('over')
export const undervoltage = detector('under')
