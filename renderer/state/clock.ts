import { create } from 'zustand'
import type { Capability } from '../../shared/model/capability.ts'
import { stepTape, type Tape, type TapeAct } from '../../shared/tape/tape.ts'
import { liveSource, siteTimeAt, type TimeSource } from './time-source.ts'

/** Ages on the screen are shown to a tenth of a second and refreshed twice a second: readable, and it costs nothing. */
const tickMs = 500

/** Who plays a tape: it is told what a person did, and answers with `noteTape`. */
export type Deck = (act: TapeAct) => void

interface ClockState {
  /** This computer's time at the last tick, ms. For how long something takes here: connections, exports, arrivals. */
  readonly localMs: number
  readonly source: TimeSource
  readonly deck: Deck
}

const noDeck: Deck = () => undefined

/** The one time of the screen: this computer's, and where the site's time comes from. */
export const useClock = create<ClockState>(() => ({ localMs: Date.now(), source: liveSource(0), deck: noDeck }))

export const localNow = (): number => Date.now()

/** The site's time now: the program's clock as well as this page knows it, or the position of the tape. */
export const siteNow = (): number => siteTimeAt(useClock.getState().source, Date.now())

/** The site's time at the last tick; a component that calls it is drawn again twice a second. */
export const useNow = (): number => useClock(({ source, localMs }) => siteTimeAt(source, localMs))

/** Whether the source of what is shown allows something; what it does not allow has no button. */
export const useCan = (capability: Capability): boolean => useClock(({ source }) => source.can.includes(capability))

/** From now on the screen's time is that of a source. */
export const setSource = (source: TimeSource, deck: Deck = noDeck): void =>
  useClock.setState({ localMs: Date.now(), source, deck })

/** A person's act on the tape: shown at once and handed to whoever plays it. */
export const actOnTape = (act: TapeAct): void => {
  const { source, deck } = useClock.getState()
  if (source.kind !== 'tape') return
  const localMs = Date.now()
  useClock.setState({ localMs, source: { ...source, tape: stepTape(source.tape, act, localMs) } })
  deck(act)
}

/** Where the tape stands, as whoever plays it says. */
export const noteTape = (tape: Tape): void =>
  useClock.setState(({ source }) => (source.kind === 'tape' ? { source: { ...source, tape } } : {}))

/** A picture of the site arrived: what it tells of the program's clock. A tape has a clock of its own. */
export const noteArrival = (localMs: number, offsetMs: number): void =>
  useClock.setState(({ source }) =>
    source.kind === 'live' ? { localMs, source: { ...source, offsetMs } } : { localMs },
  )

/** Starts the tick; it rests while the page is hidden. */
export const startClock = (): (() => void) => {
  const tick = () => {
    if (!document.hidden) useClock.setState({ localMs: Date.now() })
  }
  const timer = setInterval(tick, tickMs)
  document.addEventListener('visibilitychange', tick)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', tick)
  }
}

/**
 * A frame stamped `atMs` by the program arrived at `localMs`. The true offset is at least the difference (a frame takes time to
 * come), so the largest of the recent ones is the best; `windowed` forgets, so a clock that is set is followed.
 */
export const createOffsetEstimate = (windowed = 30): ((atMs: number, localMs: number) => number) => {
  let recent: number[] = []
  return (atMs, localMs) => {
    recent = [...recent, atMs - localMs].slice(-windowed)
    const best = Math.max(...recent)
    // Same machine: the clocks are one, and what is left is the frame's age, which must not be hidden.
    return Math.abs(best) < 2000 ? 0 : best
  }
}
