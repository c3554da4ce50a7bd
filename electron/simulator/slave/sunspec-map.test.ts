import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeRegister } from '../../../shared/profile/codec.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { readMeterProfile } from '../../../shared/profile/read-profile.ts'
import { wordsOfRegister } from '../../../shared/profile/register.ts'
import { placeSunSpec } from '../../../shared/sunspec/place.ts'
import { walkSunSpec } from '../../../shared/sunspec/walk.ts'
import { createMeter } from '../physics/meter.ts'
import { createMeterDevice } from './meter-device.ts'

const load = (id: string): MeterProfile => {
  const file = join(import.meta.dirname, '..', '..', '..', 'assets', 'profiles', 'meters', `${id}.yaml`)
  const read = readMeterProfile(readFileSync(file, 'utf8'), file)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.profile
}
const turned = (magnitude: number, degrees: number) => ({
  re: magnitude * Math.cos((degrees * Math.PI) / 180),
  im: magnitude * Math.sin((degrees * Math.PI) / 180),
})
const perPhase = (magnitude: number) => ({
  L1: turned(magnitude, 0),
  L2: turned(magnitude, -120),
  L3: turned(magnitude, 120),
})

/** A meter of the world on 230 V that saw 50 A on each phase for a while. */
const measured = () => {
  const meter = createMeter(
    {
      id: 'm',
      circuit: 'c',
      terminals: ['L1', 'L2', 'L3'],
      reverse: false,
      fed: 'above',
      windowMs: 200,
      accuracyPercent: 0,
      startEnergyKWh: 1234.5,
      bootS: 0,
    },
    1,
  )
  for (let step = 1; step <= 10; step += 1) {
    meter.step(
      step * 0.1,
      0.1,
      { above: perPhase(230), below: perPhase(230), current: perPhase(50) } as unknown as Parameters<
        typeof meter.step
      >[2],
      50,
    )
  }
  return meter
}

describe.each([
  ['sunspec-meter', 203],
  ['sunspec-meter-float', 213],
] as const)('a simulated %s', (id, model) => {
  it('is found by a walk and reads what it measured', async () => {
    const profile = load(id)
    const device = createMeterDevice({ id: 'incomer', unit: 1, currentTransformer: undefined }, profile, measured(), 5)
    const words = (address: number, count: number) => {
      const outcome = device.read(3, address, count)
      return 'words' in outcome ? outcome.words : null
    }
    const walk = await walkSunSpec(async (address, count) => {
      const read = words(address, count)
      return read === null
        ? { ok: false, isRefused: true, isSilent: false, message: 'refused' }
        : { ok: true, words: read }
    })
    if (!walk.ok) throw new Error(walk.message)
    expect(walk.device).toMatchObject({
      base: 40000,
      common: { maker: 'Tripscope', serial: 'incomer' },
      meters: [{ id: model, address: 40069 }],
      notes: [],
    })
    const placing = placeSunSpec(profile, [profile], walk.device)
    if (!placing.ok) throw new Error(placing.message)
    const value = (key: 'u_l1n' | 'i_l2' | 'p_l3' | 'p_total' | 'f' | 'pf_total' | 'e_import') => {
      const register = placing.profile.quantities[key]!
      const block = words(40069, 107)
      const decoded = decodeRegister(register, wordsOfRegister(register, 40069, block ?? []), placing.profile)
      return typeof decoded === 'string' ? decoded : decoded.value
    }
    expect(value('u_l1n')).toBeCloseTo(230, 0)
    expect(value('i_l2')).toBeCloseTo(50, 0)
    expect(value('p_l3')).toBeCloseTo(11_500, -2)
    expect(value('p_total')).toBeCloseTo(34_500, -2)
    expect(value('f')).toBeCloseTo(50, 1)
    expect(value('pf_total')).toBeCloseTo(1, 2)
    expect(value('e_import')).toBeCloseTo(1234.5, 0)
    // Before the marker there is nothing.
    expect(device.read(3, 39998, 2)).toMatchObject({ exception: 2 })
  })
})
