import type { SocketTest } from '../../../shared/api/commissioning-contract.ts'
import { formatNumber } from '../../format/number.ts'
import type { MarkKind } from '../../ui/mark.tsx'

export const testStateWords: Readonly<Record<SocketTest['state'], { readonly word: string; readonly kind: MarkKind }>> =
  {
    running: { word: 'running', kind: 'control' },
    done: { word: 'done', kind: 'normal' },
    'not-done': { word: 'not done', kind: 'warning' },
  }
export const findingStateWords = {
  good: { word: 'good', kind: 'normal' },
  check: { word: 'check', kind: 'warning' },
  wrong: { word: 'wrong', kind: 'critical' },
} as const satisfies Record<SocketTest['findings'][number]['state'], { word: string; kind: MarkKind }>

export type Answer = SocketTest['matrix'][number]['phases']['L1']

/** "+10.0 A, 99 %, 8°": sign by the power, gain against the charger's own step, angle where it is known. */
export const answerText = ({ stepA, stepW, gain, angleDeg, responds }: Answer): string => {
  if (stepA === null) return '–'
  const sign = stepW !== null && stepW < 0 ? '−' : '+'
  const parts = [
    `${responds ? sign : ''}${formatNumber(Math.abs(stepA), 1)} A`,
    ...(gain === null ? [] : [`${formatNumber(100 * gain, 0)} %`]),
    ...(angleDeg === null ? [] : [`${formatNumber(angleDeg, 0)}°`]),
  ]
  return parts.join(', ')
}

export const milliohm = (ohm: number | null): string | null =>
  ohm === null ? null : `${formatNumber(1000 * ohm, 0)} mΩ`
