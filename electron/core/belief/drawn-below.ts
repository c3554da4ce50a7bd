/** What the chargers below a circuit draw by their own meters, and how far that may be from what the circuit's meter says. */
import type { ChargerReading } from '../../../shared/model/image.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import { own } from '../../../shared/own.ts'

/** Both meters' tolerance together: a charger's own meter is good to 5 % and 1 A (assumption; MID allows far less). */
const toleranceShare = 0.05
const toleranceA = 1

export interface BelowInput {
  readonly chargers: Readonly<Record<string, ChargerReading | undefined>>
  /** Chargers fed through the circuit, however deep. */
  readonly ids: readonly string[]
  /** Something below is declared to feed in: then the circuit may carry less than its chargers draw. */
  readonly feedsIn: boolean
  readonly nowMs: number
}

/** The currents of chargers that say they charge, or whose status is not known, on one phase. */
export const drawnBelow = (
  chargers: Readonly<Record<string, ChargerReading | undefined>>,
  ids: readonly string[],
  phase: Phase,
) => {
  const counted = ids.flatMap((id) => {
    const reading = own(chargers, id)
    const value = reading?.siteCurrentA[phase].value
    const status = reading?.status.value ?? null
    return value == null || (status !== null && status !== 'charging') ? [] : [{ id, value: Math.abs(value) }]
  })
  return { drawnA: counted.reduce((sum, { value }) => sum + value, 0), who: counted.map(({ id }) => id).join() }
}

/** `stepA`: the smallest step of the meter's register. */
export const tolerance = (drawnA: number, stepA: number): number => toleranceA + toleranceShare * drawnA + stepA
