import type { SocketTest } from '../../../shared/api/commissioning-contract.ts'
import { perPhase } from '../../../shared/model/phase.ts'
import type { Site } from '../../../shared/site/site.ts'
import { analyseSteps } from '../../../shared/wiring/step-test.ts'
import { verdictOf, type StepVerdict } from '../../../shared/wiring/step-verdict.ts'
import type { TestSetup, TestState } from './test-step.ts'

const nothingSaid: StepVerdict = { findings: [], unknown: [], changes: [] }

/** What a test shows so far, in the words of the contract. Changes of the site file are proposed only by a whole one. */
export const matrixOf = (site: Site, setup: TestSetup, state: TestState, isWhole: boolean) => {
  const result = analyseSteps(state.plateaus, setup.meterIds, setup.highA - setup.lowA)
  const meters = setup.meterIds.map((id) => {
    const meter = site.meters.find((each) => each.id === id)
    return { id, name: meter?.name ?? id, isAbove: setup.above.includes(id), isReversed: meter?.reverse === true }
  })
  const charger = { id: setup.chargerId, name: setup.chargerName, phases: setup.declared }
  const verdict = result.steps > 0 ? verdictOf(result, charger, meters) : nothingSaid
  return {
    steps: result.steps,
    terminalStepA: [...result.terminalStepA],
    terminalOhm: [...result.terminalOhm],
    stepA: result.stepA,
    matrix: result.meters
      .map((answer) => ({
        meterId: answer.meterId,
        isAbove: setup.above.includes(answer.meterId),
        phases: perPhase((phase) => {
          const { stepA, stepW, noiseA, responds, gain, gainError, angleDeg, ohm } = answer.phases[phase]
          return { stepA, stepW, noiseA, responds, gain, gainError, angleDeg, ohm }
        }),
        settleMs: answer.settleMs,
      }))
      .toSorted((a, b) => Number(b.isAbove) - Number(a.isAbove)),
    findings: [...verdict.findings],
    unknown: [
      ...verdict.unknown,
      ...(result.steps === 0 ? [] : setup.tooSlow).map(
        ({ name, periodS }) =>
          `${name} is read every ${periodS} s, too seldom for this test: nothing is said of its wiring. Read it at least every 4 s (“periodMs”) where its line allows that.`,
      ),
    ],
    changes: isWhole ? [...verdict.changes] : [],
  } satisfies Partial<SocketTest>
}
