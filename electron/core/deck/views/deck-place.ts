import type { Stop } from '../../ports.ts'

/** Where a recording stands, for views that follow it. */
export interface DeckPlace {
  /** UTC. */
  readonly nowMs: () => number
  readonly toMs: number
  /** Called when it stands elsewhere. */
  readonly listen: (listener: () => void) => Stop
}

/** What was answered at the very end stands for the last seconds: a picture comes once a second, a window of power quality every three. */
const endMs = 3500

export const isAtEnd = ({ nowMs, toMs }: DeckPlace): boolean => nowMs() >= toMs - endMs

/** Tells a value at once and whenever it is another; `keyOf` tells two apart. */
export const following =
  <T>(place: DeckPlace, valueOf: () => T, keyOf: (value: T) => string) =>
  (push: (value: T) => void): Stop => {
    let told: string | null = null
    const tell = (): void => {
      const value = valueOf()
      const key = keyOf(value)
      if (key === told) return
      told = key
      push(value)
    }
    tell()
    return place.listen(tell)
  }
