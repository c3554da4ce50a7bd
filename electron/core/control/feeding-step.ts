import type { TrialCause } from '../../../shared/said/charger-events.ts'
import { obeyMs } from './timing.ts'

/** Whether a charger's watchdog is fed. All times monotonic, ms. */
export type Feeding =
  | { readonly kind: 'fed'; readonly overSinceMs: number | null }
  /** Left alone so that it falls to its own fallback. */
  | { readonly kind: 'quiet'; readonly sinceMs: number; readonly over: string }
  /** Fed again to see whether it obeys now. */
  | { readonly kind: 'trial'; readonly sinceMs: number; readonly cause: TrialCause }

export interface Moment {
  readonly nowMs: number
  /** It is not under control, and not because nothing is ever written to it. */
  readonly disobeys: boolean
  /** surroundings.ts. */
  readonly over: string | null
  readonly hasRoom: boolean
  /** How long it must hear nothing to fall; null: nothing this program leaves out brings it down. */
  readonly neededMs: number | null
  /** How long a limit takes to be seen in force, twice over: what a trial must be given. */
  readonly proofMs: number
}

/** The others get a cycle, a write and the 5 s a car takes to follow (IEC 61851-1): the room they leave may be enough. Editable assumption. */
const overForMs = 8000
/**
 * Where there is no room for all it may draw, it is tried again this seldom: a trial may overload a circuit for the time until it
 * has shown that it does not obey, which is half a minute at most. Editable assumption.
 */
export const trialAfterMs = 900_000

export const fed: Feeding = { kind: 'fed', overSinceMs: null }

/** The next state of one charger's feeding. Pure. */
export const stepFeeding = (state: Feeding, moment: Moment): Feeding => {
  const { nowMs, disobeys, over, hasRoom, neededMs, proofMs } = moment
  switch (state.kind) {
    case 'fed': {
      if (!disobeys || over === null) return fed
      const overSinceMs = state.overSinceMs ?? nowMs
      if (nowMs - overSinceMs < overForMs || neededMs === null) return { kind: 'fed', overSinceMs }
      return { kind: 'quiet', sinceMs: nowMs, over }
    }
    case 'quiet': {
      const lastedMs = nowMs - state.sinceMs
      if (neededMs === null || lastedMs < neededMs) return state
      if (hasRoom) return { kind: 'trial', sinceMs: nowMs, cause: { kind: 'room' } }
      return lastedMs < Math.max(trialAfterMs, neededMs)
        ? state
        : { kind: 'trial', sinceMs: nowMs, cause: { kind: 'long-alone', lastedMs } }
    }
    case 'trial': {
      const lastedMs = nowMs - state.sinceMs
      if (disobeys && over !== null && lastedMs >= proofMs) return { kind: 'quiet', sinceMs: nowMs, over }
      return !disobeys && lastedMs >= proofMs + obeyMs ? fed : state
    }
  }
}
