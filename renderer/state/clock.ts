import { create } from 'zustand'

/** Ages on the screen are shown to a tenth of a second and refreshed twice a second: readable, and it costs nothing. */
const tickMs = 500

interface ClockState {
  /** This computer's time at the last tick, ms. */
  readonly localMs: number
  /** Program's clock minus this computer's, ms: a browser may run on another machine. */
  readonly offsetMs: number
}

export const useClock = create<ClockState>(() => ({ localMs: Date.now(), offsetMs: 0 }))

export const localNow = (): number => Date.now()
/** The program's time now, as well as this page knows it. */
export const programNow = (): number => Date.now() + useClock.getState().offsetMs

/** The program's time at the last tick; a component that calls it is drawn again twice a second. */
export const useNow = (): number => useClock((state) => state.localMs + state.offsetMs)

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
