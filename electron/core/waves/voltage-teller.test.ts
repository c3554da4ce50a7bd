import { expect, it } from 'vitest'
import type { VoltageEvent } from '../../../shared/electrical/voltage-event.ts'
import type { SampledVoltageObservation } from '../../../shared/model/observation.ts'
import { createVoltageTeller } from './voltage-teller.ts'

const dip: VoltageEvent = { kind: 'dip', fromMs: 1, toMs: null, isCut: false, extremeV: 200, channels: ['u1'] }

it('what goes on while the analysis stops is told as cut, once, and what ended is not', () => {
  const told: SampledVoltageObservation[] = []
  const teller = createVoltageTeller((observation) => told.push(observation))
  teller.observe({ kind: 'voltage-event', source: 'a', event: dip })
  teller.observe({ kind: 'voltage-event', source: 'b', event: dip })
  teller.observe({ kind: 'voltage-event', source: 'b', event: { ...dip, toMs: 300 } })
  teller.notice({ kind: 'analysis-down', why: 'an error', againInMs: 1000 })
  teller.notice({ kind: 'analysis-down', why: 'an error', againInMs: 2000 })
  expect(told.map(({ source, event: { toMs, isCut } }) => ({ source, toMs, isCut }))).toEqual([
    { source: 'a', toMs: null, isCut: false },
    { source: 'b', toMs: null, isCut: false },
    { source: 'b', toMs: 300, isCut: false },
    { source: 'a', toMs: null, isCut: true },
  ])
})
