import type { Phase } from '../../../shared/model/phase.ts'
import { currentKey } from '../derive/phase-keys.ts'
import { tolerance, type BelowInput } from './drawn-below.ts'
import { rangeOf, trackOf, type Memory } from './memory.ts'

/** A phase that shows less carries nothing at all: an input without a transformer, or one that is dead, A. */
const nothingA = 0.5

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The least that any `count` phases of these can carry together. */
const least = (values: readonly number[], count: number): number =>
  sum([...values].sort((a, b) => a - b).slice(0, count))

/**
 * Whether the meter may be right on a phase that shows less than the chargers declared there, and only their phases are declared wrongly:
 * however each of them is turned, some phase would carry it. That is a question of the map (control/phase-map.ts), which counts a
 * charger on both, and no reason to lose sight. A phase that shows nothing at all is more likely one without a sensor: its
 * emptiness is believed only where what the chargers draw is all there is, so that the map alone explains every ampere.
 */
export const isMapQuestion = (
  measured: readonly Phase[],
  phase: Phase,
  memory: Memory,
  { fed }: BelowInput,
): boolean => {
  const carried = measured.map((each) => rangeOf(trackOf(memory, currentKey[each])))
  if (measured.length < 2 || !carried.every((range) => range !== null)) return false
  const meters = carried.map(({ low, high }) => Math.max(Math.abs(low), Math.abs(high)))
  const triples = fed.map(({ amperes }) => measured.map((each) => amperes[each] ?? 0))
  const couldCarry = measured.every((_, index) => {
    const drawnA = sum(triples.map((triple) => least(triple, index + 1)))
    return least(meters, index + 1) >= drawnA - tolerance(drawnA, 0)
  })
  const highestA = Math.max(0, ...triples.flat())
  if (!couldCarry || Math.max(...meters) < highestA - tolerance(highestA, 0)) return false
  const drawnA = sum(triples.map(sum))
  return (meters[measured.indexOf(phase)] ?? 0) >= nothingA || sum(meters) <= drawnA + tolerance(drawnA, 0)
}
