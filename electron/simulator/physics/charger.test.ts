import { describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { createCar } from './car.ts'
import { createCharger, type ChargerSettings } from './charger.ts'

const settings: ChargerSettings = {
  id: 'cp',
  circuit: 'c',
  terminals: ['L1', 'L2', 'L3'],
  maximum: 32,
  defaultLimit: 32,
  fallback: 8,
  watchdog: 'setpoint',
  watchdogS: 60,
  bootS: 5,
}
const car = (phases: 1 | 3 = 3, maximum = 16, wantsKWh = Infinity) =>
  createCar({ phases, maximum, wantsKWh }, createRandom(1, 'car'))

const bench = (change: Partial<ChargerSettings> = {}) => {
  const charger = createCharger({ ...settings, ...change }, 100)
  let timeS = 0
  let volts = 230
  return {
    charger,
    supply: (value: number) => {
      volts = value
    },
    pass: (seconds: number, each?: () => void) => {
      for (let step = 0; step < seconds * 20; step += 1) {
        timeS += 0.05
        charger.step(timeS, timeS, 0.05, () => volts)
        each?.()
      }
    },
  }
}

describe('a charger with a car', () => {
  it('goes through A, B2 and C2, on a ramp and never above the limit', () => {
    const { charger, pass } = bench()
    pass(1)
    expect(charger.pilot()).toBe('A')
    charger.plug(car())
    pass(1)
    expect(charger.pilot()).toBe('B2')
    charger.writeSetpoint(10)
    let before = 0
    pass(30, () => {
      const [now = 0] = charger.currents()
      expect(now).toBeLessThanOrEqual(10)
      expect(now - before).toBeLessThanOrEqual(4 * 0.05 + 1e-9)
      before = now
    })
    expect(charger.pilot()).toBe('C2')
    expect(before).toBeGreaterThan(9)
  })

  it('obeys a lower limit within five seconds, and pauses on 0', () => {
    const { charger, pass } = bench()
    charger.plug(car(3, 32))
    pass(40)
    expect(charger.currents()[0]).toBeGreaterThan(31)
    charger.writeSetpoint(7)
    pass(5)
    expect(charger.currents()[0]).toBeLessThanOrEqual(7)
    charger.writeSetpoint(0)
    pass(5)
    expect(charger.currents()).toEqual([0, 0, 0])
    expect(charger.pilot()).toBe('C1')
  })

  it('draws on one phase with a single-phase car', () => {
    const { charger, pass } = bench()
    charger.plug(car(1, 32))
    pass(40)
    expect(charger.currents()[0]).toBeGreaterThan(31)
    expect(charger.currents().slice(1)).toEqual([0, 0])
  })

  it('takes less towards the end, is full, and has counted what the car asked for', () => {
    const { charger, pass } = bench()
    charger.plug(car(3, 16, 0.3))
    pass(60)
    const full = charger.currents()[0]!
    pass(40)
    expect(charger.currents()[0]).toBeLessThan(full)
    pass(200)
    expect(charger.currents()).toEqual([0, 0, 0])
    expect(charger.pilot()).toBe('B2')
    expect(charger.sessionKWh()).toBeCloseTo(0.3, 2)
    expect(charger.totalKWh()).toBeCloseTo(100.3, 2)
  })
})

describe('watchdogs', () => {
  it('let an expiring set-point fall to the fallback, and a new one end that', () => {
    const { charger, pass } = bench()
    pass(1)
    expect(charger.inForceA()).toBe(32)
    charger.writeSetpoint(20)
    pass(30)
    expect(charger.remainingS()).toBeCloseTo(30, 0)
    charger.writeSetpoint(21)
    pass(59)
    expect(charger.inForceA()).toBe(21)
    pass(2)
    expect(charger.inForceA()).toBe(8)
    charger.writeSetpoint(12)
    pass(1)
    expect(charger.inForceA()).toBe(12)
  })

  it('of the polled kind live from any request, and stay at the fallback until a limit is written', () => {
    const { charger, pass } = bench({ watchdog: 'poll' })
    pass(100)
    expect(charger.inForceA()).toBe(32)
    charger.requestSeen()
    charger.writeSetpoint(16)
    for (let round = 0; round < 4; round += 1) {
      pass(50)
      charger.requestSeen()
    }
    expect(charger.inForceA()).toBe(16)
    pass(61)
    expect(charger.inForceA()).toBe(8)
    charger.requestSeen()
    pass(1)
    expect(charger.inForceA()).toBe(8)
    charger.writeSetpoint(10)
    expect(charger.inForceA()).toBe(10)
  })
})

describe('a charger without supply', () => {
  it('is silent, then boots and has forgotten its limit', () => {
    const { charger, pass, supply } = bench()
    charger.plug(car())
    charger.writeSetpoint(10)
    pass(30)
    supply(0)
    pass(1)
    expect(charger.isPowered()).toBe(false)
    expect(charger.currents()).toEqual([0, 0, 0])
    supply(230)
    pass(4)
    expect(charger.isPowered()).toBe(false)
    pass(2)
    expect(charger.isPowered()).toBe(true)
    expect(charger.inForceA()).toBe(32)
  })
})
