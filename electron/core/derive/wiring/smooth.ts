import { own } from '../../../../shared/own.ts'
import type { Sample } from '../../../../shared/model/sample.ts'

/** One quantity of a meter, smoothed over the seconds in which its registers are read one after the other. */
export interface Smooth {
  readonly mean: number
  readonly value: number
  /** Of the newest reading, and of the step before which its value was another, site ms. */
  readonly atMs: number
  readonly changedMs: number
  /** Of the reading with which the mean began, site ms. */
  readonly sinceMs: number
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
const leastJump = (key: string): number | undefined => (key.startsWith('pf') ? undefined : own(jumpBy, key.charAt(0)))

/** When this quantity was read with a jump, site ms; null: it made none. A voltage makes none. */
export const jumpedAt = (key: string, before: Smooth | undefined, sample: Sample | undefined): number | null => {
  const least = leastJump(key)
  if (least === undefined || before === undefined || sample?.value == null || sample.atMs === null) return null
  const isJump = Math.abs(sample.value - before.mean) > least + jumpShare * Math.abs(before.mean)
  return isJump ? sample.atMs : null
}

const weight = (elapsedMs: number): number => 1 - Math.exp(-Math.max(0, elapsedMs) / smoothMs)

/**
 * `elapsedMs`: since the last step; `periodMs`: how seldom this meter is read at most; `jumpMs`: when any quantity of this meter last jumped.
 * What jumps begins the means of all currents and powers anew, each with its next reading: else a total would be compared with phases
 * that still remember another load. null: not known any more.
 */
export const smoothStep = (
  key: string,
  before: Smooth | undefined,
  sample: Sample | undefined,
  nowMs: number,
  elapsedMs: number,
  periodMs: number,
  other: number | null,
  jumpMs: number | null,
): Smooth | null => {
  if (sample?.value == null || sample.atMs === null)
    return before !== undefined && nowMs - before.atMs <= forgottenMs + 2 * periodMs ? before : null
  const { value, atMs } = sample
  if (before === undefined) return { mean: value, value, atMs, sinceMs: atMs, changedMs: atMs, otherAtChange: other }
  const isAnew = jumpMs !== null && leastJump(key) !== undefined && before.sinceMs < jumpMs && atMs >= jumpMs
  const mean = isAnew ? value : before.mean + (value - before.mean) * weight(elapsedMs)
  const sinceMs = isAnew ? atMs : before.sinceMs
  return value === before.value
    ? { ...before, mean, atMs, sinceMs }
    : { mean, value, atMs, sinceMs, changedMs: atMs, otherAtChange: other }
}
