import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { seededRandom } from '../test-support/seeded-random.ts'
import { formatProblem } from '../yaml/problem.ts'
import { checkMbusGolden, telegramOfHex } from './check-golden.ts'
import { matchingMbusProfiles } from './match.ts'
import type { MbusGolden, MbusProfile } from './profile.ts'
import { readMbusGolden, readMbusProfile } from './read-mbus-profile.ts'
import type { Telegram } from './decoded-telegram.ts'
import { describeSelection, valuesOf } from './values-of.ts'

const names = ['mbus-electricity', 'eastron-sdm630-mbus', 'emu-professional-mbus', 'gmc-emmod206-mbus'] as const
const asset = (name: string) => readFile(new URL(`../../assets/profiles/mbus/${name}.yaml`, import.meta.url), 'utf8')
const texts = new Map(await Promise.all(names.map(async (name) => [name, await asset(name)] as const)))
const profiles = new Map(
  names.map((name): [string, MbusProfile] => {
    const read = readMbusProfile(texts.get(name)!, `${name}.yaml`)
    if (!read.ok) throw new Error(read.problems.map(formatProblem).join('\n'))
    return [name, read.profile]
  }),
)
const casesOf = async (name: string) => (parse(await asset(`${name}.golden`)) as MbusGolden).cases
const telegramsOf = ({ telegrams }: MbusGolden['cases'][number]): Telegram[] =>
  telegrams.map((hex) => {
    const read = telegramOfHex(hex)
    if (!('telegram' in read)) throw new Error(read.problem)
    return read.telegram
  })

describe.each(names)('%s', (name) => {
  it('reads its golden telegrams', async () => {
    expect(checkMbusGolden(profiles.get(name)!, await casesOf(name))).toEqual([])
  })
})

describe('valuesOf', () => {
  const generic = profiles.get('mbus-electricity')!
  const reading = async (name: string, key: string, profile = generic) =>
    valuesOf(profile, telegramsOf((await casesOf(name))[0]!)).get(key as 'p_total')

  it('never takes reactive power of a sub-unit for active power', async () => {
    expect(await reading('mbus-electricity', 'q_l1')).toMatchObject({ value: -180 })
    expect(await reading('mbus-electricity', 'p_l1')).toMatchObject({ value: 790 })
    expect(await reading('emu-professional-mbus', 'q_l1')).toEqual({
      value: null,
      why: 'the meter sends no reactive-power, L1',
    })
  })

  it('does not choose among records that differ by their place only', async () => {
    expect(await reading('eastron-sdm630-mbus', 'p_total')).toEqual({
      value: null,
      why: 'the meter sends 4 records of power that differ by their place only: its own profile is needed',
    })
    expect(await reading('gmc-emmod206-mbus', 'p_total')).toEqual({ value: null, why: 'the meter sends no power' })
  })

  it('tells why a value is missing', async () => {
    const invalid = (await casesOf('mbus-electricity'))[2]!
    const values = valuesOf(generic, telegramsOf(invalid))
    expect(values.get('e_import')).toEqual({ value: null, why: 'the meter sends no decimal number (DDEBB4DD)' })
    expect(values.get('u_l1n')).toEqual({ value: null, why: 'the meter says that it has no value' })
    expect(values.get('i_l1')).toEqual({ value: null, why: 'the meter sends no current, L1' })
    const busy = telegramOfHex('68 04 04 68 08 01 70 08 81 16')
    expect('telegram' in busy && valuesOf(generic, [busy.telegram]).get('p_total')).toEqual({
      value: null,
      why: 'the meter reports: application too busy for the request',
    })
  })

  it('sums tariffs only when each is there once and has a value', async () => {
    const [telegram] = telegramsOf((await casesOf('mbus-electricity'))[0]!)
    const tariff = telegram!.records.find(({ tariff: number, storage }) => number === 2 && storage === 0)!
    const others = telegram!.records.filter((record) => record !== tariff)
    const read = (...changed: (typeof tariff)[]) =>
      valuesOf(generic, [{ ...telegram!, records: [...others, ...changed] }]).get('e_import')
    expect(read({ ...tariff, value: { kind: 'none', why: 'no data' } })).toEqual({
      value: null,
      why: 'tariff 2: no data',
    })
    expect(read(tariff, tariff)).toEqual({ value: null, why: 'the meter sends a tariff twice' })
  })

  it('says in words which record it is', () => {
    expect(describeSelection(generic.quantities.q_l1!)).toBe(
      'reactive-power, L1; else power, sub-unit 1, L1, read as reactive',
    )
    expect(describeSelection(profiles.get('eastron-sdm630-mbus')!.quantities.u_l2n!)).toBe('2. voltage')
  })
})

describe('matchingMbusProfiles', () => {
  const match = (manufacturer: string, version: number, medium: number) =>
    matchingMbusProfiles(profiles.values(), { manufacturer, version, medium }).map(({ id }) => id)
  it('puts the profile first that says most of the meter', () => {
    expect(match('PAD', 1, 2)).toEqual(['eastron-sdm630-mbus', 'mbus-electricity'])
    expect(match('EMU', 16, 2)).toEqual(['emu-professional-mbus', 'mbus-electricity'])
    expect(match('EMU', 17, 2)).toEqual(['mbus-electricity'])
    expect(match('PAD', 1, 7)).toEqual([])
  })
})

describe('readMbusProfile', () => {
  const change = (search: string, replacement: string): string[] => {
    const text = texts.get('gmc-emmod206-mbus')!
    if (!text.includes(search)) throw new Error(`no '${search}' in the profile`)
    const read = readMbusProfile(text.replace(search, replacement), 'm.yaml')
    return read.ok ? [] : read.problems.map((problem) => formatProblem(problem).replace(/^\S+?:(\d+):\d+: /, ''))
  }
  it.each([
    ['u_l1n:', 'u_l1x:', "quantities.u_l1x: 'u_l1x' is no quantity; did you mean 'u_l1n'?"],
    ['vif: voltage', 'vif: voltag', "did you mean 'voltage'?"],
    ['subUnit: 1,', 'subunit: 1,', "unknown key; did you mean 'subUnit'?"],
    [
      'u_l2n: { vif: voltage, subUnit: 2',
      'u_l2n: { vif: voltage, subUnit: 1',
      "quantities.u_l2n: 'u_l2n' is the same record as 'u_l1n'",
    ],
    [
      'as: reactive, ',
      '',
      "quantities.q_total.vif: 'q_total' is in var, but 'power' is in W or J/h; add 'as: reactive'",
    ],
    [
      'i_l1: { vif: current',
      'i_l1: { vif: voltage',
      "quantities.i_l1.vif: 'i_l1' is in A, but 'voltage' is in V; correct the quantity or the vif",
    ],
    ['tariff: all', 'tariff: all, position: 1', 'quantities.e_import.position: a sum over tariffs has no position'],
    ['manufacturer: GMC', 'manufacturer: gmc', 'match[0].manufacturer'],
    ['confidence: low\n', '', 'confidence: is missing'],
  ])('%j as %j', (search, replacement, expected) => {
    const told = change(search, replacement)
    expect(
      told.some((line) => line.includes(expected)),
      told.join('\n'),
    ).toBe(true)
  })

  it('and the golden file are survived mutated, with a place for every problem', async () => {
    const files = [
      [texts.get('mbus-electricity')!, readMbusProfile],
      [await asset('gmc-emmod206-mbus.golden'), readMbusGolden],
    ] as const
    const random = seededRandom(13757)
    let refused = 0
    for (let round = 0; round < 1500; round += 1) {
      const [text, read] = files[round % 2]!
      const at = Math.floor(random() * text.length)
      const result = read(
        random() < 0.5
          ? text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 8))
          : text.slice(0, at) + String.fromCharCode(9 + Math.floor(random() * 117)) + text.slice(at),
        'x.yaml',
      )
      if (result.ok) continue
      refused += 1
      for (const problem of result.problems)
        expect(problem.line >= 1 && problem.column >= 1 && problem.message !== '').toBe(true)
    }
    expect(refused).toBeGreaterThan(100)
  }, 120_000)
})
