import type { StepState, AcceptanceRun } from '../../../shared/acceptance/run.ts'
import type { MarkKind } from '../../ui/mark.tsx'

export const stepStateWords: Readonly<Record<StepState, { readonly word: string; readonly kind: MarkKind }>> = {
  open: { word: 'open', kind: 'unknown' },
  running: { word: 'running', kind: 'control' },
  pass: { word: 'pass', kind: 'normal' },
  fail: { word: 'fail', kind: 'critical' },
  'not-done': { word: 'not done', kind: 'warning' },
}
export const runStateWords: Readonly<Record<AcceptanceRun['state'], string>> = {
  prepared: 'prepared',
  running: 'running',
  paused: 'paused',
  finished: 'finished',
  abandoned: 'given up',
}
export const stepKey = (id: string): string => `step-${id.replaceAll(/[^a-z0-9-]/gi, '-')}`
