import type { CircuitPhaseReading } from '../../shared/model/image.ts'
import type { MarkKind } from './mark.tsx'

/** From this share of its limit on a phase is called near it (editable assumption; the controller keeps to 95 % by default). */
export const nearLimit = 0.9

export interface LoadState {
  readonly kind: MarkKind
  readonly word: string
}

/** How a measured current stands against its limit; null where there is no current. */
export const loadRatio = (reading: CircuitPhaseReading): number | null =>
  reading.currentA.value === null || reading.limitA <= 0 ? null : Math.abs(reading.currentA.value) / reading.limitA

export const loadState = (reading: CircuitPhaseReading): LoadState => {
  const ratio = loadRatio(reading)
  if (ratio === null) return { kind: 'unknown', word: 'not known' }
  if (ratio > 1) return { kind: 'critical', word: 'over limit' }
  if (ratio >= nearLimit) return { kind: 'warning', word: 'near limit' }
  return { kind: 'normal', word: 'below limit' }
}
