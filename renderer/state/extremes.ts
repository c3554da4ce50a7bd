import type { Image } from '../../shared/model/image.ts'
import { own } from '../../shared/own.ts'

export interface Extreme {
  readonly min: number
  readonly minAtMs: number
  readonly max: number
  readonly maxAtMs: number
}
/** Lowest and highest value of every quantity of every meter since a stated time, by meter id and quantity key. */
export interface Extremes {
  readonly sinceMs: number
  readonly byMeter: Readonly<Record<string, Readonly<Record<string, Extreme>>>>
}

export const noExtremes = (sinceMs: number): Extremes => ({ sinceMs, byMeter: {} })

export const widen = (known: Extreme | undefined, value: number, atMs: number): Extreme => {
  if (known === undefined) return { min: value, minAtMs: atMs, max: value, maxAtMs: atMs }
  if (value >= known.min && value <= known.max) return known
  return value < known.min ? { ...known, min: value, minAtMs: atMs } : { ...known, max: value, maxAtMs: atMs }
}

/** Folds one picture of the site in; what did not change keeps its identity. A missing value changes nothing. */
export const foldImage = (extremes: Extremes, image: Image): Extremes => {
  let byMeter = extremes.byMeter
  for (const [meterId, reading] of Object.entries(image.meters)) {
    const before = own(byMeter, meterId)
    let after = before ?? {}
    for (const [key, sample] of Object.entries(reading.samples)) {
      if (sample.value === null || sample.atMs === null || sample.atMs < extremes.sinceMs) continue
      const next = widen(own(after, key), sample.value, sample.atMs)
      if (next !== own(after, key)) after = { ...after, [key]: next }
    }
    if (after !== before) byMeter = { ...byMeter, [meterId]: after }
  }
  return byMeter === extremes.byMeter ? extremes : { ...extremes, byMeter }
}

/** Folds polled samples of one meter in: between two pictures of the site the fast quantities are read several times. */
export const foldColumns = (
  extremes: Extremes,
  meterId: string,
  atMs: readonly number[],
  columns: Readonly<Record<string, readonly (number | null)[]>>,
): Extremes => {
  const before = own(extremes.byMeter, meterId) ?? {}
  let after = before
  for (const [key, values] of Object.entries(columns)) {
    values.forEach((value, index) => {
      const at = atMs[index]
      if (value === null || at === undefined || at < extremes.sinceMs) return
      const next = widen(own(after, key), value, at)
      if (next !== own(after, key)) after = { ...after, [key]: next }
    })
  }
  return after === before ? extremes : { ...extremes, byMeter: { ...extremes.byMeter, [meterId]: after } }
}
