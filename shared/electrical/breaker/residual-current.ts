/**
 * Protective devices beside the overcurrent ones, as data: what they answer to and when. None of it is seen by polls of RMS currents;
 * the cause ranking and the commissioning checks rest on these figures.
 */

export const rcdTypes = ['AC', 'A', 'F', 'B'] as const
export type RcdType = (typeof rcdTypes)[number]

/** What a type sees and the smooth direct current that it stands without being blinded, A (IEC 61008-1, IEC 62423). */
export const rcdTypeFacts: Readonly<
  Record<
    RcdType,
    { readonly sees: string; readonly standsDcA: number; readonly isFitForEv: 'yes' | 'with RDC-DD' | 'no' }
  >
> = {
  AC: { sees: 'alternating residual current only', standsDcA: 0, isFitForEv: 'no' },
  A: { sees: 'alternating and pulsating', standsDcA: 0.006, isFitForEv: 'with RDC-DD' },
  F: { sees: 'alternating, pulsating and of mixed frequencies', standsDcA: 0.01, isFitForEv: 'with RDC-DD' },
  B: { sees: 'alternating, pulsating and smooth direct', standsDcA: Infinity, isFitForEv: 'yes' },
}

/** Non-operating and operating residual current: it may trip anywhere between (IEC 61008-1, 5.3.4). Multiples of the rated one. */
export const rcdTripShare = { notBelow: 0.5, atMost: 1 } as const
/** A type B device at smooth direct current (IEC 62423). */
export const rcdDcTripShare = { notBelow: 0.5, atMost: 2 } as const
/** Most standing leakage to design for, of the rated residual current (BS 7671, 531.3.2). Editable assumption elsewhere. */
export const standingLeakageShare = 0.3

type BreakTimes = readonly (readonly [multiple: number, notBeforeS: number, atMostS: number])[]
/** Break times at multiples of the rated residual current, s (IEC 61008-1, table 1). */
export const rcdBreakTimes: Readonly<Record<'general' | 'S', BreakTimes>> = {
  general: [
    [1, 0, 0.3],
    [2, 0, 0.15],
    [5, 0, 0.04],
  ],
  S: [
    [1, 0.13, 0.5],
    [2, 0.06, 0.2],
    [5, 0.05, 0.15],
  ],
}

/** Earliest and latest break at a residual current, s; Infinity where it need not or must not trip. `multiple` of the rated current. */
export const rcdTripS = (
  delay: 'general' | 'S',
  multiple: number,
): { readonly earlyS: number; readonly lateS: number } => {
  if (multiple < rcdTripShare.notBelow) return { earlyS: Infinity, lateS: Infinity }
  const row = rcdBreakTimes[delay].findLast(([from]) => multiple >= from)
  const [, notBeforeS, lateS] = row ?? [0, rcdBreakTimes[delay][0]?.[1] ?? 0, Infinity]
  return { earlyS: notBeforeS, lateS }
}

/** Residual direct current detecting device in a charger: smooth direct current, A, and longest time, s (IEC 62955, table 2). */
export const rdcDdTripPoints: readonly (readonly [directA: number, atMostS: number])[] = [
  [0.006, 10],
  [0.06, 0.3],
  [0.2, 0.1],
]

/** Open-PEN device of one product family in the United Kingdom: voltage window, patience, and how it comes back. Editable assumption. */
export const penFaultDevice = { lowV: 207, highV: 253, patienceS: 5, resumesAfterS: 30, retries: 10 } as const

/** CCID20 of UL 2231: 20 mA; how often a charger retries is its maker's (one: 15 min, up to 4 times). */
export const ccid20 = { tripA: 0.02, retryAfterS: 900, retries: 4 } as const
