/**
 * On which side of the measuring point the cause of a dip lies, judged by the currents of the dipped phases at its beginning. A fault draws
 * current through every meter above it; below none. Slopes of voltage over current say the same with more samples; two values of each are what
 * a capture's first cycles give.
 */
export interface SideInput {
  /** RMS of the lowest phase in the second before and at the dip's lowest point. */
  readonly voltageBeforeV: number
  readonly voltageDuringV: number
  /** Of the same phase: before, and the highest one-cycle value in the first cycles of the dip. */
  readonly currentBeforeA: number
  readonly currentDuringA: number
}
export interface Side {
  readonly side: 'upstream' | 'downstream' | 'unknown'
  /** For a person. */
  readonly why: string
}

/** Current that rises by more than this share, and by more than this many amperes, is a fault or a start behind the meter (assumptions). */
const riseShare = 1.5
const riseA = 5
/** A load of constant power draws 1/u more by itself: a rise up to this much more than that says nothing. */
const constantPowerShare = 1.25

const amperes = (value: number): string => `${value.toFixed(1)} A`

export const sideOf = ({ voltageBeforeV, voltageDuringV, currentBeforeA, currentDuringA }: SideInput): Side => {
  const explained = (currentBeforeA * voltageBeforeV) / Math.max(voltageDuringV, 0.05 * voltageBeforeV)
  const words = `the current went from ${amperes(currentBeforeA)} to ${amperes(currentDuringA)} as the voltage fell`
  const rose = currentDuringA > currentBeforeA * riseShare && currentDuringA - currentBeforeA > riseA
  if (rose && currentDuringA > explained * constantPowerShare)
    return { side: 'downstream', why: `${words}, more than a load of constant power would take` }
  if (rose) return { side: 'unknown', why: `${words}, as much as a load of constant power takes by itself` }
  if (currentBeforeA < 1 && currentDuringA < 1)
    return { side: 'upstream', why: 'no current flowed here, before or during it' }
  return { side: 'upstream', why: `${words}: no rise that would explain it` }
}
