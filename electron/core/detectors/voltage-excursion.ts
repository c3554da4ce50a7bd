import { phases, type Phase } from '../../../shared/model/phase.ts'
import { voltageKey } from '../derive/phase-keys.ts'
import {
  clear,
  unknown,
  type Detector,
  type Facts,
  type Outcome,
  type Setup,
  type Sight,
  type Verdict,
} from './detector.ts'
import { notAfter } from './not-after.ts'
import { blindness, nameOf, polledEvidence, seconds, used, volts } from './wording.ts'

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
}
interface MeterState {
  readonly excursion: Excursion | null
  /** Phases not yet back inside by the hysteresis. */
  readonly outside: readonly Phase[]
  readonly latest: Readonly<Partial<Record<Phase, number>>>
  readonly lastAtMs: Readonly<Partial<Record<Phase, number>>>
  readonly lastInsideMs: number | null
}
export type VoltageState = Readonly<Record<string, MeterState>>

const idle: MeterState = { excursion: null, outside: [], latest: {}, lastAtMs: {}, lastInsideMs: null }

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
  const { excursion, lastAtMs, lastInsideMs } = state
  if (!Object.values(lastAtMs).some((lastMs) => lastMs > atMs)) return state
  return {
    ...state,
    lastAtMs: {},
    lastInsideMs: lastInsideMs === null || lastInsideMs > atMs ? null : lastInsideMs,
    excursion:
      excursion === null
        ? null
        : {
            ...excursion,
            beforeMs: excursion.beforeMs === null || excursion.beforeMs > atMs ? null : excursion.beforeMs,
            firstMs: notAfter(excursion.firstMs, atMs),
            lastMs: notAfter(excursion.lastMs, atMs),
          },
  }
}

/** One new reading of one phase. */
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
  const stillOutside = begins || (wasOutside && !limit.back(value))
  const outside = stillOutside
    ? phases.filter((each) => each === phase || state.outside.includes(each))
    : state.outside.filter((each) => each !== phase)
  if (outside.length === 0 && state.excursion === null) return { ...seen, outside, lastInsideMs: atMs }
  if (!begins) return { ...seen, outside }
  const before = state.excursion
  const extreme = before?.extremes[phase]
  return {
    ...seen,
    outside,
    excursion: {
      extremes: { ...before?.extremes, [phase]: extreme === undefined ? value : limit.worse(extreme, value) },
      beforeMs: before === null ? state.lastInsideMs : before.beforeMs,
      firstMs: before?.firstMs ?? atMs,
      lastMs: Math.max(before?.lastMs ?? atMs, atMs),
    },
  }
}

/** Bounds of the true duration: first to last reading outside, and the good readings around them, widened by the meter's window. */
const durationBounds = (
  excursion: Excursion,
  afterMs: number | null,
  windowMs: number,
): { atLeastMs: number; atMostMs: number | null } => ({
  atLeastMs: Math.max(0, excursion.lastMs - excursion.firstMs - windowMs),
  atMostMs: excursion.beforeMs === null || afterMs === null ? null : afterMs - excursion.beforeMs + windowMs,
})

const extremeOf = (excursion: Excursion, limit: Limits): number =>
  Object.values(excursion.extremes).reduce((a, b) => limit.worse(a, b))

const describe = (
  setup: Setup,
  meterId: string,
  direction: Direction,
  excursion: Excursion,
  limit: Limits,
  afterMs: number | null,
) => {
  const { windowMs, periodMs } = blindness(setup, meterId, voltageKey.L1)
  const extreme = extremeOf(excursion, limit)
  const named = phases.filter((phase) => excursion.extremes[phase] !== undefined)
  const { atLeastMs, atMostMs } = durationBounds(excursion, afterMs, windowMs ?? periodMs)
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

const facts = (
  setup: Setup,
  meterId: string,
  direction: Direction,
  state: MeterState,
  excursion: Excursion,
  limit: Limits,
): Facts => {
  const { extreme, named, numbers, word, bound } = describe(setup, meterId, direction, excursion, limit, null)
  const gone = direction === 'under' && extreme < lostShare * limit.nominal
  const share = Math.abs(extreme / limit.nominal - 1)
  const at = nameOf(setup.site.meters, meterId)
  return {
    phase: named.join(' '),
    // 15 % is where EN 50160 allows no 10-minute value at all; here only the word for how bad a single reading is.
    severity: share > 0.15 ? 'critical' : 'warning',
    title: gone ? `No voltage at ${at}` : direction === 'over' ? `Overvoltage at ${at}` : `Undervoltage at ${at}`,
    message:
      `${named.join(', ')}: ${word} reading ${volts(extreme)} (threshold ${volts(limit.threshold)}, ends at ${volts(limit.end)}); ${bound}. ` +
      (direction === 'over'
        ? 'Compare the phases: one high and others low points to a broken neutral; all high to the supply or to feed-in.'
        : 'Compare with the current: low only under load points to this installation, low at all meters to the supply.'),
    numbers,
    evidence: polledEvidence(setup, meterId, voltageKey.L1),
    blindMs: blindness(setup, meterId, voltageKey.L1).blindMs,
    identity: `${named.join()}|${state.outside.join()}`,
    levels: [{ value: extreme, step: 1 }],
  }
}

const missingWhy = (setup: Setup, meterId: string, keys: readonly string[], sight: Sight): string | null => {
  const samples = sight.image.meters[meterId]?.samples ?? {}
  const reported = keys.filter((key) => samples[key] !== undefined && samples[key].quality !== 'absent')
  if (reported.length === 0)
    return `meter ${nameOf(setup.site.meters, meterId)} does not report a line-to-neutral voltage`
  const bad = reported.find((key) => samples[key]?.quality !== 'good')
  return bad === undefined
    ? null
    : `${bad} of meter ${nameOf(setup.site.meters, meterId)} is missing (${samples[bad]?.quality})`
}

const detector = (direction: Direction): Detector<VoltageState> => ({
  id: `${direction}voltage`,
  start: () => ({}),
  step: (all, sight, setup) => {
    const limit = limits(setup, direction)
    const next: Record<string, MeterState> = {}
    const outcomes: Outcome[] = []
    for (const { id } of setup.site.meters) {
      let state = asOf(all[id] ?? idle, sight.image.atMs)
      for (const samples of sight.repliesOf(id)) {
        for (const phase of phases) {
          const sample = samples[voltageKey[phase]]
          if (
            sample?.value == null ||
            sample.atMs === null ||
            sample.atMs > sight.image.atMs ||
            sample.atMs <= (state.lastAtMs[phase] ?? -Infinity)
          )
            continue
          state = take(state, phase, sample.value, sample.atMs, direction, limit)
        }
      }
      const why = missingWhy(
        setup,
        id,
        phases.map((phase) => voltageKey[phase]),
        sight,
      )
      let verdict: Verdict
      if (state.excursion !== null && state.outside.length === 0) {
        const afterMs = Math.max(...Object.values(state.lastAtMs))
        const { extreme, named, numbers, lasted, word, bound } = describe(
          setup,
          id,
          direction,
          state.excursion,
          limit,
          afterMs,
        )
        verdict = {
          kind: 'clear',
          closing: {
            message: `${named.join(', ')}: lasted ${lasted}, ${word} reading ${volts(extreme)} (threshold ${volts(limit.threshold)}); ${bound}.`,
            numbers,
          },
        }
        // Began and ended between two images: still told, as a finding that is raised now and cleared with the next image.
        if (all[id]?.excursion == null)
          verdict = { kind: 'active', facts: facts(setup, id, direction, state, state.excursion, limit) }
        else state = { ...state, excursion: null, lastInsideMs: afterMs }
      } else if (state.excursion !== null && why === null)
        verdict = { kind: 'active', facts: facts(setup, id, direction, state, state.excursion, limit) }
      else verdict = why === null ? clear : unknown(why)
      next[id] = state
      outcomes.push({ subject: { kind: 'meter', id }, key: '', verdict })
    }
    return { state: next, outcomes }
  },
})

export const overvoltage = detector('over')
export const undervoltage = detector('under')
