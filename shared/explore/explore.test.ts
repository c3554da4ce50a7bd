import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeRegister, encodeRegister, fits } from '../profile/codec.ts'
import type { MeterProfile } from '../profile/meter-profile.ts'
import { readGolden, readMeterProfile } from '../profile/read-profile.ts'
import { registerWidth } from '../profile/register.ts'
import { quantities, type QuantityKey } from '../quantities.ts'
import { seededRandom } from '../test-support/seeded-random.ts'
import { decodingsAt, type NumberDecoding } from './decodings.ts'
import { rankDecodings, referenceOf, viewRegisters, type Cell, type RegisterView } from './reading.ts'
import { readHostText, readRegisterText } from './register-text.ts'
import { loadedSite } from './test-support/loaded-site.ts'

const folder = join(import.meta.dirname, '..', '..', 'assets', 'profiles', 'meters')
const ids = readdirSync(folder)
  .filter((name) => name.endsWith('.golden.yaml'))
  .map((name) => name.replace('.golden.yaml', ''))
const profileOf = (id: string): MeterProfile => {
  const read = readMeterProfile(readFileSync(join(folder, `${id}.yaml`), 'utf8'), id)
  if (!read.ok) throw new Error(id)
  return read.profile
}
/** Registers whose number stands in one coding: without a scale factor elsewhere, and not folded. */
const plain = (profile: MeterProfile) =>
  Object.entries(profile.quantities).filter(
    ([, register]) =>
      register.type !== 'float32-4q-pf' && !('scaleRegister' in register && register.scaleRegister !== undefined),
  )
const near = (a: number, b: number): boolean => Math.abs(a - b) <= Math.max(1e-9, Math.abs(b) * 1e-6)

interface Score {
  readonly values: number
  readonly listed: number
  readonly likely: number
  readonly scaled: number
  readonly scales: number
}

/** Encodes a loaded site into the profile's registers, 0 between them, and asks what the decoder makes of every stretch. */
const judge = (profile: MeterProfile, seed: number): Score => {
  const value = loadedSite(seededRandom(seed))
  let [values, listed, likely, scaled, scales] = [0, 0, 0, 0, 0]
  for (const space of ['holding', 'input'] as const) {
    const own = plain(profile).filter(([, register]) => (register.space ?? profile.space) === space)
    const words = new Map<number, number>()
    const raws: { key: QuantityKey; address: number; width: number; raw: number; scale: number; words: number[] }[] = []
    for (const [key, register] of own) {
      const wanted = value(key as QuantityKey)
      const plainValue = fits(register, wanted) ? wanted : 1
      const encoded = encodeRegister(register, plainValue, profile)
      encoded.forEach((word, index) => words.set(register.address + index, word))
      const decoded = decodeRegister({ type: register.type, wordOrder: register.wordOrder }, encoded, {
        wordOrder: profile.wordOrder,
      })
      if (typeof decoded === 'object')
        raws.push({
          key: key as QuantityKey,
          address: register.address,
          width: registerWidth[register.type],
          raw: decoded.value,
          scale: register.scale,
          words: encoded,
        })
    }
    // As a person would: one look over each stretch of the map, gaps of up to eight registers read as zero.
    const addresses = [...words.keys()].sort((a, b) => a - b)
    const cells: Cell[] = []
    for (const [index, address] of addresses.entries()) {
      const before = addresses[index - 1]
      if (before !== undefined && address - before <= 8)
        for (let gap = before + 1; gap < address; gap += 1) cells.push({ address: gap, word: 0, why: null })
      cells.push({ address, word: words.get(address) ?? 0, why: null })
    }
    const views = new Map<number, RegisterView>(viewRegisters(cells).map((view) => [view.cell.address, view]))
    for (const { key, address, width, raw, scale, words: encoded } of raws) {
      // Two quantities may share a register (a note says why): then only the last one's words are there.
      if (raw === 0 || encoded.some((word, index) => words.get(address + index) !== word)) continue
      values += 1
      const view = views.get(address)
      const mine = decodingsAt(view?.words ?? []).filter(
        (one): one is NumberDecoding =>
          one.kind === 'number' && one.width === width && one.value !== null && near(one.value, raw),
      )
      if (mine.length > 0) listed += 1
      const tile = view?.likely?.tile
      const isRight = tile?.coding != null && tile.width === width && tile.value !== null && near(tile.value, raw)
      if (isRight) likely += 1
      // A zero high word alone makes a narrower reading equal in value: not counted as right, only the true width is.
      if (['voltage', 'frequency'].includes(quantities[key].kind) && encoded.some((word) => word !== 0)) {
        scales += 1
        if (isRight && near(view?.likely?.meaning?.scale ?? NaN, scale)) scaled += 1
      }
    }
  }
  return { values, listed, likely, scaled, scales }
}

describe('the likely decoding of the registers of a loaded site', () => {
  const seeds = [1, 2, 3, 4, 5]
  const scores = ids
    .filter((id) => plain(profileOf(id)).length > 0)
    .map((id) => ({
      id,
      score: seeds
        .map((seed) => judge(profileOf(id), seed))
        .reduce((a, b) => ({
          values: a.values + b.values,
          listed: a.listed + b.listed,
          likely: a.likely + b.likely,
          scaled: a.scaled + b.scaled,
          scales: a.scales + b.scales,
        })),
    }))
  const total = scores.reduce(
    (sum, { score }) => ({
      values: sum.values + score.values,
      likely: sum.likely + score.likely,
      scaled: sum.scaled + score.scaled,
      scales: sum.scales + score.scales,
    }),
    { values: 0, likely: 0, scaled: 0, scales: 0 },
  )

  it.each(scores.map(({ id, score }) => [id, score] as const))(
    '%s: the true one is always among those offered, and mostly the likely one',
    (_, score) => {
      expect(score.listed).toBe(score.values)
      expect(score.likely / score.values).toBeGreaterThanOrEqual(0.6)
    },
  )
  it('over the catalogue it is right for nine values of ten, and finds the scale of voltage and frequency as often', () => {
    if (process.env['EXPLORE_FIGURES'] !== undefined) {
      for (const { id, score } of scores)
        console.warn(
          id,
          score.values,
          (score.likely / score.values).toFixed(3),
          score.scales === 0 ? '-' : (score.scaled / score.scales).toFixed(3),
        )
      console.warn(total, total.likely / total.values, total.scaled / total.scales)
    }
    expect(total.likely / total.values).toBeGreaterThanOrEqual(0.9)
    expect(total.scaled / total.scales).toBeGreaterThanOrEqual(0.9)
  })
})

describe('golden words, seen alone', () => {
  const cases = ids.flatMap((id) => {
    const profile = profileOf(id)
    const golden = readGolden(readFileSync(join(folder, `${id}.golden.yaml`), 'utf8'), id)
    if (!golden.ok) throw new Error(id)
    const registers = Object.fromEntries(plain(profile))
    return golden.profile.cases.flatMap(({ quantity, words, value }) => {
      const register = registers[quantity]
      return register === undefined || typeof value !== 'number' || value === 0
        ? []
        : [
            {
              id,
              quantity,
              value,
              scale: register.scale,
              width: registerWidth[register.type],
              words: words.map((word) => parseInt(word, 16)),
            },
          ]
    })
  })
  const isTrue = (one: (typeof cases)[number], decoding: NumberDecoding): boolean =>
    decoding.width === one.width &&
    decoding.value !== null &&
    Math.abs(decoding.value * one.scale - one.value) <= Math.abs(one.value) * 1e-4
  it('always hold the expected value in one of the decodings', () => {
    expect(cases.length).toBeGreaterThan(200)
    for (const one of cases)
      expect(
        decodingsAt(one.words).some((decoding) => decoding.kind === 'number' && isTrue(one, decoding)),
        `${one.id} ${one.quantity}`,
      ).toBe(true)
  })
  it('rank it among the first three for most, without any neighbour to help', () => {
    const good = cases.filter((one) =>
      rankDecodings(one.words)
        .filter(({ decoding }) => decoding.kind === 'number')
        .slice(0, 3)
        .some(({ decoding }) => decoding.kind === 'number' && isTrue(one, decoding)),
    )
    if (process.env['EXPLORE_FIGURES'] !== undefined)
      console.warn('golden alone, first three:', good.length, cases.length)
    expect(good.length / cases.length).toBeGreaterThanOrEqual(0.8)
  })
})

describe('what a person sees of a register', () => {
  const cells = (first: number, words: readonly (number | null)[]): Cell[] =>
    words.map((word, index) => ({
      address: first + index,
      word,
      why: word === null ? 'exception 2: illegal data address' : null,
    }))
  const floats = (...values: number[]) =>
    values.flatMap((value) => encodeRegister({ type: 'float32' }, value, { wordOrder: 'high-first' }))
  it('says which decoding, what it may mean and what speaks for it', () => {
    const view = viewRegisters(cells(0, floats(230.41, 231.2, 229.87)))
    expect(view[0]?.likely).toMatchObject({
      strength: 'likely',
      why: 'float32, high word first: likely a voltage; neighbours 2 and 4 fit the same',
    })
    expect(view[1]).toMatchObject({ likely: null, partOf: 0 })
  })
  it('keeps a hole a hole and reads nothing across it', () => {
    const view = viewRegisters(cells(10, [...floats(230.41).slice(0, 1), null, ...floats(229)]))
    expect(view[0]?.words).toEqual([0x4366])
    expect(view[1]).toMatchObject({ likely: null, words: [] })
    expect(view[2]?.likely?.tile.coding?.type).toBe('float32')
  })
  it('finds the scale of an integer voltage and frequency', () => {
    const view = viewRegisters(cells(0, [2304, 2311, 2298, 5001]))
    expect(view.map(({ likely }) => [likely?.meaning?.kind, likely?.meaning?.scale])).toEqual([
      ['voltage', 0.1],
      ['voltage', 0.1],
      ['voltage', 0.1],
      ['frequency', 0.01],
    ])
  })
  it('sees text, BCD and dates for what they are', () => {
    const text = [...'SDM630-M'].reduce<number[]>((words, char, index) => {
      words[index >> 1] = ((words[index >> 1] ?? 0) << 8) | char.charCodeAt(0)
      return words
    }, [])
    expect(decodingsAt(text)).toContainEqual(expect.objectContaining({ kind: 'ascii', text: 'SDM630-M' }))
    expect(viewRegisters(cells(0, text))[0]?.likely?.why).toContain('text')
    expect(decodingsAt([0x1234, 0x5678])).toContainEqual(expect.objectContaining({ kind: 'bcd', value: 12345678 }))
    // 2026-11-24 00:00:00 UTC is 1795478400 = 0x6B04_CF80.
    expect(decodingsAt([0x6b04, 0xcf80])).toContainEqual(
      expect.objectContaining({ kind: 'date', text: expect.stringContaining('2026-11-2') as string }),
    )
    expect(decodingsAt([26, 0x0b18, 0x0a1e, 0])).toContainEqual(
      expect.objectContaining({ kind: 'date', text: '2026-11-24 10:30:00' }),
    )
  })
})

describe('what a person types for a register', () => {
  it.each([
    ['70', 70, null],
    ['0x46', 70, null],
    ['30071', 70, 4],
    ['40001', 0, 3],
    ['400001', 0, 3],
    ['=40001', 40001, null],
    ['0x9C41', 40001, null],
    ['40000', 40000, null],
    ['19000', 19000, null],
    ['365536', 65535, 4],
    [' 0XfF ', 255, null],
  ] as const)('%s is %d', (text, address, functionCode) => {
    const read = readRegisterText(text)
    expect(read).toMatchObject({ ok: true, address, functionCode })
    expect(read.ok && read.said !== null).toBe(functionCode !== null)
  })
  it.each(['', '-1', '65536', '0x10000', '1.5', 'u_l1n', '0x', '4e4'])('%j is refused with what to write', (text) => {
    expect(readRegisterText(text)).toMatchObject({
      ok: false,
      why: expect.stringMatching(/write 70|beyond register/) as string,
    })
  })
  it('references come back from addresses', () => {
    for (const address of [0, 70, 9998])
      for (const functionCode of [3, 4] as const)
        expect(readRegisterText(referenceOf(address, functionCode) ?? '')).toMatchObject({ address, functionCode })
    expect(referenceOf(19000, 3)).toBeNull()
  })
  it.each([
    ['10.0.0.5', '10.0.0.5', 502],
    ['gw.local:1502', 'gw.local', 1502],
    ['[fe80::1]:502', 'fe80::1', 502],
  ] as const)('%s is a host', (text, host, port) => {
    expect(readHostText(text)).toEqual({ ok: true, host, port })
  })
  it.each(['', 'a b', 'host:0', 'host:70000', 'http://x', 'fe80::1'])('%j is no host', (text) => {
    expect(readHostText(text).ok).toBe(false)
  })
})
