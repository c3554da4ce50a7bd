import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isQuantityKey, quantities } from '../quantities.ts'
import { encodeRegister } from './codec.ts'
import type { MeterProfile } from './meter-profile.ts'
import { orderWitness, readProbe, readWordOrder } from './probe.ts'
import { readMeterProfile } from './read-profile.ts'
import { registerWidth, type Register } from './register.ts'

const shelf = join(import.meta.dirname, '..', '..', 'assets', 'profiles', 'meters')
const everyProfile = readdirSync(shelf)
  .filter((name) => name.endsWith('.yaml') && !name.endsWith('.golden.yaml'))
  .map((name): MeterProfile => {
    const read = readMeterProfile(readFileSync(join(shelf, name), 'utf8'), name)
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    return read.profile
  })
/** A meter that only hands out captures is not polled, and so not probed. */
const profiles = everyProfile.filter(({ quantities: listed }) => Object.keys(listed).length > 0)
const probeOf = ({ probe, quantities: listed }: MeterProfile): Register => {
  const register = isQuantityKey(probe.quantity) ? listed[probe.quantity] : undefined
  if (register === undefined) throw new Error(`no ${probe.quantity}`)
  return register
}
/** A little off the round value, as a meter shows it. */
const usual = ({ probe: { quantity } }: MeterProfile): number =>
  quantity === 'f' ? 49.98 : isVoltage(quantity) ? 231.2 : 0.25
/** Residual current monitors measure no voltage: they are known by a residual current or their threshold, A. */
const isVoltage = (quantity: string): boolean => isQuantityKey(quantity) && quantities[quantity].unit === 'V'
const wordsOf = (profile: MeterProfile, value: number): number[] => {
  const register = probeOf(profile)
  return [...encodeRegister(register, value, profile), ...(register.scaleRegister === undefined ? [] : [0])]
}

describe('the probe of every meter in the catalogue', () => {
  it('is left out only where nothing is polled', () => {
    expect(everyProfile.filter((one) => !profiles.includes(one)).map(({ id }) => id)).toEqual(['ge-epm-9650'])
  })

  it.each(profiles.map((profile) => [profile.id, profile] as const))('%s fits when it reads right', (_, profile) => {
    expect(readProbe(profile, wordsOf(profile, usual(profile)))).toMatchObject({ fits: true, reversed: null })
  })

  const wide = profiles.filter(
    (profile) => registerWidth[probeOf(profile).type] > 1 && probeOf(profile).scaleRegister === undefined,
  )
  it.each(wide.map((profile) => [profile.id, profile] as const))(
    '%s does not in the other word order, and that order is offered',
    (_, profile) => {
      const reading = readProbe(profile, wordsOf(profile, usual(profile)).toReversed())
      expect(reading?.fits).toBe(false)
      expect(reading?.reversed?.value).toBeCloseTo(usual(profile), 1)
      expect(reading?.reversed?.order).not.toBe(probeOf(profile).wordOrder ?? profile.wordOrder)
    },
  )

  it.each(profiles.map((profile) => [profile.id, profile] as const))(
    '%s says nothing while there is no voltage, and a dip is no wrong setting',
    (_, profile) => {
      expect(readProbe(profile, wordsOf(profile, 0))?.fits).toBeNull()
      if (isVoltage(profile.probe.quantity)) expect(readProbe(profile, wordsOf(profile, 60))?.fits).toBeNull()
    },
  )
})

describe('where the probe is one word, a voltage of two shows their order', () => {
  const watched = profiles.flatMap((profile) => {
    const key = orderWitness(profile)
    return key === null ? [] : [[profile.id, profile, key] as const]
  })
  it('of every meter in the catalogue that has one', () => {
    expect(watched.map(([id]) => id)).toEqual([
      'abb-b23-b24',
      'accuenergy-acuvim-l',
      'carlo-gavazzi-em24-e1',
      'carlo-gavazzi-em24',
      'carlo-gavazzi-em340',
      'carlo-gavazzi-em540',
      'carlo-gavazzi-em580',
    ])
  })
  it.each(watched)('%s', (_, profile, key) => {
    const register = isQuantityKey(key) ? profile.quantities[key] : undefined
    const words = (volts: number) => encodeRegister(register as Register, volts, profile)
    for (const volts of [231.2, 0, 60, 12_000, 57.7])
      expect(readWordOrder(profile, key, words(volts)), `${volts} V`).toBeNull()
    const turned = readWordOrder(profile, key, [...words(231.2)].reverse())
    expect(turned).toMatchObject({ fits: false, quantity: key })
    expect(turned?.reversed?.value).toBeCloseTo(231.2, 1)
  })
})
