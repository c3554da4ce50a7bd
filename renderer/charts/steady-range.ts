import { own } from '../../shared/own.ts'

/** Smallest height of a scale by unit, so that noise is not drawn as drama (editable assumption). */
const leastSpan: Readonly<Record<string, number>> = {
  V: 10,
  A: 5,
  W: 500,
  var: 500,
  VA: 500,
  Hz: 0.2,
  '': 0.1,
  '%': 5,
  kWh: 0.1,
}

const niceStep = (rough: number): number => {
  const power = 10 ** Math.floor(Math.log10(rough))
  const share = rough / power
  return (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10) * power
}

/** Round values across a scale, both ends included. */
export const ticksOf = ([low, high]: readonly [number, number]): readonly number[] => {
  const step = niceStep((high - low) / 5)
  return Array.from({ length: Math.round((high - low) / step) + 1 }, (_, index) =>
    Number((low + index * step).toFixed(6)),
  ).filter((tick) => tick <= high + step / 1000)
}

/** A scale around [min, max] that ends on round numbers, so that it stays put while the data moves a little. */
export const steadyRange = (min: number | null, max: number | null, unit: string): [number, number] => {
  const least = own(leastSpan, unit) ?? 1
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, least]
  const span = Math.max(max - min, least)
  const middle = (min + max) / 2
  const step = niceStep(span / 4)
  return [Math.floor((middle - span * 0.55) / step) * step, Math.ceil((middle + span * 0.55) / step) * step]
}
