/**
 * Energy between readings of a counting register. A report is made of steps: from one reading to the next, booked when the later one was
 * made. So two windows that meet have together what the whole has, wherever they meet, and a gap makes no energy: what flowed in it is
 * the difference of the register at its ends, and its time is not known.
 */

/** What one stored interval says of one direction, kWh; `startKwh` and `endKwh` are the register at its ends, null where not read. */
export interface EnergyRow {
  readonly startMs: number
  readonly endMs: number
  readonly kwh: number | null
  readonly startKwh: number | null
  readonly endKwh: number | null
}
export interface RegisterPoint {
  readonly atMs: number
  readonly kwh: number
}
export interface Step {
  readonly fromMs: number
  readonly toMs: number
  readonly kwh: number
}
/** Two readings of a register that can't be of one count: it was reset, rolled over, or the meter was replaced. */
export interface Break {
  readonly kind: 'went-back' | 'too-much'
  readonly fromMs: number
  readonly toMs: number
  readonly before: number
  readonly after: number
}
export interface Walk {
  readonly steps: readonly Step[]
  readonly breaks: readonly Break[]
  /** The first and the last reading of the register in it; null where none was made. */
  readonly first: RegisterPoint | null
  readonly last: RegisterPoint | null
}

export const quarterMs = 900_000
/** A counter in whole kWh, and readings some seconds off: what may be above the most that can flow, kWh and ms. */
const countingStep = 1
const refreshMs = 15_000
const roundingKwh = 1e-6

/** Whether all of a step lies in one quarter of an hour of the clock: then its time is known as well as any. */
export const isTimed = ({ fromMs, toMs }: Step): boolean =>
  Math.floor(fromMs / quarterMs) === Math.floor((toMs - 1) / quarterMs)

/**
 * Rows in order of their ends. `before`: the last reading before the window, so that what flowed since then is booked in it. `boundKw`:
 * the most that can flow; a difference that says more is no energy.
 */
export const walkRegister = (rows: readonly EnergyRow[], before: RegisterPoint | null, boundKw: number): Walk => {
  const steps: Step[] = []
  const breaks: Break[] = []
  let first: RegisterPoint | null = null
  let last = before
  /** Energy is known up to here, by a register or without. */
  let untilMs = before?.atMs ?? -Infinity

  const reach = (point: RegisterPoint): void => {
    if (point.atMs < untilMs) return
    first ??= point
    if (last !== null && !(last.atMs === point.atMs && last.kwh === point.kwh)) {
      const kwh = point.kwh - last.kwh
      const between = { fromMs: last.atMs, toMs: point.atMs }
      const most = (boundKw * (point.atMs - last.atMs + refreshMs)) / 3_600_000 + countingStep
      if (kwh < -roundingKwh || kwh > most)
        breaks.push({ ...between, kind: kwh < 0 ? 'went-back' : 'too-much', before: last.kwh, after: point.kwh })
      else if (point.atMs > last.atMs) steps.push({ ...between, kwh: Math.max(0, kwh) })
    }
    last = point
    untilMs = point.atMs
  }

  for (const row of rows) {
    if (row.endMs < untilMs || (row.kwh !== null && row.endMs === untilMs)) continue
    if (row.startKwh !== null) reach({ atMs: row.startMs, kwh: row.startKwh })
    if (row.kwh === null) {
      if (row.endKwh !== null) reach({ atMs: row.endMs, kwh: row.endKwh })
      continue
    }
    if (row.startMs < untilMs) continue
    steps.push({ fromMs: row.startMs, toMs: row.endMs, kwh: row.kwh })
    untilMs = row.endMs
    // A counter that is told without its readings can't be followed over a gap.
    last = row.endKwh === null ? null : { atMs: row.endMs, kwh: row.endKwh }
    first ??= last
  }
  return { steps, breaks, first, last }
}
