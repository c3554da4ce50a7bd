import type { ProbeReading } from '../../../shared/profile/probe.ts'
import { settle, trusted, type Stand } from './stand.ts'

/** The quantity that recognises a meter's model, followed over time. */
export interface ProbeState {
  readonly stand: Stand
  /** It was in range once: then a single odd reading is no wrong setting. */
  readonly confirmed: boolean
  /** The last reading that can't be, while doubted. */
  readonly reading: ProbeReading | null
}
export const untriedProbe: ProbeState = { stand: trusted, confirmed: false, reading: null }

export const stepProbe = (state: ProbeState, reading: ProbeReading, nowMs: number): ProbeState => {
  if (reading.fits === null) return state
  // A meter that never read right is not believed from its first answer on.
  const stand = settle(state.stand, reading.fits ? 'good' : 'bad', nowMs, {
    bad: state.confirmed ? 3 : 1,
    badMs: 0,
    good: 3,
  })
  return {
    stand,
    confirmed: state.confirmed || (reading.fits && !stand.doubted),
    reading: reading.fits ? (stand.doubted ? state.reading : null) : reading,
  }
}
