import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exceptions } from './device.ts'
import { encodeOrZero, readImage, type ImageEntry } from './register-image.ts'

const entry = (address: number, ...words: number[]): ImageEntry => ({
  space: 'input',
  address,
  width: words.length,
  isFloat: false,
  words: () => words,
})
const habits = { maxRegisters: 10, maxGap: 2, evenOnly: false, holes: [] as [number, number][] }
const entries = [entry(10, 1, 2), entry(12, 3), entry(15, 4, 5), entry(40, 6)]
const read = (address: number, count: number, change: Partial<typeof habits> = {}) =>
  readImage(entries, { ...habits, ...change }, 0xabcd, 'input', address, count, null)
const refused = (exception: number) => ({ exception })

describe('a read as a device allows it', () => {
  it('gives words and half words, with the filler between them', () => {
    expect(read(10, 3)).toEqual({ words: [1, 2, 3] })
    expect(read(11, 6)).toEqual({ words: [2, 3, 0xabcd, 0xabcd, 4, 5] })
  })
  it('refuses a gap it does not bear, a hole, and what is beyond its map', () => {
    expect(read(11, 6, { maxGap: 1 })).toEqual(refused(exceptions.illegalAddress))
    expect(read(10, 3, { holes: [[12, 12]] })).toEqual(refused(exceptions.illegalAddress))
    expect(read(9, 2)).toEqual(refused(exceptions.illegalAddress))
    expect(read(40, 2)).toEqual(refused(exceptions.illegalAddress))
    expect(read(9000, 1)).toEqual(refused(exceptions.illegalAddress))
  })
  it('refuses more registers than it gives, and none', () => {
    expect(read(10, 11)).toEqual(refused(exceptions.illegalValue))
    expect(read(10, 0)).toEqual(refused(exceptions.illegalValue))
  })
  it('refuses odd addresses and counts where the device does', () => {
    expect(read(10, 2, { evenOnly: true })).toEqual({ words: [1, 2] })
    expect(read(11, 2, { evenOnly: true })).toEqual(refused(exceptions.illegalAddress))
    expect(read(10, 3, { evenOnly: true })).toEqual(refused(exceptions.illegalAddress))
  })
  it('refuses the function of a register space it does not have', () => {
    expect(readImage(entries, habits, 0, 'holding', 10, 1, null)).toEqual(refused(exceptions.illegalFunction))
  })
  it('never gives another number of words than asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 30 }),
        (address, count, maxGap) => {
          const outcome = read(address, count, { maxGap })
          if ('words' in outcome) expect(outcome.words).toHaveLength(count)
        },
      ),
    )
  })
})

describe('encodeOrZero', () => {
  it('says 0 where a register can not say the value, and the code where there is one', () => {
    const register = { address: 0, type: 'uint16', scale: 1 } as const
    expect(encodeOrZero(register, -5, { wordOrder: 'high-first' })).toEqual([0])
    expect(encodeOrZero(register, 70_000, { wordOrder: 'high-first' })).toEqual([0])
    expect(encodeOrZero(register, null, { wordOrder: 'high-first' })).toEqual([0])
    expect(encodeOrZero(register, null, { wordOrder: 'high-first', notAvailable: { uint16: [65535] } })).toEqual([
      65535,
    ])
  })
})
