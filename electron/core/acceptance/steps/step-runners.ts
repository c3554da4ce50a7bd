import type { StepKind } from '../../../../shared/acceptance/step-kinds.ts'
import type { StepRunner } from '../step-world.ts'
import { fallback } from './fallback.ts'
import { limit } from './limit.ts'
import { breaker, meterWiring, plausible } from './looking.ts'
import { alarm, overload, override } from './scenarios.ts'
import { socketWiring } from './socket-wiring.ts'
import { communication, intervals } from './watching.ts'

export const stepRunners: Readonly<Record<StepKind, StepRunner>> = {
  communication,
  plausible,
  'meter-wiring': meterWiring,
  'socket-wiring': socketWiring,
  limit,
  fallback,
  breaker,
  overload,
  override,
  alarm,
  intervals,
}

/** These only watch: all of a kind run beside each other. */
export const runsTogether: ReadonlySet<StepKind> = new Set([
  'communication',
  'plausible',
  'meter-wiring',
  'breaker',
  'intervals',
])
