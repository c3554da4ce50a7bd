import { describe, expect, it } from 'vitest'
import { modbusOf } from '../../../shared/site/charger-connection.ts'
import { loaded, pass, worldOf } from '../test-support/run-world.ts'
import { createCar } from '../physics/car.ts'
import { createRandom } from '../random.ts'
import { createChargerDevice } from './charger-device.ts'
import { exceptions, type Device } from './device.ts'

const open = (id: 'cp-1' | 'cp-2') => {
  const world = worldOf('small')
  const { scenario, chargerProfiles } = loaded('small')
  const site = scenario.site.chargers.find((charger) => charger.id === id)!
  const charger = world.chargers.get(id)!
  const modbus = modbusOf(site)!
  return {
    world,
    charger,
    device: createChargerDevice(id, modbus.unit, chargerProfiles.get(modbus.profile)!, charger, 0),
  }
}
const words = (device: Device, address: number, count: number) => {
  const outcome = device.read(3, address, count)
  return 'words' in outcome ? outcome.words : outcome
}
// IEEE 754 by hand: 16.0 is 4180 0000, 7.5 is 40F0 0000, 40.0 is 4220 0000, 32.0 is 4200 0000, 3.0 is 4040 0000, 8.0 is 4100 0000.
const alfenLimit = 1210
const alfenApplied = 1206
const abbLimit = 0x4100
const abbInForce = 0x400e
const abbStatus = 0x400c

describe('an Alfen socket', () => {
  it('takes a float limit in one request, applies it, counts its validity down and falls to its safe current', () => {
    const { world, device } = open('cp-1')
    expect(device.write(16, alfenLimit, [0x4180, 0])).toBe('done')
    expect(words(device, alfenApplied, 2)).toEqual([0x4180, 0])
    pass(world, 10)
    const [high, remaining] = words(device, 1208, 2) as number[]
    expect(high).toBe(0)
    expect(remaining).toBeGreaterThanOrEqual(49)
    expect(remaining).toBeLessThanOrEqual(50)
    pass(world, 52)
    expect(words(device, alfenApplied, 2)).toEqual([0x4100, 0])
    expect(words(device, 1212, 2)).toEqual([0x4100, 0])
  })
  it('refuses half a limit, the wrong function, NaN, a negative limit and foreign registers', () => {
    const { device, charger } = open('cp-1')
    expect(device.write(16, alfenLimit, [0x4180])).toEqual({ exception: exceptions.illegalValue })
    expect(device.write(6, alfenLimit, [0x4180])).toEqual({ exception: exceptions.illegalFunction })
    expect(device.write(16, alfenLimit, [0x7fc0, 0])).toEqual({ exception: exceptions.illegalValue })
    expect(device.write(16, alfenLimit, [0xc180, 0])).toEqual({ exception: exceptions.illegalValue })
    expect(device.write(16, alfenLimit + 1, [0x4180, 0])).toEqual({ exception: exceptions.illegalAddress })
    expect(charger.setpointA()).toBeNull()
  })
  it('cuts a limit above its rating, and pauses on one below 6 A', () => {
    const { device, charger } = open('cp-1')
    device.write(16, alfenLimit, [0x4220, 0])
    expect(words(device, alfenApplied, 2)).toEqual([0x4200, 0])
    device.write(16, alfenLimit, [0x4040, 0])
    expect(charger.offeredA()).toBe(0)
  })
  it('goes to one phase and back by its register, with nothing flowing while its contactor moves', () => {
    const { world, charger, device } = open('cp-1')
    const phasesAt = 1215
    expect(words(device, phasesAt, 1)).toEqual([3])
    expect(device.write(16, phasesAt, [2])).toEqual({ exception: exceptions.illegalValue })
    charger.plug(createCar({ phases: 3, maximum: 32, wantsKWh: 50 }, createRandom(3, 'car')))
    const hold = (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        device.write(16, alfenLimit, [0x4180, 0])
        pass(world, 1)
      }
    }
    hold(30)
    expect(charger.currents().map((amperes) => amperes > 10)).toEqual([true, true, true])
    expect(device.write(16, phasesAt, [1])).toBe('done')
    expect(words(device, phasesAt, 1)).toEqual([1])
    hold(2)
    expect(charger.currents()).toEqual([0, 0, 0])
    hold(40)
    expect(charger.currents().map((amperes) => amperes > 10)).toEqual([true, false, false])
    expect([charger.phaseMoves(), charger.movesUnderLoad()]).toEqual([1, 1])
  })
  it('says its mode 3 state as text', () => {
    const { world, device } = open('cp-1')
    expect(words(device, 1201, 1)).toEqual([0x4100])
    world.traffic.get('cp-1')!.plugByHand({ phases: 3, maximum: 16 }, Infinity)
    pass(world, 30)
    expect(words(device, 1201, 1)).toEqual([0x4332])
    device.write(16, alfenLimit, [0, 0])
    pass(world, 10)
    expect(words(device, 1201, 1)).toEqual([0x4331])
  })
  it('fills what it does not have with FFFF', () => {
    const { device } = open('cp-1')
    expect((words(device, 310, 10) as number[]).slice(2)).toEqual(Array(8).fill(0xffff))
  })
})

describe('an ABB wallbox', () => {
  it('takes milliamperes, and shows them in force', () => {
    const { device } = open('cp-2')
    expect(device.write(16, abbLimit, [0, 16_000])).toBe('done')
    expect(words(device, abbInForce, 2)).toEqual([0, 16_000])
  })
  it('refuses a limit between 0 and 6 A and one above its rating, but takes 0', () => {
    const { device, charger } = open('cp-2')
    expect(device.write(16, abbLimit, [0, 3000])).toEqual({ exception: exceptions.illegalValue })
    expect(device.write(16, abbLimit, [0, 33_000])).toEqual({ exception: exceptions.illegalValue })
    expect(charger.setpointA()).toBeNull()
    expect(device.write(16, abbLimit, [0, 0])).toBe('done')
    expect(charger.offeredA()).toBe(0)
  })
  it('says its state in the third byte, and takes a new timeout', () => {
    const { world, device, charger } = open('cp-2')
    world.traffic.get('cp-2')!.plugByHand({ phases: 3, maximum: 16 }, Infinity)
    pass(world, 30)
    expect(words(device, abbStatus, 2)).toEqual([0, 0x0400])
    expect(device.write(6, 0x4106, [90])).toBe('done')
    expect(charger.watchdogS()).toBe(90)
  })
  it('falls to its fallback when nobody asks it any more', () => {
    const { world, device } = open('cp-2')
    device.write(16, abbLimit, [0, 16_000])
    device.requestSeen()
    pass(world, 61)
    expect(words(device, abbInForce, 2)).toEqual([0, 8000])
  })
})
