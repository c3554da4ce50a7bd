/** The control pilot of IEC 61851-1, table A.7 (electrical.md 5.1): the duty cycle of its square wave tells a car what it may draw. */

export type PilotMeaning =
  | { readonly kind: 'current'; readonly currentA: number }
  /** About 5 %: the limit is agreed by a digital talk (ISO 15118), and the pilot says nothing about it. */
  | { readonly kind: 'digital' }
  /** No duty cycle of the table: a car must not charge on it. */
  | { readonly kind: 'error' }
  /** Steady, or nearly: no current may be drawn. */
  | { readonly kind: 'not-allowed' }

/** What a duty cycle, percent, allows. */
export const meaningOfDuty = (percent: number): PilotMeaning => {
  if (!Number.isFinite(percent) || percent < 3) return { kind: 'error' }
  if (percent <= 7) return { kind: 'digital' }
  if (percent < 8) return { kind: 'error' }
  if (percent < 10) return { kind: 'current', currentA: 6 }
  if (percent <= 85) return { kind: 'current', currentA: 0.6 * percent }
  if (percent <= 96) return { kind: 'current', currentA: 2.5 * (percent - 64) }
  return percent <= 97 ? { kind: 'current', currentA: 80 } : { kind: 'not-allowed' }
}

/** Least current a pilot can allow, amperes: less is a pause. */
export const leastPilotA = 6
const mostPilotA = 80
/** Where the first part of the table ends and the second begins, amperes; what lies between has no duty cycle and is sent as the lower one. */
const [firstEndsA, secondBeginsA] = [51, 52.5] as const

/** The duty cycle, percent, that allows this current per phase, amperes; null: the table has none, a charger pauses. */
export const dutyOfCurrent = (currentA: number): number | null => {
  if (!Number.isFinite(currentA) || currentA < leastPilotA) return null
  if (currentA < secondBeginsA) return Math.min(currentA, firstEndsA) / 0.6
  return Math.min(currentA, mostPilotA) / 2.5 + 64
}
