import { describe, expect, it } from 'vitest'
import { phases } from '../../../shared/model/phase.ts'
import { pass, worldOf } from '../test-support/run-world.ts'
import { meterQuantities } from './meter-quantities.ts'
import { add, magnitude, subtract, zero } from './phasor.ts'

const amperes = (world: ReturnType<typeof worldOf>, circuit: string) =>
  phases.map((phase) => magnitude(world.circuit(circuit).current[phase]))

describe('the depot', () => {
  it('obeys Kirchhoff at the grid connection all the time', () => {
    const world = worldOf('depot')
    let most = 0
    pass(world, 60, () => {
      for (const phase of phases) {
        const sum = ['building', 'feeder-1', 'feeder-2', 'feeder-3']
          .map((id) => world.circuit(id).current[phase])
          .reduce(add, zero)
        const incomer = world.circuit('incomer').current[phase]
        most = Math.max(most, magnitude(incomer))
        expect(magnitude(subtract(incomer, sum))).toBeLessThan(1e-9)
      }
    })
    expect(most).toBeGreaterThan(50)
  })

  it('is the same for the same seed and another for another', () => {
    const trail = (seed: number) => {
      const world = worldOf('depot', seed)
      const seen: string[] = []
      pass(world, 120, () => seen.push(JSON.stringify(world.circuit('incomer'))))
      return seen.join()
    }
    const first = trail(5)
    expect(trail(5)).toBe(first)
    expect(trail(6)).not.toBe(first)
  })

  it('counts energies that only grow, and that fit the power', () => {
    const world = worldOf('depot')
    const meter = world.meters.get('umg-incomer')!
    const total = () => meterQuantities(meter)!.e_import!
    let [last, joules] = [total(), 0]
    const start = last
    pass(world, 120, () => {
      expect(total()).toBeGreaterThanOrEqual(last)
      last = total()
      joules += meterQuantities(meter)!.p_total! * 0.05
    })
    expect(((last - start) * 3.6e6) / joules).toBeCloseTo(1, 2)
  })

  it('has voltages that fall with load and a frequency that stays near 50 Hz', () => {
    const world = worldOf('depot')
    pass(world, 120, () => {
      for (const phase of phases) {
        const grid = magnitude(world.circuit('incomer').above[phase])
        expect(magnitude(world.circuit('feeder-3').below[phase])).toBeLessThan(grid + 1)
        expect(grid).toBeGreaterThan(210)
        expect(grid).toBeLessThan(245)
      }
      expect(Math.abs(world.frequencyHz() - 50)).toBeLessThan(0.1)
    })
  })

  it('sometimes exceeds a limit while nobody steers, so that there is something to do', () => {
    const world = worldOf('depot', 28)
    let over = 0
    pass(world, 1200, () => {
      if (['feeder-1', 'feeder-2', 'feeder-3'].some((id) => Math.max(...amperes(world, id)) > 80)) over += 1
    })
    expect(over).toBeGreaterThan(0)
    expect(over).toBeLessThan((1200 * 20) / 2)
  })

  it('lets a tripped feeder fall silent and come back by itself', () => {
    const world = worldOf('depot')
    pass(world, 60)
    world.faults.trippedCircuits.add('feeder-2')
    pass(world, 5)
    expect(amperes(world, 'feeder-2')).toEqual([0, 0, 0])
    expect(world.meters.get('sdm-feeder-2')!.isPowered()).toBe(false)
    expect(world.chargers.get('cp-05')!.isPowered()).toBe(false)
    expect(Math.max(...amperes(world, 'incomer'))).toBeGreaterThan(20)
    world.faults.trippedCircuits.delete('feeder-2')
    pass(world, 60)
    expect(world.meters.get('sdm-feeder-2')!.isPowered()).toBe(true)
    expect(Math.max(...amperes(world, 'feeder-2'))).toBeGreaterThan(2)
  })

  it('keeps a meter alive that is tapped before its breaker', () => {
    const world = worldOf('depot')
    world.faults.trippedCircuits.add('feeder-1')
    pass(world, 5)
    const values = meterQuantities(world.meters.get('pac-feeder-1')!)!
    expect(world.meters.get('pac-feeder-1')!.isPowered()).toBe(true)
    expect(values.u_l1n).toBeGreaterThan(200)
    expect(values.i_l1).toBe(0)
  })
})

describe('a small site', () => {
  it('puts a single-phase car on the phase its charger is turned to', () => {
    const world = worldOf('small')
    const before = amperes(world, 'main')
    world.traffic.get('cp-2')!.plugByHand({ phases: 1, maximum: 32 }, Infinity)
    pass(world, 60)
    const change = amperes(world, 'main').map((value, index) => value - before[index]!)
    // cp-2 has L2 at its first terminal.
    expect(change[1]).toBeGreaterThan(28)
    expect(Math.abs(change[0]!)).toBeLessThan(1)
    expect(Math.abs(change[2]!)).toBeLessThan(1)
  })

  it('shows a short dip in the meter as less deep than it was, and only on its phase', () => {
    const world = worldOf('small')
    const meter = world.meters.get('main-meter')!
    const from = world.timeS()
    world.faults.dips.add({ depthPercent: 50, phases: ['L2'], fromS: from, toS: from + 0.1 })
    let [lowest1, lowest2] = [999, 999]
    pass(world, 1, () => {
      const values = meterQuantities(meter)!
      lowest1 = Math.min(lowest1, values.u_l1n!)
      lowest2 = Math.min(lowest2, values.u_l2n!)
    })
    expect(lowest1).toBeGreaterThan(225)
    expect(lowest2).toBeLessThan(215)
    expect(lowest2).toBeGreaterThan(231 / 2)
    expect(world.faults.dips.size).toBe(0)
  })

  it('lets a car on a lost phase drop out and start again when it is back', () => {
    const world = worldOf('small')
    world.traffic.get('cp-1')!.plugByHand({ phases: 3, maximum: 16 }, Infinity)
    pass(world, 30)
    const charger = world.chargers.get('cp-1')!
    expect(Math.min(...charger.currents())).toBeGreaterThan(14)
    world.faults.lostPhases.add('L1')
    pass(world, 1)
    expect(charger.currents()).toEqual([0, 0, 0])
    expect(amperes(world, 'main')[0]).toBe(0)
    world.faults.lostPhases.delete('L1')
    pass(world, 60)
    expect(Math.min(...charger.currents())).toBeGreaterThan(14)
  })

  it('does not change the rest of the course by a fault', () => {
    const course = (dip: boolean) => {
      const world = worldOf('small')
      pass(world, 5)
      if (dip)
        world.faults.dips.add({
          depthPercent: 90,
          phases: ['L1', 'L2', 'L3'],
          fromS: world.timeS(),
          toS: world.timeS() + 1,
        })
      pass(world, 30)
      return JSON.stringify(world.circuit('main'))
    }
    expect(course(true)).toBe(course(false))
  })
})
