import type { Decision } from '../../shared/model/decision.ts'
import type { ChargerReading, CircuitReading, Image, MeterReading } from '../../shared/model/image.ts'
import type { Clock, Log, Stop } from './ports.ts'

/** One cycle a second: the declared reaction time of the site to anything that is not an overload. */
export const cyclePeriodMs = 1000
/** A reading that shows an overload is acted on at once, but a stream of such readings at 5 Hz makes no more cycles than this. */
const overloadSpacingMs = 150
/** Failing this often in a row is no hiccup: the chargers go to their fallback. */
const failuresUntilFallback = 3

export interface CycleParts {
  readonly clock: Clock
  readonly log: Log
  /** The meters as they are believed, which depends on the chargers of the same moment. */
  readonly meters: (nowMs: number, chargers: Record<string, ChargerReading>) => Record<string, MeterReading>
  readonly chargers: (nowMs: number) => Record<string, ChargerReading>
  readonly circuits: (
    meters: Record<string, MeterReading>,
    chargers: Record<string, ChargerReading>,
    nowMs: number,
  ) => Record<string, CircuitReading>
  /** Detectors, record, screens: what follows an image. Never skipped, even when control fails. */
  readonly observe: (image: Image) => void
  readonly decide: (image: Image, trigger: 'cycle' | 'overload') => Decision
  readonly publish: (image: Image) => void
  /** Called once when deciding keeps failing: writes the fallback and disarms. */
  readonly failSafe: (why: string) => void
}

export interface Cycle {
  readonly start: () => void
  readonly stop: () => void
  /** A reply showed an overload: decide now instead of at the next tick. */
  readonly overload: () => void
  readonly image: () => Image | null
  readonly timing: () => { durationMs: number; latenessMs: number }
}

/**
 * Freezes the image, lets detectors and control see it, and hands it on. The period is locked to the monotonic clock: a late
 * cycle does not move the next ones, and cycles that could not start are skipped, never queued.
 */
export const createCycle = (parts: CycleParts): Cycle => {
  let seq = 0
  let failures = 0
  let latest: Image | null = null
  let cancel: Stop | null = null
  let dueMs = 0
  let lastOverloadMs = -Infinity
  let timing = { durationMs: 0, latenessMs: 0 }

  const freeze = (): Image => {
    const nowMs = parts.clock.nowMs()
    const chargers = parts.chargers(nowMs)
    const meters = parts.meters(nowMs, chargers)
    seq += 1
    return Object.freeze({ seq, atMs: nowMs, meters, chargers, circuits: parts.circuits(meters, chargers, nowMs) })
  }

  const guarded = (what: string, step: () => void): boolean => {
    try {
      step()
      return true
    } catch (error) {
      parts.log.error(`${what} failed`, {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
      return false
    }
  }

  const run = (trigger: 'cycle' | 'overload'): void => {
    const startedMs = parts.clock.monotonicMs()
    let image: Image | null = null
    const decided = guarded('the control cycle', () => {
      image = freeze()
      parts.decide(image, trigger)
    })
    failures = decided ? 0 : failures + 1
    if (failures === failuresUntilFallback) parts.failSafe(`the control cycle failed ${failures} times in a row`)
    if (image !== null) {
      const frozen: Image = image
      latest = frozen
      guarded('an observer of the image', () => parts.observe(frozen))
      guarded('publishing the image', () => parts.publish(frozen))
    }
    timing = { ...timing, durationMs: parts.clock.monotonicMs() - startedMs }
  }

  const schedule = (): void => {
    cancel = parts.clock.after(Math.max(0, dueMs - parts.clock.monotonicMs()), () => {
      const nowMs = parts.clock.monotonicMs()
      timing = { ...timing, latenessMs: nowMs - dueMs }
      dueMs += cyclePeriodMs * Math.max(1, Math.ceil((nowMs - dueMs + 1) / cyclePeriodMs))
      schedule()
      run('cycle')
    })
  }

  return {
    start: () => {
      dueMs = parts.clock.monotonicMs() + cyclePeriodMs / 4
      schedule()
    },
    stop: () => {
      cancel?.()
      cancel = null
    },
    overload: () => {
      const nowMs = parts.clock.monotonicMs()
      if (cancel === null || nowMs - lastOverloadMs < overloadSpacingMs) return
      lastOverloadMs = nowMs
      run('overload')
    },
    image: () => latest,
    timing: () => timing,
  }
}
