import type { IncidentKind } from '../../../shared/forensics/evidence.ts'
import type { IncidentStatus, IncidentSummary } from '../../../shared/forensics/incident.ts'
import type { MarkKind } from '../../ui/mark.tsx'

export { kindWords } from '../../../shared/forensics/incident.ts'
export const kindMark: Readonly<Record<IncidentKind, MarkKind>> = {
  trip: 'critical',
  pole: 'critical',
  'charger-stop': 'warning',
  window: 'warning',
  supply: 'critical',
  dark: 'critical',
  sight: 'unknown',
  said: 'info',
}
export const statusWords: Readonly<Record<IncidentStatus, string>> = {
  new: 'New',
  looking: 'Being looked at',
  explained: 'Explained',
  closed: 'Closed',
}
export const stateWords: Readonly<Record<IncidentSummary['state'], string>> = {
  open: 'still being recorded',
  complete: 'complete',
  cut: 'cut off',
}
export const percentText = (share: number): string => `${(100 * share).toFixed(0)} %`
