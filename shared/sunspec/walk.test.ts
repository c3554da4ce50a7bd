import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { decodeRegister } from '../profile/codec.ts'
import { describeSource } from '../profile/describe.ts'
import type { MeterProfile } from '../profile/meter-profile.ts'
import { planReads } from '../profile/read-plan.ts'
import { readMeterProfile } from '../profile/read-profile.ts'
import { wordsOfRegister } from '../profile/register.ts'
import type { QuantityKey } from '../quantities.ts'
import { readString } from './common.ts'
import { sunSpecEvidence, type SunSpecWalk } from './device.ts'
import { placeSunSpec, sunSpecLayouts } from './place.ts'
import { common, floatMeter, mapOf, readerOf, text, tracedMeter, type MapModel } from './test-support/map.ts'
import { walkSunSpec } from './walk.ts'

const load = (id: string): MeterProfile => {
  const file = fileURLToPath(new URL(`../../assets/profiles/meters/${id}.yaml`, import.meta.url))
  const read = readMeterProfile(readFileSync(file, 'utf8'), file)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.profile
}
const catalogue = new Map(['sunspec-meter', 'sunspec-meter-float'].map((id) => [id, load(id)]))
const profile = catalogue.get('sunspec-meter')!
const layouts = sunSpecLayouts(profile, catalogue)
const inverter: MapModel = { id: 101, words: Array.from({ length: 50 }, () => 0x8000) }
const maker = common('SolarEdge', 'SE5000H-RWS00BNO4', '7405E7D8', '0004.0020', 65)
const must = (walk: SunSpecWalk) => {
  if (!walk.ok) throw new Error(walk.message)
  return walk.device
}
const whyNot = (walk: SunSpecWalk) => (walk.ok ? 'it was followed' : `${walk.kind}: ${walk.message}`)

/** All quantities, read from a map by the placed profile's plan. */
const readAll = (placed: MeterProfile, map: ReadonlyMap<number, number>) =>
  Object.fromEntries(
    planReads(placed, ['fast', 'normal', 'slow']).flatMap(({ address, count, keys }) => {
      const words = Array.from({ length: count }, (_, index) => map.get(address + index) ?? NaN)
      return keys.map((key) => {
        const register = placed.quantities[key as QuantityKey]!
        const decoded = decodeRegister(register, wordsOfRegister(register, address, words), placed)
        return [key, typeof decoded === 'string' ? decoded : decoded.value]
      })
    }),
  )

describe('the walk', () => {
  it.each([40000, 0, 50000, 4096])('finds the map at %d, its maker and its meter', async (base) => {
    const device = must(await walkSunSpec(readerOf(mapOf(base, [maker, inverter, tracedMeter])).read))
    expect(device.base).toBe(base)
    expect(device.models.map(({ id, address, length }) => [id, address - base, length])).toEqual([
      [1, 2, 65],
      [101, 69, 50],
      [203, 121, 105],
    ])
    expect(device.common).toEqual({
      maker: 'SolarEdge',
      model: 'SE5000H-RWS00BNO4',
      options: null,
      version: '0004.0020',
      serial: '7405E7D8',
    })
    expect(device.meters.map(({ id, address }) => [id, address - base])).toEqual([[203, 121]])
    expect(device.notes).toEqual([])
    expect(sunSpecEvidence(device)).toEqual([
      `'SunS' at register ${base}`,
      'model 1 says SolarEdge SE5000H-RWS00BNO4, serial number 7405E7D8',
      `meter model 203, three phases with neutral, at register ${base + 121}`,
    ])
  })

  it('asks only for what the chain has announced, and for model 1 in one read', async () => {
    const { read, asked } = readerOf(mapOf(40000, [maker, tracedMeter]))
    await walkSunSpec(read)
    expect(asked).toEqual([
      { address: 40000, count: 2 },
      { address: 40002, count: 2 },
      { address: 40004, count: 64 },
      { address: 40069, count: 2 },
      { address: 40176, count: 2 },
    ])
  })

  it('reads model 1 string by string where the device refuses long reads', async () => {
    const { read, asked } = readerOf(mapOf(0, [common('Maker', 'Model', 'Serial'), tracedMeter]), 20)
    expect(must(await walkSunSpec(read)).common).toMatchObject({
      maker: 'Maker',
      model: 'Model',
      serial: 'Serial',
      version: '1.02',
    })
    expect(Math.max(...asked.filter(({ count }) => count <= 20).map(({ count }) => count))).toBe(16)
  })

  it('takes an end marker that nothing follows', async () => {
    expect(must(await walkSunSpec(readerOf(mapOf(0, [maker, tracedMeter], [0xffff])).read)).meters).toHaveLength(1)
  })

  it('gives each meter the common model that leads it', async () => {
    const map = mapOf(40000, [
      maker,
      inverter,
      common('WattNode', 'WND-3Y', '11'),
      tracedMeter,
      common('Other', 'Meter', '22'),
      floatMeter(211),
    ])
    expect(must(await walkSunSpec(readerOf(map).read)).meters.map(({ id, common: by }) => [id, by?.serial])).toEqual([
      [203, '11'],
      [211, '22'],
    ])
  })

  it.each<[string, Map<number, number>, RegExp]>([
    [
      'no marker anywhere',
      new Map([
        [40000, 1],
        [40001, 2],
      ]),
      /^absent: .*40000 reads 0001 0002/,
    ],
    ['an empty chain', mapOf(40000, []), /^broken: .*no model follows/],
    [
      'a map that stops without an end',
      mapOf(40000, [maker, tracedMeter], []),
      /^broken: .*can't be read at register 40176, after 2 models/,
    ],
    ['models without a number', mapOf(40000, [maker], [0, 0, 0, 0]), /^broken: .*no model number at register 40069/],
    [
      'a length beyond the last register',
      mapOf(40000, [maker], [203, 65000]),
      /^broken: model 203 .* 65000 registers, .*past register 65535/,
    ],
    [
      'a chain without end',
      mapOf(
        0,
        Array.from({ length: 200 }, () => ({ id: 64001, words: [] })),
      ),
      /^broken: .*more than 64 models/,
    ],
  ])('refuses %s with a message', async (_what, map, message) => {
    expect(whyNot(await walkSunSpec(readerOf(map).read))).toMatch(message)
  })

  it('tells a silent device from one that has no map, and from one that fell silent on the way', async () => {
    const silence = { ok: false, isRefused: false, isSilent: true, message: 'no reply' } as const
    expect(whyNot(await walkSunSpec(async () => silence))).toMatch(
      /^silent: no answer at registers 40000, 0, 50000, 4096/,
    )
    const { read } = readerOf(mapOf(40000, [maker, tracedMeter]))
    expect(
      whyNot(await walkSunSpec(async (address, count) => (address > 40070 ? silence : read(address, count)))),
    ).toMatch(/^silent: .*register 40176/)
  })

  it('leaves out a meter model of the wrong length, and says so', async () => {
    const device = must(
      await walkSunSpec(readerOf(mapOf(40000, [maker, { id: 203, words: tracedMeter.words.slice(0, 90) }])).read),
    )
    expect(device.meters).toEqual([])
    const placing = placeSunSpec(profile, layouts, device)
    expect(placing.ok ? '' : placing.message).toMatch(
      /no meter model that sunspec-meter reads; its models are 1, 203 \(meter model 203 at register 40069 has 90 registers where the standard has 105/,
    )
  })

  it('takes a reply of the wrong size for none', async () => {
    expect(whyNot(await walkSunSpec(async () => ({ ok: true, words: [0x5375] })))).toMatch(
      /^absent: .*2 registers from 40000 came back as 1/,
    )
  })
})

describe('a string of model 1', () => {
  it.each([
    [text('', 8), null],
    [text('Acme', 8), 'Acme'],
    [text('  x ', 4), 'x'],
    [[0xffff, 0xffff], null],
    [[0x41c4, 0x4200], 'A?B'],
    [[0x4107, 0x4200], 'AB'],
  ])('%j is %j', (words, value) => {
    expect(readString(words)).toBe(value)
  })
})

describe('a meter where its device has it', () => {
  it.each([40000, 0, 50000])('reads what the SolarEdge of a published trace measured, base %d', async (base) => {
    const map = mapOf(base, [maker, inverter, tracedMeter])
    const device = must(await walkSunSpec(readerOf(map).read))
    const placing = placeSunSpec(profile, layouts, device)
    if (!placing.ok) throw new Error(placing.message)
    expect(placing.profile.sunspecModel).toBe(203)
    const values = readAll(placing.profile, map)
    expect(values).toMatchObject({
      i_total: 10.2,
      i_l1: 4.7,
      i_l2: 0.8,
      i_l3: 4.6,
      u_l1n: 234.48,
      u_l2n: 237.63,
      u_l3n: 231.48,
      f: 49.99,
      p_total: -91,
      p_l1: 1032,
      p_l2: -123,
      p_l3: -1000,
      q_total: -467,
      pf_total: 0.2076,
      e_export: 21267.458,
      e_import: 18090.016,
      e_import_l3: 11614.309,
      // TotVAh_SF is not implemented, TotWhExpPhB never counted.
      es_import: 'not-available',
      e_export_l2: 'not-available',
    })
    expect(describeSource(placing.profile, 'u_l1n', 1000).register).toBe(
      `SunSpec model 203, point PhVphA, holding register ${base + 129} (0x${(base + 129).toString(16).toUpperCase().padStart(4, '0')}), int16, x 10^V_SF (register ${base + 136}) (FC 3)`,
    )
  })

  it('reads a float model by the same profile, each point from its own place', async () => {
    const map = mapOf(50000, [maker, floatMeter(214, (offset) => (offset === 32 ? NaN : 40 + offset / 8))])
    const placing = placeSunSpec(profile, layouts, must(await walkSunSpec(readerOf(map).read)))
    if (!placing.ok) throw new Error(placing.message)
    const {
      i_l1: current,
      u_l1n: voltage,
      u_l3l1: last,
      f,
      p_l1: power,
      p_l2: missing,
      pf_l3: factor,
      e_export: sent,
      e_import: taken,
    } = readAll(placing.profile, map)
    // Offsets of model 213 in the SunSpec model definitions: AphA 4, PhVphA 12, PPVphCA 24, Hz 26, WphA 30, WphB 32, PFphC 58, TotWhExp 60, TotWhImp 68.
    expect({ current, voltage, last, f, power, missing, factor, sent, taken }).toEqual({
      current: 40.5,
      voltage: 41.5,
      last: 43,
      f: 43.25,
      power: 43.75,
      missing: 'not-available',
      factor: 47.25,
      sent: 0.0475,
      taken: 0.0485,
    })
  })

  it('is the one the site file asks for', async () => {
    const second = { ...tracedMeter, id: 201 }
    const device = must(
      await walkSunSpec(readerOf(mapOf(0, [maker, tracedMeter, second, floatMeter(213), tracedMeter])).read),
    )
    const chosen = (choice: { model?: number; index?: number }) => {
      const placing = placeSunSpec(profile, layouts, device, choice)
      return placing.ok ? [placing.meter.id, placing.meter.address] : placing.message
    }
    expect(chosen({})).toEqual([203, 69])
    expect(chosen({ index: 2 })).toEqual([201, 176])
    expect(chosen({ model: 213 })).toEqual([213, 283])
    expect(chosen({ model: 203, index: 2 })).toEqual([203, 409])
    expect(chosen({ model: 203, index: 3 })).toMatch(
      /asks for meter model 203 number 3, but there are 2: the device has 203 at register 69, 201 at register 176/,
    )
    expect(chosen({ model: 204 })).toMatch(/there are 0/)
  })

  it('with floats only never reads an integer model', async () => {
    const floats = catalogue.get('sunspec-meter-float')!
    const device = must(await walkSunSpec(readerOf(mapOf(0, [maker, tracedMeter, floatMeter()])).read))
    expect(placeSunSpec(floats, sunSpecLayouts(floats, catalogue), device)).toMatchObject({
      ok: true,
      meter: { id: 213 },
    })
  })
})
