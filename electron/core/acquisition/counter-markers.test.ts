import { describe, expect, it } from 'vitest'
import { siteSchema } from '../../../shared/site/site.ts'
import { registerWidth, type Register } from '../../../shared/profile/register.ts'
import { allChargers, allMeters } from '../scan/test-support/profile-device.ts'
import { createChargerReader } from '../chargers/modbus/charger-reader.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import type { DeviceReader } from './polled-device.ts'
import { createMeterReader } from './meter-reader.ts'

/** Words of a raw integer in wire order, written from the meaning of the words and not with the product's codec. */
const wordsOf = (raw: bigint, width: number, order: 'high-first' | 'low-first'): number[] => {
  const high = Array.from({ length: width }, (_, index) =>
    Number((BigInt.asUintN(width * 16, raw) >> BigInt(16 * (width - 1 - index))) & 0xffffn),
  )
  return order === 'high-first' ? high : high.reverse()
}
const integers = /^u?int(32|64)$/

/** Raw numbers that are no count in any integer of two or four registers, by the type's name. */
const markers = (type: string): bigint[] => {
  const bits = BigInt(type.slice(-2))
  const half = 1n << (bits - 1n)
  return type.startsWith('u') ? [2n * half - 1n] : [-half, half - 1n, -1n, -123_456n]
}

const site = siteSchema.parse({
  version: 1,
  id: 's',
  name: 'Site',
  grid: { limit: 63 },
  lines: [{ transport: 'tcp', id: 'lan', host: 'h', port: 502 }],
  meters: [{ id: 'm', profile: 'p', line: 'lan' }],
  circuits: [{ id: 'main' }],
  chargers: [{ id: 'c', profile: 'p', line: 'lan', circuit: 'main', maximum: 32 }],
})

/** Good samples that a profile makes of words which mean no count. */
const believed = (
  registers: readonly (readonly [string, Register])[],
  order: 'high-first' | 'low-first',
  read: (key: string, words: readonly number[]) => unknown,
): string[] =>
  registers
    .filter(([key, { type }]) => key.startsWith('e_') && !key.startsWith('e_net') && integers.test(type))
    .flatMap(([key, { type, scaleRegister, wordOrder }]) =>
      markers(type).flatMap((raw) => {
        const words = wordsOf(raw, registerWidth[type], wordOrder ?? order)
        const sample = read(key, scaleRegister === undefined ? words : [...words, 0])
        return (sample as { quality: string }).quality === 'good' ? [`${key} ${type} ${String(raw)}`] : []
      }),
    )

/** A reader with what it told last of a quantity. */
const readBy = (
  make: (tell: (observation: { readonly samples: Readonly<Record<string, Sample>> }) => void) => DeviceReader,
) => {
  let told: Readonly<Record<string, Sample>> = {}
  const reader = make(({ samples }) => {
    told = samples
  })
  return { reader, last: (key: string): Sample | undefined => told[key] }
}

describe('a counter is never good where its registers hold a code instead of a count', () => {
  const [meter] = site.meters
  const [charger] = site.chargers
  it.each([...allMeters.values()].map((profile) => [profile.id, profile] as const))('%s', (_, profile) => {
    if (meter === undefined) throw new Error('no meter')
    const { reader, last } = readBy((tell) => createMeterReader(meter, profile, tell))
    const read = (key: string, words: readonly number[]) => {
      reader.accept(key, words, 1000, 1000)
      reader.done([key], 1000)
      return last(key)
    }
    expect(believed(Object.entries(profile.quantities), profile.wordOrder, read)).toEqual([])
  })
  it.each([...allChargers.values()].map((profile) => [profile.id, profile] as const))('%s', (_, profile) => {
    if (charger === undefined) throw new Error('no charger')
    const { reader, last } = readBy((tell) => createChargerReader(charger, profile, tell))
    const read = (key: string, words: readonly number[]) => {
      reader.accept(key, words, 1000, 1000)
      reader.done([key], 1000)
      return last(key)
    }
    expect(believed(Object.entries(profile.quantities) as [string, Register][], profile.wordOrder, read)).toEqual([])
  })
  it('EM24: 0x7FFF in the high word is its overflow, whatever the low word holds', () => {
    const profile = allMeters.get('carlo-gavazzi-em24')
    if (meter === undefined || profile === undefined) throw new Error('no meter')
    const { reader, last } = readBy((tell) => createMeterReader(meter, profile, tell))
    for (const key of ['e_import', 'u_l1n', 'p_total'] as const)
      for (const low of [0, 1, 0x1234, 0xfffe, 0xffff]) {
        reader.accept(key, [low, 0x7fff], 1000, 1000)
        reader.done([key], 1000)
        expect(last(key)).toMatchObject({ value: null, quality: 'absent' })
      }
  })
})
