import { limitAtLast, type ScheduleStep } from '../../../../shared/ocpp/composite-schedule.ts'

/** What it falls to if nobody writes again, and when, as its own schedule says; without a schedule nobody knows. */
export const fallbackOf = (
  steps: readonly ScheduleStep[] | null,
  maximumA: number,
  expiresAfterS: number,
): { readonly fallbackA: number | null; readonly timeoutS: number | null } => {
  if (steps === null) return { fallbackA: null, timeoutS: null }
  const last = steps.at(-1)
  return {
    fallbackA: limitAtLast(steps) ?? maximumA,
    // One step alone is in force already and stays.
    timeoutS: last === undefined || steps.length === 1 ? expiresAfterS : Math.ceil(last.fromS),
  }
}
