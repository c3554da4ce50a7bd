import { describe, expect, it } from 'vitest'
import { identify, identityWidth } from './identity.ts'
import type { Identity } from './register.ts'

const high = { wordOrder: 'high-first' } as const
const words = (text: string): number[] =>
  text.match(/../gs)?.map((pair) => (pair.charCodeAt(0) << 8) | pair.charCodeAt(1)) ?? []

describe('what a device says it is', () => {
  const code: Identity = {
    address: 11,
    type: 'uint16',
    registers: 1,
    expected: [
      { value: 331, model: 'EM330' },
      { value: 341, model: 'EM340' },
    ],
    source: 'x',
  }
  it('is one of the codes, or another model', () => {
    expect(identify(code, [341], high)).toEqual({ said: '341', model: 'EM340' })
    expect(identify(code, [71], high)).toEqual({ said: '71', model: null })
  })

  it('is a long number in the word order of the profile', () => {
    const long: Identity = { ...code, type: 'uint32', expected: [{ value: 0x00890001, model: 'A' }] }
    expect(identityWidth(long)).toBe(2)
    expect(identify(long, [0x0089, 0x0001], high).model).toBe('A')
    expect(identify(long, [0x0001, 0x0089], { wordOrder: 'low-first' }).model).toBe('A')
    expect(identify(long, [0x0001, 0x0089], high).model).toBeNull()
  })

  it('is a text by its beginning, padded with blanks or NUL or with rests behind a NUL', () => {
    const text: Identity = {
      address: 49,
      type: 'text',
      registers: 6,
      expected: [{ value: 'IEM3255', model: 'iEM3255' }],
      source: 'x',
    }
    expect(identify(text, words('iEM3255\0xxxx'), high)).toEqual({ said: 'iEM3255', model: 'iEM3255' })
    expect(identify(text, words('iEM3255 v2  '), high).model).toBe('iEM3255')
    expect(identify(text, words('iEM3155     '), high)).toEqual({ said: 'iEM3155', model: null })
    expect(identify(text, Array(6).fill(0), high)).toEqual({ said: '', model: null })
    expect(() => identify(text, [1], high)).toThrow(RangeError)
  })

  it('is a text with one character a register, in either half', () => {
    const wide: Identity = {
      address: 50000,
      type: 'text-wide',
      registers: 4,
      expected: [{ value: 'SOCO', model: 'Socomec' }],
      source: 'x',
    }
    expect(identify(wide, [0x53, 0x4f, 0x43, 0x4f], high).model).toBe('Socomec')
    expect(identify(wide, [0x5300, 0x4f00, 0x4300, 0x4f00], high).model).toBe('Socomec')
  })
})
