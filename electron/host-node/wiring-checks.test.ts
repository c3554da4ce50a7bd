import { describe, expect, it } from 'vitest'
import { wiringFaultSchema, wiringOf } from '../simulator/physics/meter-wiring.ts'
import { wiredWorld } from './test-support/wired-world.ts'

const busy = (seed: number) => {
  const run = wiredWorld('depot', seed)
  // Three-phase and single-phase cars on every feeder, so that every meter carries something on each phase.
  for (const [index, traffic] of [...run.world.traffic.values()].entries())
    traffic.plugByHand({ phases: index % 4 === 1 ? 1 : 3, maximum: 16 }, Infinity)
  return run
}

describe('the passive wiring checks on the simulated depot', () => {
  it.each([
    ['ct-reversed', { terminal: 2 }, /Current transformer L2 reversed/],
    ['all-reversed', {}, /All current transformers reversed/],
    ['cts-swapped', { terminal: 1, other: 3 }, /Current transformers L1 and L3 have changed places/],
    ['cts-swapped-reversed', { terminal: 2, other: 3 }, /L2 and L3 have changed places and are reversed/],
    ['cts-rotated', { steps: 1 }, /one phase on/],
    ['voltages-swapped', { terminal: 1, other: 2 }, /Voltage inputs L1 and L2 have changed places/],
  ])('%s %o is named within a minute', (fault, options, title) => {
    const run = busy(5)
    run.world.faults.wiring.set('pac-feeder-1', wiringOf([wiringFaultSchema.parse({ fault, ...options })]))
    run.watch(75)
    const found = run.checkOf('pac-feeder-1', 'signature')
    expect(found.title).toMatch(title)
    expect(found.confidence).toBeGreaterThan(0.8)
    // Of the others only what compares with it may say something.
    const others = run.bad().filter(({ meterId, check }) => meterId !== 'pac-feeder-1' && check.id !== 'children')
    expect(others.map(({ meterId, check }) => `${meterId} ${check.title}`)).toEqual([])
  })

  it('an open transformer, a missing neutral and a turned sequence are named', () => {
    const run = busy(6)
    const faultOf = (fault: Record<string, unknown>) => wiringOf([wiringFaultSchema.parse(fault)])
    run.world.faults.wiring.set('pac-feeder-1', faultOf({ fault: 'ct-open', terminal: 3 }))
    run.world.faults.wiring.set('sdm-feeder-2', faultOf({ fault: 'neutral-missing' }))
    run.world.faults.wiring.set('em-feeder-3', faultOf({ fault: 'phases-swapped', terminal: 1, other: 2 }))
    run.watch(75)
    expect(run.checkOf('pac-feeder-1', 'open-transformer')).toMatchObject({ state: 'wrong', phase: 'L3' })
    expect(run.checkOf('sdm-feeder-2', 'neutral').title).toBe('Neutral missing')
    expect(run.checkOf('em-feeder-3', 'rotation').state).toBe('wrong')
    expect(run.checkOf('em-feeder-3', 'signature').state).toBe('good')
  })

  it.each([0.8, 2])('a ratio of %f is named from what the chargers do by themselves', (factor) => {
    const run = busy(7)
    run.world.faults.wiring.set('pac-feeder-1', wiringOf([wiringFaultSchema.parse({ fault: 'wrong-ratio', factor })]))
    run.watch(40)
    for (let round = 0; round < 3; round += 1)
      for (const limit of [8, 14]) {
        run.world.chargers.get('cp-01')!.writeSetpoint(limit)
        run.watch(25)
      }
    expect(run.checkOf('pac-feeder-1', 'ratio')).toMatchObject({ state: 'wrong', kind: `ratio ${factor}` })
  })

  it('a healthy feeder has a gain of one, whatever else is on it', () => {
    const run = busy(8)
    run.watch(40)
    for (let round = 0; round < 3; round += 1)
      for (const limit of [8, 14]) {
        run.world.chargers.get('cp-01')!.writeSetpoint(limit)
        run.watch(25)
      }
    expect(run.checkOf('pac-feeder-1', 'ratio').state).toBe('good')
  })
})
