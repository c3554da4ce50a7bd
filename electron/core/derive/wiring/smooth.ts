import { own } from '../../../../shared/own.ts'
import type { Sample } from '../../../../shared/model/sample.ts'

/** One quantity of a meter, smoothed over the seconds in which its registers are read one after the other. */
export interface Smooth {
  readonly mean: number
  readonly value: number
  /** Of the newest reading, and of the step before which its value was another, site ms. */
  readonly atMs: number
  readonly changedMs: number
  /** The mean of what must move with it, when it last changed. */
  readonly otherAtChange: number | null
}

/** Editable assumptions: long enough for all blocks of a meter, short enough to follow a car. */
const smoothMs = 8000
/** A value this old is no value of now. */
const forgottenMs = 20_000

/** A jump this far beyond the mean is another load, not noise: the mean begins anew there. By unit; a voltage never does. */
const jumpShare = 0.15
const jumpBy: Readonly<Record<string, number>> = { i: 1.5, p: 350, q: 350, s: 350 }
const isJump = (key: string, value: number, mean: number): boolean => {
  const least = own(jumpBy, key.charAt(0))
  return least !== undefined && !key.startsWith('pf') && Math.abs(value - mean) > least + jumpShare * Math.abs(mean)
}

const weight = (elapsedMs: number): number => 1 - Math.exp(-Math.max(0, elapsedMs) / smoothMs)

/** `elapsedMs`: since the last step; `periodMs`: how seldom this meter is read at most. null: not known any more. */
export const smoothStep = (
  key: string,
  before: Smooth | undefined,
  sample: Sample | undefined,
  nowMs: number,
  elapsedMs: number,
  periodMs: number,
  other: number | null,
): Smooth | null => {
  if (sample?.value == null || sample.atMs === null)
    return before !== undefined && nowMs - before.atMs <= forgottenMs + 2 * periodMs ? before : null
  const { value, atMs } = sample
  if (before === undefined) return { mean: value, value, atMs, changedMs: atMs, otherAtChange: other }
  const mean = isJump(key, value, before.mean) ? value : before.mean + (value - before.mean) * weight(elapsedMs)
  return value === before.value
    ? { ...before, mean, atMs }
    : { mean, value, atMs, changedMs: atMs, otherAtChange: other }
}
