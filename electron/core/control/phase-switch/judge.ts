import { allocate } from '../../../../shared/allocation/allocate.ts'
import type { AllocationCharger, AllocationProblem } from '../../../../shared/allocation/problem.ts'
import type { PhaseCount } from '../../../../shared/model/phase-switch.ts'
import type { Phase } from '../../../../shared/model/phase.ts'
import { own } from '../../../../shared/own.ts'
import type { ControlledCharger } from '../controlled-charger.ts'
import type { Wish } from './switch-step.ts'

/** The site phases a charger loads on so many: on one that of its terminal T1, by its rotation. */
export const phasesOn = ({ phases }: Pick<ControlledCharger, 'phases'>, count: PhaseCount): readonly Phase[] =>
  count === 1 ? phases.slice(0, 1) : phases

/** Back to three phases only with this much above the minimum, A: what fits to the ampere does not last. Editable assumption. */
export const spareA = 1
/** And only where it gives more power by this factor: a contactor is not moved for nothing. Editable assumption. */
const worthFactor = 1.1

/** The same charger on another number of phases: nothing is known of what its vehicle would draw there. */
const asOn = (item: AllocationCharger, charger: ControlledCharger, count: PhaseCount): AllocationCharger => {
  const { drawnA: _drawn, planned, ...rest } = item
  const ratio = item.phases.length / phasesOn(charger, count).length
  const scaled =
    planned == null || planned.kind !== 'surplus' ? planned : { ...planned, limitA: planned.limitA * ratio }
  return {
    ...rest,
    phases: phasesOn(charger, count),
    demandCapA: null,
    ...(scaled === undefined ? {} : { planned: scaled }),
  }
}

/** What it would be given on so many phases, beside everybody and below every limit there is, A. */
export const shareOn = (problem: AllocationProblem, charger: ControlledCharger, count: PhaseCount): number => {
  const chargers = problem.chargers.map((item) => (item.id === charger.id ? asOn(item, charger, count) : item))
  return own(allocate({ ...problem, chargers }).chargers, charger.id)?.targetA ?? 0
}

export interface Case {
  readonly charger: ControlledCharger
  readonly on: PhaseCount
  /** Its share as it is counted now, A, and on how many phases that is. */
  readonly shareA: number
  readonly countedOn: PhaseCount
  /** Its vehicle was seen to draw on one phase alone while it had three. */
  readonly isOnePhaseCar: boolean
  /** It is on its way already: what fits is enough. */
  readonly isOnItsWay: boolean
  /** What it would be given on another number of phases, A. */
  readonly otherwise: (count: PhaseCount) => number
}

/**
 * Whether another number of phases is better. To one: three phases have too little for its minimum, one has enough. Back to three:
 * they have enough, and give more power than one does. Each by the very allocation that decides, so that a power, a surplus, dimming,
 * a thermal limit and the rule on imbalance all count as they will.
 */
export const judge = (item: Case): Wish | null => {
  const { charger, on, shareA, countedOn, isOnePhaseCar, isOnItsWay, otherwise } = item
  const { minimumA } = charger
  if (on === 3) {
    if (shareA >= minimumA) return null
    return otherwise(1) >= minimumA ? { to: 1, cause: 'no-room-for-three' } : null
  }
  if (isOnePhaseCar) return null
  const threeA = countedOn === 3 ? shareA : otherwise(3)
  if (isOnItsWay) return threeA >= minimumA ? { to: 3, cause: 'room-for-three' } : null
  return threeA >= minimumA + spareA && 3 * threeA > worthFactor * shareA ? { to: 3, cause: 'room-for-three' } : null
}
