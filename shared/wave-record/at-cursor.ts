import { frequencyNear, phasorOf } from './phasor.ts'
import type { SampleGroup, Trace, WaveRecord } from './wave-record.ts'

/** What a trace is at a cursor. Null: not known there. */
export interface TraceAt {
  readonly trace: number
  /** The sample nearest to the cursor. */
  readonly instant: number | null
  /** Over one cycle around the cursor. */
  readonly rms: number | null
  /** RMS of the fundamental over that cycle, and its angle against a cosine at the cursor, degrees. */
  readonly fundamental: number | null
  readonly angleDeg: number | null
}

export interface CursorValues {
  readonly atS: number
  /** Of the supply around the cursor, from the first voltage, else the first current, over up to ten cycles; null: not to be told. */
  readonly frequencyHz: number | null
  readonly traces: readonly TraceAt[]
}

/** So much of the last cycles may be missing: what leaks by that is below a thousandth (editable assumption). */
const closeShare = 2e-3

/** Whole cycles around a time, moved inwards at the ends of a run; null: the run has not so many, or is not evenly spaced. */
export const cyclesAround = (
  { timebase }: SampleGroup,
  atS: number,
  hz: number,
  cycles: number,
): { readonly from: number; readonly to: number; readonly rateHz: number } | null => {
  if (timebase.count === 0) return null
  const nearest = Math.min(timebase.count - 1, timebase.firstFrom(atS))
  const run = timebase.runAt(nearest)
  if (run.rateHz === null) return null
  const wanted = Math.round((cycles * run.rateHz) / hz)
  const there = run.to - run.from
  // A record of whole cycles by its own count lacks a sample or two by a frequency that is a little off.
  const samples = there < wanted && there >= wanted * (1 - closeShare) ? there : wanted
  if (samples < 4 || there < samples) return null
  const from = Math.max(run.from, Math.min(run.to - samples, nearest - (samples >> 1)))
  return { from, to: from + samples, rateHz: run.rateHz }
}

const isWave = ({ truth }: Trace): boolean => truth === 'sampled'

/** The supply's frequency around a time, from the first trace that shows one. */
export const frequencyAt = (record: WaveRecord, atS: number, nominalHz: number): number | null => {
  const inOrder = [...record.traces]
    .filter(isWave)
    .sort((one, other) => Number(other.quantity === 'voltage') - Number(one.quantity === 'voltage'))
  for (const trace of inOrder.slice(0, 4)) {
    const group = record.groups[trace.group]
    const window =
      group === undefined
        ? null
        : ([10, 4, 2].map((cycles) => cyclesAround(group, atS, nominalHz, cycles)).find((each) => each !== null) ??
          null)
    if (group === undefined || window === null) continue
    const [samples] = group.read([trace.column], window.from, window.to)
    const hz = samples === undefined ? null : frequencyNear(samples, window.rateHz, nominalHz)
    if (hz !== null) return hz
  }
  return null
}

const rmsOf = (samples: Float64Array): number | null => {
  let sum = 0
  for (const value of samples) sum += value * value
  return samples.length === 0 || Number.isNaN(sum) ? null : Math.sqrt(sum / samples.length)
}

const traceAt = (record: WaveRecord, number: number, atS: number, hz: number, isPrimary: boolean): TraceAt => {
  const trace = record.traces[number]
  const group = trace === undefined ? undefined : record.groups[trace.group]
  const nothing: TraceAt = { trace: number, instant: null, rms: null, fundamental: null, angleDeg: null }
  if (trace === undefined || group === undefined || group.timebase.count === 0) return nothing
  const { timebase } = group
  const factor = isPrimary ? (trace.toPrimary ?? 1) : 1
  const after = Math.min(timebase.count - 1, timebase.firstFrom(atS))
  const nearest = after > 0 && atS - timebase.timeAt(after - 1) < timebase.timeAt(after) - atS ? after - 1 : after
  const sample = group.read([trace.column], nearest, nearest + 1)[0]?.[0] ?? NaN
  const instant = Number.isNaN(sample) ? null : sample * factor
  const window = isWave(trace) ? cyclesAround(group, atS, hz, 1) : null
  if (window === null) return { ...nothing, instant }
  const [samples = new Float64Array(0)] = group.read([trace.column], window.from, window.to)
  // A channel that was taken later than its row shows a wave that is ahead by that much.
  const zero = (atS - trace.skewS - timebase.timeAt(window.from)) * window.rateHz
  const rms = rmsOf(samples)
  const phasor = phasorOf(samples, window.rateHz, hz, zero)
  return {
    trace: number,
    instant,
    rms: rms === null ? null : rms * Math.abs(factor),
    fundamental: phasor === null ? null : phasor.rms * Math.abs(factor),
    angleDeg: phasor === null ? null : (phasor.angle * 180) / Math.PI,
  }
}

/** Values of some traces at one time, all with the same time zero and the same cycle. */
export const valuesAt = (
  record: WaveRecord,
  request: {
    readonly atS: number
    readonly traces: readonly number[]
    readonly nominalHz: number
    readonly isPrimary: boolean
  },
): CursorValues => {
  const frequencyHz = frequencyAt(record, request.atS, request.nominalHz)
  return {
    atS: request.atS,
    frequencyHz,
    traces: request.traces.map((trace) =>
      traceAt(record, trace, request.atS, frequencyHz ?? request.nominalHz, request.isPrimary),
    ),
  }
}
