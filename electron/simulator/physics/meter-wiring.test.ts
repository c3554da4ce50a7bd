import { describe, expect, it } from 'vitest'
import { phases } from '../../../shared/model/phase.ts'
import { throughWiring, wiringFaultSchema, wiringOf } from './meter-wiring.ts'
import { add, magnitude, phaseAngle, polar, power } from './phasor.ts'
import { loaded, pass, worldOf } from '../test-support/run-world.ts'
import { createWorld } from './world.ts'

const voltages = phases.map((phase) => polar(230, phaseAngle[phase]))
const currentsAt = (lagDegrees: number) =>
  phases.map((phase) => polar(10, phaseAngle[phase] - (lagDegrees * Math.PI) / 180))

const seen = (fault: Record<string, unknown>, lagDegrees = 0) => {
  const wiring = wiringOf([wiringFaultSchema.parse(fault)])
  const inputs = throughWiring(wiring, voltages, currentsAt(lagDegrees))
  const powers = inputs.voltages.map((voltage, index) => power(voltage, inputs.currents[index]!))
  return {
    active: powers.map(({ re }) => Math.round(re)),
    reactive: powers.map(({ im }) => Math.round(im)),
    neutralA: magnitude(inputs.currents.reduce(add)),
    voltages: inputs.voltages.map(magnitude),
  }
}

describe('what a meter shows that is connected wrongly (electrical.md 6.3 and its vector 11)', () => {
  it.each([
    ['ct-reversed', { terminal: 2 }, [2300, -2300, 2300], [0, 0, 0], 20],
    ['all-reversed', {}, [-2300, -2300, -2300], [0, 0, 0], 0],
    ['cts-swapped', { terminal: 1, other: 2 }, [-1150, -1150, 2300], [1992, -1992, 0], 0],
    ['cts-swapped-reversed', { terminal: 1, other: 2 }, [1150, 1150, 2300], [-1992, 1992, 0], 20],
    ['cts-rotated', { steps: 1 }, [-1150, -1150, -1150], [1992, 1992, 1992], 0],
    ['cts-rotated', { steps: 2 }, [-1150, -1150, -1150], [-1992, -1992, -1992], 0],
    ['ct-open', { terminal: 3 }, [2300, 2300, 0], [0, 0, 0], 10],
    ['wrong-ratio', { factor: 0.8 }, [1840, 1840, 1840], [0, 0, 0], 0],
    ['voltages-swapped', { terminal: 1, other: 2 }, [-1150, -1150, 2300], [-1992, 1992, 0], 0],
    ['phases-swapped', { terminal: 1, other: 2 }, [2300, 2300, 2300], [0, 0, 0], 0],
  ])('%s %o', (fault, options, active, reactive, neutralA) => {
    const found = seen({ fault, ...options })
    expect(found.active).toEqual(active)
    expect(found.reactive.map((value) => value + 0)).toEqual(reactive)
    expect(found.neutralA).toBeCloseTo(neutralA, 6)
  })

  it('swapped at a power factor of 0.98', () => {
    const { active, reactive } = seen({ fault: 'cts-swapped', terminal: 1, other: 2 }, 11.478)
    ;[-1523, -731, 2254].forEach((expected, index) => expect(Math.abs(active[index]! - expected)).toBeLessThan(2))
    const factors = active.map((watts, index) => watts / Math.hypot(watts, reactive[index]!))
    expect(factors).toEqual([-0.662, -0.318, 0.98].map((factor) => expect.closeTo(factor, 3)))
    expect(Math.abs(active.reduce((sum, watts) => sum + watts, 0))).toBeLessThan(2)
  })

  it('without a neutral the voltages to it fall apart', () => {
    const found = seen({ fault: 'neutral-missing' }).voltages
    expect(Math.max(...found) - Math.min(...found)).toBeGreaterThan(40)
  })
})

const scenarioWith = (change: (simulation: ReturnType<typeof loaded>['scenario']['simulation']) => void) => {
  const scenario = structuredClone(loaded('small').scenario)
  change(scenario.simulation)
  return { ...loaded('small'), scenario }
}

describe('wired wrongly from the start', () => {
  it('a socket that is turned loads other phases than it is said to', () => {
    const { scenario } = loaded('small')
    const declared = scenario.site.chargers[1]!
    const world = createWorld(
      scenarioWith((simulation) => {
        simulation.chargers[declared.id] = {
          energyKWh: 0,
          turnaroundMs: 5,
          wiredTo: [declared.phases[1]!, declared.phases[2]!, declared.phases[0]!],
        }
      }),
      1,
    )
    world.traffic.get(declared.id)!.plugByHand({ phases: 1, maximum: 32 }, Infinity)
    const before = world.circuit('main').current
    pass(world, 60)
    const after = world.circuit('main').current
    const change = phases.map((phase) => magnitude(after[phase]) - magnitude(before[phase]))
    expect(change[phases.indexOf(declared.phases[1]!)]).toBeGreaterThan(28)
  })

  it('a loose terminal drops the voltage of its phase, and only by what flows', () => {
    const world = worldOf('small')
    const drop = () =>
      phases.map(
        (phase) => magnitude(world.circuit('main').above[phase]) - magnitude(world.circuit('main').below[phase]),
      )
    pass(world, 5)
    const before = drop()
    world.faults.looseTerminals.set('main L2', 0.5)
    pass(world, 5)
    const after = drop()
    const flows = magnitude(world.circuit('main').current.L2)
    expect(after[1]! - before[1]!).toBeGreaterThan(0.3 * flows * 0.5)
    expect(Math.abs(after[0]! - before[0]!)).toBeLessThan(0.5)
  })

  it('tells the rotation the way round its voltage inputs are', () => {
    const world = worldOf('depot')
    pass(world, 2)
    const meter = world.meters.get('umg-incomer')!
    expect(meter.window()!.rotation).toBe(1)
    world.faults.wiring.set('umg-incomer', wiringOf([{ fault: 'phases-swapped', terminal: 0, other: 1 }]))
    pass(world, 2)
    expect(meter.window()!.rotation).toBe(-1)
  })
})

it('a car obeys a lower limit within 5 s (IEC 61851-1)', () => {
  const world = worldOf('small')
  for (const [id, charger] of world.chargers) {
    world.traffic.get(id)!.plugByHand({ phases: 3, maximum: 16 }, Infinity)
    charger.writeSetpoint(16)
  }
  pass(world, 60)
  for (const charger of world.chargers.values()) charger.writeSetpoint(6)
  pass(world, 5)
  for (const charger of world.chargers.values()) expect(Math.max(...charger.currents())).toBeLessThanOrEqual(6)
})
