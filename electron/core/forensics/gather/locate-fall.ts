import { phases, type Phase } from '../../../../shared/model/phase.ts'
import type { History, Reading } from '../history.ts'

export interface FallenPole {
  readonly phase: Phase
  readonly beforeA: number | null
  readonly afterA: number | null
  readonly fell: boolean
}
export interface Fall {
  /** Of the first reading without the load, and of the last with it. */
  readonly atMs: number
  readonly beforeMs: number
  readonly poles: readonly FallenPole[]
}

/** Less than this was no load worth the name, A; and of what was there no more than this share is left after a fall. Editable assumptions. */
const loadedA = 2
const leftShare = 0.15
/** A meter that averages shows one reading between full load and none; older than this is no "just before", ms. */
const partialMs = 4000

interface PhaseFall {
  readonly beforeA: number
  readonly beforeMs: number
  readonly afterA: number | null
  readonly atMs: number
}

/** The greatest fall of one phase in its readings, null where there is none. A reading that is missing for good counts as one. */
const fallOf = (readings: readonly Reading[]): PhaseFall | null => {
  let best: PhaseFall | null = null
  for (const [index, { atMs, value }] of readings.entries()) {
    const isGone = Number.isNaN(value) && readings.slice(index, index + 3).every((next) => Number.isNaN(next.value))
    const before = readings
      .slice(Math.max(0, index - 3), index)
      .filter(
        (reading, at, all) =>
          !Number.isNaN(reading.value) && (at === all.length - 1 || atMs - reading.atMs <= partialMs),
      )
    const last = before.at(-1)
    if (last === undefined) continue
    const beforeA = Math.max(...before.map((reading) => reading.value))
    const source = before.find((reading) => reading.value === beforeA) ?? last
    if (beforeA < loadedA || (!isGone && !(value <= leftShare * beforeA))) continue
    if (best !== null && beforeA <= best.beforeA && atMs - best.atMs > 1500) continue
    if (best !== null && atMs - best.atMs <= partialMs) continue
    best = { beforeA, beforeMs: source.atMs, afterA: isGone ? null : value, atMs }
  }
  return best
}

/** Where the load of a circuit fell within a stretch of time; null where it did not. */
export const locateFall = (history: History, circuitId: string, fromMs: number, toMs: number): Fall | null => {
  const series = phases.map((phase, index) => ({
    phase,
    readings: history.circuitCurrent(circuitId, index, fromMs, toMs),
  }))
  const falls = series.map(({ phase, readings }) => ({ phase, readings, fall: fallOf(readings) }))
  const largest = falls.reduce<PhaseFall | null>(
    (best, { fall }) => (fall !== null && fall.beforeA > (best?.beforeA ?? 0) ? fall : best),
    null,
  )
  if (largest === null) return null
  const { atMs } = largest
  const spreadMs = Math.max(3000, 2 * (atMs - largest.beforeMs))
  return {
    atMs,
    beforeMs: largest.beforeMs,
    poles: falls.flatMap(({ phase, readings, fall }): readonly FallenPole[] => {
      const together = fall !== null && Math.abs(fall.atMs - atMs) <= spreadMs ? fall : null
      const before = readings.filter((reading) => reading.atMs < atMs - 1 && !Number.isNaN(reading.value)).at(-1)
      const after = readings.find((reading) => reading.atMs >= atMs)
      if (together === null && before === undefined) return []
      return [
        {
          phase,
          beforeA: together?.beforeA ?? before?.value ?? null,
          afterA:
            together === null
              ? after === undefined || Number.isNaN(after.value)
                ? null
                : after.value
              : together.afterA,
          fell: together !== null,
        },
      ]
    }),
  }
}
