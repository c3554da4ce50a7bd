import { childrenCheck, openTransformerCheck, ratioCheck } from './checks/below-checks.ts'
import { apparentCheck, powerFactorCheck, powerSumCheck, reactiveSumCheck } from './checks/power-checks.ts'
import { signatureCheck } from './checks/signature-check.ts'
import { clockCheck, energyCheck, stuckCheck } from './checks/time-checks.ts'
import { burdenCheck, transformerSizeCheck } from './checks/transformer-checks.ts'
import { frequencyCheck, neutralCheck, rotationCheck, voltagesCheck } from './checks/voltage-checks.ts'
import { notAssessed, type WiringCheck } from './check-result.ts'
import type { MeterView } from './meter-view.ts'

/** `stepHz`: smallest step of the meter's frequency register. */
type Check = (view: MeterView, stepHz: number) => WiringCheck

/** To add a check: its function, its id in check-result.ts, a line here and its numbers in the tests. */
const checks: readonly Check[] = [
  signatureCheck,
  openTransformerCheck,
  ratioCheck,
  neutralCheck,
  rotationCheck,
  voltagesCheck,
  frequencyCheck,
  powerSumCheck,
  reactiveSumCheck,
  apparentCheck,
  powerFactorCheck,
  energyCheck,
  childrenCheck,
  stuckCheck,
  clockCheck,
  transformerSizeCheck,
  burdenCheck,
]
/** These rest on what is declared, not on what the meter says now. */
const declaredOnly: readonly Check[] = [clockCheck, burdenCheck]

/** Everything a meter's values say of how it is connected, set and sized. */
export const assessMeter = (view: MeterView, stepHz: number): readonly WiringCheck[] => {
  const results = checks.map((each) => {
    const result = each(view, stepHz)
    return view.blockedBy === null || declaredOnly.includes(each)
      ? result
      : notAssessed(result.id, result.title, view.blockedBy)
  })
  const signature = results.find(({ id }) => id === 'signature')
  return signature?.state === 'wrong' || signature?.state === 'check' ? results.map(withoutGain) : results
}

/** A swapped pair answers a step with half of it, which is no ratio: first the wiring, then the gain. */
const withoutGain = (result: WiringCheck): WiringCheck =>
  result.id === 'ratio'
    ? notAssessed('ratio', result.title, 'its wiring is wrong, and until that is put right its gain says nothing')
    : result
