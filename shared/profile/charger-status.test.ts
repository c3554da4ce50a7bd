import { describe, expect, it } from 'vitest'
import { decodeStatus, encodeStatus, statusWidth } from './charger-status.ts'

const text = {
  address: 0,
  type: 'string',
  registers: 5,
  shift: 0,
  mask: 0xffffffff,
  codes: { A: 'available', C2: 'charging', D2: 'charging', F: 'fault' },
} as const
const flags = {
  address: 0,
  type: 'uint32',
  registers: 2,
  shift: 8,
  mask: 0x7f,
  codes: { 0: 'available', 4: 'charging' },
} as const
const plain = { address: 0, type: 'uint16', registers: 1, shift: 0, mask: 0xffffffff, codes: { 7: 'ready' } } as const

describe('a charger’s status', () => {
  it('is read from text filled with NUL, with blanks, or with what stood behind the NUL before', () => {
    expect(decodeStatus(text, [0x4332, 0, 0, 0, 0], 'high-first')).toEqual({ value: 'charging', code: 'C2' })
    expect(decodeStatus(text, [0x4120, 0x2020, 0x2020, 0x2020, 0x2020], 'high-first')).toEqual({
      value: 'available',
      code: 'A',
    })
    expect(decodeStatus(text, [0x4600, 0x4332, 0, 0, 0], 'high-first')).toEqual({ value: 'fault', code: 'F' })
  })

  it('is cut out of a number by shift and mask, in both word orders', () => {
    expect(decodeStatus(flags, [0, 0x8400], 'high-first')).toEqual({ value: 'charging', code: '4' })
    expect(decodeStatus(flags, [0x8400, 0xffff], 'low-first')).toEqual({ value: 'charging', code: '4' })
    expect(decodeStatus(plain, [7], 'high-first')).toEqual({ value: 'ready', code: '7' })
  })

  it('an unknown code is told and is no status, whatever it looks like', () => {
    expect(decodeStatus(plain, [0xffff], 'high-first')).toEqual({ value: null, code: '65535' })
    expect(decodeStatus(text, [0x746f, 0x5374, 0x7269, 0x6e67, 0], 'high-first')).toEqual({
      value: null,
      code: 'toString',
    })
    expect(decodeStatus(text, [0, 0, 0, 0, 0], 'high-first')).toEqual({ value: null, code: '' })
  })

  it('is encoded so that it reads the same, and not where the charger has no such status', () => {
    for (const order of ['high-first', 'low-first'] as const) {
      for (const status of [text, flags, plain]) {
        for (const value of new Set(Object.values(status.codes))) {
          const words = encodeStatus(status, value, order)
          expect(words).toHaveLength(statusWidth(status))
          expect(decodeStatus(status, words ?? [], order).value).toBe(value)
        }
      }
    }
    expect(encodeStatus(plain, 'fault', 'high-first')).toBeNull()
  })

  it('throws for a wrong number of words', () => {
    expect(() => decodeStatus(flags, [0], 'high-first')).toThrow(RangeError)
  })
})
