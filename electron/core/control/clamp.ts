import { floorTo } from '../../../shared/allocation/bounds.ts'
import type { Bound } from '../../../shared/model/bound.ts'
import type { ChargerDecision } from '../../../shared/model/decision.ts'

const said = (amperes: number): string => `${Math.round(amperes * 100) / 100} A`

/**
 * What kept a charger below a person's limit: nothing, the step it can tell apart, or the tightest of what else held it. A bound that
 * would have left it more than the step did is not the one.
 */
export const clampOf = (
  { targetA, boundBy }: Pick<ChargerDecision, 'targetA' | 'boundBy'>,
  limitA: number,
  resolutionA: number,
): Bound | null => {
  if (targetA >= limitA) return null
  const steppedA = floorTo(limitA, resolutionA)
  if (Math.abs(targetA - steppedA) < 1e-6) {
    const detail = `${said(limitA)} asked for, it takes steps of ${said(resolutionA)}: ${said(steppedA)}`
    return { kind: 'step', circuitId: null, phase: null, limitA: steppedA, detail }
  }
  return boundBy.find(({ kind }) => kind !== 'override') ?? null
}
