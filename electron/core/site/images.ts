import type { Decision } from '../../../shared/model/decision.ts'
import type { ChargerReading, CircuitReading, Image, MeterReading } from '../../../shared/model/image.ts'
import type { Clock, Log } from '../ports.ts'
import { forgetful, type Memory } from './memory.ts'

/** What can't wait for the tick is acted on at once, but a stream of it (readings of an overload at 5 Hz) makes no more images than this. */
const spacingMs = 150
/** Failing this often in a row is no hiccup: the chargers go to their fallback. */
const failuresUntilFallback = 3

export interface ImageParts {
  /** Site time. */
  readonly clock: Clock
  readonly log: Log
  readonly chargers: (nowMs: number) => Record<string, ChargerReading>
  /** The meters as they are believed, which depends on the chargers of the same moment. */
  readonly meters: (nowMs: number, chargers: Record<string, ChargerReading>) => Record<string, MeterReading>
  readonly circuits: (
    meters: Record<string, MeterReading>,
    chargers: Record<string, ChargerReading>,
    nowMs: number,
  ) => Record<string, CircuitReading>
  readonly decide: (image: Image, trigger: 'cycle' | 'overload') => Decision
  /** Detectors, record, screens: what follows an image. Never skipped, even when control fails. */
  readonly observe: (image: Image) => void
  /** Called once when deciding keeps failing: writes the fallback and disarms. */
  readonly failSafe: (why: string) => void
  readonly memory?: Memory
}

export interface Images {
  /** Freezes everything known now, has control decide on it, and hands it on. */
  readonly make: (trigger: 'cycle' | 'overload') => void
  /** A reply showed an overload: decide now instead of at the next tick. */
  readonly overload: () => void
  /** Something was seen that a person should be told of at once. */
  readonly soon: () => void
}

/** The frozen pictures that detectors and control share, and what becomes of one when control fails on it. */
export const createImages = (parts: ImageParts): Images => {
  const state = (parts.memory ?? forgetful).keep('images', {
    seq: 0,
    failures: 0,
    lastOverloadMs: -Infinity,
    lastSoonMs: -Infinity,
  })

  const freeze = (): Image => {
    const nowMs = parts.clock.nowMs()
    const chargers = parts.chargers(nowMs)
    const meters = parts.meters(nowMs, chargers)
    state.seq += 1
    return Object.freeze({
      seq: state.seq,
      atMs: nowMs,
      meters,
      chargers,
      circuits: parts.circuits(meters, chargers, nowMs),
    })
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

  const make = (trigger: 'cycle' | 'overload'): void => {
    let image: Image | null = null
    const decided = guarded('the control cycle', () => {
      image = freeze()
      parts.decide(image, trigger)
    })
    state.failures = decided ? 0 : state.failures + 1
    if (state.failures === failuresUntilFallback)
      parts.failSafe(`the control cycle failed ${state.failures} times in a row`)
    if (image === null) return
    const frozen: Image = image
    guarded('an observer of the image', () => parts.observe(frozen))
  }

  const extra = (last: 'lastOverloadMs' | 'lastSoonMs', trigger: 'cycle' | 'overload'): void => {
    const nowMs = parts.clock.monotonicMs()
    if (state.seq === 0 || nowMs - state[last] < spacingMs) return
    state[last] = nowMs
    make(trigger)
  }

  return {
    make,
    overload: () => extra('lastOverloadMs', 'overload'),
    soon: () => extra('lastSoonMs', 'cycle'),
  }
}
