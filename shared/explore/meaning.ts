/** What a number may mean on a low-voltage site, and in which step an integer holds it. A guess, said as one. */
import type { QuantityKind } from '../quantities.ts'

export interface Meaning {
  readonly kind: QuantityKind
  readonly scale: number
  readonly words: string
}

const bands: readonly { low: number; high: number; kind: QuantityKind; words: string; floatOnly?: boolean }[] = [
  { low: 205, high: 255, kind: 'voltage', words: 'a voltage' },
  { low: 360, high: 440, kind: 'voltage', words: 'a voltage between phases' },
  { low: 49.5, high: 50.5, kind: 'frequency', words: 'the frequency' },
  { low: 59.5, high: 60.5, kind: 'frequency', words: 'the frequency' },
  { low: 108, high: 130, kind: 'voltage', words: 'a voltage', floatOnly: true },
  { low: 0.5, high: 1, kind: 'power-factor', words: 'a power factor', floatOnly: true },
]

/** null where the number says nothing of itself: a current, a power and a counter can be anything. */
export const meaningOf = (raw: number | null, isFloat: boolean): Meaning | null => {
  if (raw === null) return null
  for (const scale of isFloat ? [1] : [1, 0.1, 0.01, 0.001]) {
    const value = raw * scale
    // Small whole numbers are settings and states more often than a frequency of 50.
    if (!isFloat && scale === 1 && raw < 100) continue
    const band = bands.find(
      ({ low, high, floatOnly }) => value >= low && value <= high && (isFloat || floatOnly !== true),
    )
    if (band !== undefined) return { kind: band.kind, scale, words: band.words }
  }
  return null
}

/** Scales offered beside an integer. */
export const commonScales = [1, 0.1, 0.01, 0.001, 1000] as const
