/** A device that refused its other function, or answered otherwise by it, is asked again after this, ms: it may have been exchanged (assumption). */
const tryAgainMs = 600_000
/** So many words that are not 0 must be equal; the rest may move between the two reads (assumption). */
const fewestEqual = 2

/**
 * Whether two reads of the same registers, one after the other, came from the same values: half of the words are equal, since high words,
 * counters and most measured values stand still for the moment between, and some of those are not 0, which anything may answer.
 */
export const isSameRegisters = (left: readonly number[], right: readonly number[]): boolean => {
  const equal = left.filter((word, index) => word === right[index])
  return equal.length * 2 >= left.length && equal.filter((word) => word !== 0).length >= fewestEqual
}

/** Which units were seen to answer the same by function 3 and 4. The maker's word (ReadRoom.twin) is only why it is tried. */
export const createTwinFunctions = (monotonicMs: () => number) => {
  const proven = new Set<number>()
  const triedAtMs = new Map<number, number>()
  return {
    isProven: (unit: number): boolean => proven.has(unit),
    /** Time to try it. */
    isDue: (unit: number): boolean =>
      !proven.has(unit) && monotonicMs() - (triedAtMs.get(unit) ?? -Infinity) >= tryAgainMs,
    /** What the other function answered, beside what the own one did right before; null: a refusal, or nothing. */
    tried(unit: number, own: readonly number[], other: readonly number[] | null): void {
      triedAtMs.set(unit, monotonicMs())
      if (other !== null && isSameRegisters(own, other)) proven.add(unit)
    },
    /** It refused what it had answered: it is another device, or another firmware. */
    refused(unit: number): void {
      if (proven.delete(unit)) triedAtMs.set(unit, monotonicMs())
    },
  }
}
