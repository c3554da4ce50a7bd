import type { PhaseCount } from '../../../../shared/model/phase-switch.ts'

/**
 * On how many phases the schedules of a charger that can be switched say it charges. Not known until it showed it: what is sent before would
 * move its contactors under load.
 */
export const createPhaseChoice = () => {
  let ordered: PhaseCount | null = null
  return {
    now: (): PhaseCount | null => ordered,
    /** What its schedule in force says; the standard takes a number that is left out for three. */
    shown: (phases: number | null): void => {
      ordered ??= phases === 1 ? 1 : 3
    },
    order: (phases: PhaseCount | null): void => {
      ordered = phases
    },
    /** Where it says it is; null: it was told one phase and does not say so. Currents on other terminals than the first are three phases. */
    said: (shownPhases: number | null, drawnBesideT1A: number): PhaseCount | null => {
      if (drawnBesideT1A >= 1) return 3
      if (shownPhases === null) return ordered === 3 ? 3 : null
      return shownPhases === 1 ? 1 : 3
    },
  }
}
export type PhaseChoice = ReturnType<typeof createPhaseChoice>
