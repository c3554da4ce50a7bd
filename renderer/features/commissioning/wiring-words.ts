import type { WiringCheck, WiringState } from '../../../shared/wiring/check-result.ts'
import type { MarkKind } from '../../ui/mark.tsx'

interface StateWords {
  readonly word: string
  readonly kind: MarkKind
  /** Worst first. */
  readonly rank: number
}
export const stateWords: Readonly<Record<WiringState, StateWords>> = {
  wrong: { word: 'wrong', kind: 'critical', rank: 0 },
  check: { word: 'check', kind: 'warning', rank: 1 },
  'not-assessed': { word: 'not assessed', kind: 'unknown', rank: 2 },
  good: { word: 'good', kind: 'normal', rank: 3 },
}

export const countOf = (checks: readonly WiringCheck[], state: WiringState): number =>
  checks.filter((check) => check.state === state).length

/** The worst of a meter's checks in a word: what is not assessed makes nothing good worse, but nothing assessed is not good. */
export const worstOf = (checks: readonly WiringCheck[]): WiringState => {
  if (countOf(checks, 'wrong') > 0) return 'wrong'
  if (countOf(checks, 'check') > 0) return 'check'
  return countOf(checks, 'good') > 0 ? 'good' : 'not-assessed'
}

/** "2 wrong, 12 good, 3 not assessed" */
export const summaryOf = (checks: readonly WiringCheck[]): string =>
  (['wrong', 'check', 'good', 'not-assessed'] as const)
    .flatMap((state) => {
      const count = countOf(checks, state)
      return count === 0 ? [] : [`${count} ${stateWords[state].word}`]
    })
    .join(', ')
