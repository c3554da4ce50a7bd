import type { PhaseCount, PhaseSwitchState } from '../../../../shared/model/phase-switch.ts'
import type { PhaseSwitching as Rules } from '../../../../shared/site/phase-switching-schema.ts'
import type { ControlledCharger } from '../controlled-charger.ts'
import { phasesOn } from './judge.ts'
import {
  dwellMs,
  isSpent,
  longestPauseMs,
  longestSwitchMs,
  mostFailures,
  recent,
  type SwitchState,
} from './switch-step.ts'

interface Item {
  readonly charger: ControlledCharger
  readonly rules: Rules
  readonly settleMs: number
}

const stageOf = (state: SwitchState, rules: Rules, nowMs: number): PhaseSwitchState['stage'] => {
  if (state.stage !== 'steady') return state.stage
  if (state.failures >= mostFailures) return 'given-up'
  if (state.wish === null) return 'steady'
  return isSpent(state, { nowMs, rules }) ? 'spent' : 'waiting'
}

/** Where one stands, for the decision. */
export const stateFor = (
  { charger, rules, settleMs }: Item,
  state: SwitchState,
  on: PhaseCount | null,
  nowMs: number,
): PhaseSwitchState => {
  const stage = stageOf(state, rules, nowMs)
  const to = state.wish?.to ?? null
  const bounds = {
    steady: 0,
    'given-up': 0,
    spent: 0,
    waiting: to === null ? 0 : dwellMs(rules, to),
    pausing: longestPauseMs,
    switching: longestSwitchMs(settleMs),
  }
  const sinceMs = state.stage === 'steady' ? (state.wish?.sinceMs ?? nowMs) : state.sinceMs
  return {
    stage,
    on,
    to,
    cause: state.wish?.cause ?? null,
    phases: [...phasesOn(charger, to ?? on ?? 3)],
    lastedMs: nowMs - sinceMs,
    boundMs: bounds[stage],
    switches: recent(state, nowMs).length,
    perHour: rules.perHour,
    failed: state.failed,
  }
}
