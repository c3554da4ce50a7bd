import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeRegister, encodeRegister, fits, type CodecDefaults, type Coding } from './codec.ts'
import { registerTypes, type RegisterType } from './register.ts'

const high: CodecDefaults = { wordOrder: 'high-first' }
const low: CodecDefaults = { wordOrder: 'low-first' }
const decode = (type: RegisterType, words: number[], rest: Partial<Coding> = {}, defaults = high) =>
  decodeRegister({ type, ...rest }, words, defaults)

describe('float32 values', () => {
  it('are the shortest decimal stored as that float, so 230.2 V reads 230.2', () => {
    // 4366 3333 is the SDM120 document's example frame for 230.2 V.
    expect(decodeRegister({ type: 'float32' }, [0x4366, 0x3333], { wordOrder: 'high-first' })).toEqual({ value: 230.2 })
  })
  it('never become another float', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (single) => {
        const words = encodeRegister({ type: 'float32' }, single, { wordOrder: 'high-first' })
        const decoded = decodeRegister({ type: 'float32' }, words, { wordOrder: 'high-first' })
        expect(decoded).toMatchObject({ value: expect.any(Number) })
        if (typeof decoded === 'object') expect(Math.fround(decoded.value) === single, String(single)).toBe(true)
      }),
      { seed: 32, numRuns: 5000 },
    )
  })
})

describe('decodeRegister on words written by hand', () => {
  it.each([
    // The example of Eastron's protocol document: 43 66 33 34 is 230.2 V.
    ['float32', [0x4366, 0x3334], 230.2, high],
    ['float32', [0x3334, 0x4366], 230.2, low],
    ['float32', [0x8000, 0x0000], 0, high],
    ['float64', [0x40f8, 0x6a00, 0, 0], 100_000, high],
    ['float64', [0, 0, 0x6a00, 0x40f8], 100_000, low],
    ['uint16', [0xffff], 65535, high],
    ['int16', [0xffff], -1, high],
    ['int16', [0x8000], -32768, high],
    ['uint32', [0xffff, 0xfffe], 4294967294, high],
    ['int32', [0xffff, 0xfffe], -2, high],
    ['int32', [0xfffe, 0xffff], -2, low],
    ['int32', [0x0001, 0x0000], 65536, high],
    ['int32', [0x0001, 0x0000], 1, low],
    ['uint64', [0, 0, 0, 5], 5, high],
    ['uint64', [5, 0, 0, 0], 5, low],
    ['int64', [0xffff, 0xffff, 0xffff, 0xfffb], -5, high],
    ['float32-4q-pf', [0x3f73, 0x3333], 0.95, high],
    ['float32-4q-pf', [0xbf73, 0x3333], -0.95, high],
    // 1.05 and -1.05 folded: leading, 0.95.
    ['float32-4q-pf', [0x3f86, 0x6666], 0.95, high],
    ['float32-4q-pf', [0xbf86, 0x6666], -0.95, high],
  ] as const)('%s %j is %d', (type, words, expected, defaults) => {
    const decoded = decode(type, [...words], {}, defaults)
    expect(decoded).toEqual({ value: expect.closeTo(expected, 4) as number })
  })

  it('scales without the dust of binary fractions', () => {
    expect(decode('uint16', [2302], { scale: 0.1 })).toEqual({ value: 230.2 })
    expect(decode('int32', [0, 16123], { scale: 0.001 })).toEqual({ value: 16.123 })
    expect(decode('int16', [7], { scale: 0.25 })).toEqual({ value: 1.75 })
    expect(decode('int16', [7], { scale: -1 })).toEqual({ value: -7 })
    expect(decode('int16', [7], { scale: 1000 })).toEqual({ value: 7000 })
  })

  it('tells "not available" from a broken value', () => {
    for (const words of [
      [0x7fc0, 0],
      [0xffc0, 0],
      [0x7f80, 1],
    ]) {
      expect(decode('float32', words)).toBe('not-available')
      expect(decode('float32-4q-pf', words)).toBe('not-available')
    }
    expect(decode('float32', [0x7f80, 0])).toBe('not-a-number')
    expect(decode('float32', [0xff80, 0])).toBe('not-a-number')
    expect(decode('float64', [0x7ff8, 0, 0, 0])).toBe('not-available')
    expect(decode('float64', [0xfff0, 0, 0, 0])).toBe('not-a-number')
    expect(decode('float32-4q-pf', [0x4020, 0])).toBe('not-a-number') // 2.5
  })

  it('knows the codes of the profile, also where a JSON number loses digits', () => {
    const notAvailable = {
      uint16: [0xffff],
      int32: [2147483647],
      int64: ['0x7fffffffffffffff'],
      uint64: ['18446744073709551615'],
    }
    const defaults = { wordOrder: 'high-first', notAvailable } as const
    expect(decode('uint16', [0xffff], {}, defaults)).toBe('not-available')
    expect(decode('int16', [0xffff], {}, defaults)).toEqual({ value: -1 })
    expect(decode('int32', [0x7fff, 0xffff], {}, defaults)).toBe('not-available')
    expect(decode('int64', [0x7fff, 0xffff, 0xffff, 0xffff], {}, defaults)).toBe('not-available')
    expect(decode('int64', [0x7fff, 0xffff, 0xffff, 0xfffe], {}, defaults)).toEqual({ value: 2 ** 63 })
    expect(decode('uint64', [0xffff, 0xffff, 0xffff, 0xffff], {}, defaults)).toBe('not-available')
    expect(encodeRegister({ type: 'uint64' }, null, defaults)).toEqual([0xffff, 0xffff, 0xffff, 0xffff])
  })

  it('a register’s own word order wins over the profile’s', () => {
    expect(decode('uint32', [1, 0], { wordOrder: 'low-first' }, high)).toEqual({ value: 1 })
  })

  it('throws for what only a bug can hand over', () => {
    expect(() => decode('float32', [1])).toThrow(RangeError)
    expect(() => decode('uint16', [70000])).toThrow(RangeError)
    expect(() => encodeRegister({ type: 'uint16' }, -1, high)).toThrow('does not fit')
    expect(() => encodeRegister({ type: 'int16' }, NaN, high)).toThrow('does not fit')
    expect(() => encodeRegister({ type: 'int16' }, null, high)).toThrow('no code')
  })
})

describe('encodeRegister', () => {
  const scales = [1, 0.1, 0.01, 0.001, 0.0001, 10, 0.5, -1, 0.3]
  const anyCoding = fc.record({
    type: fc.constantFrom(...registerTypes),
    scale: fc.constantFrom(...scales),
    wordOrder: fc.constantFrom('high-first' as const, 'low-first' as const),
  })

  it('gives words that decode to the value, within half a step or the float’s precision', () => {
    fc.assert(
      fc.property(anyCoding, fc.double({ min: -70_000, max: 5e9, noNaN: true }), (coding, value) => {
        const pf = coding.type === 'float32-4q-pf'
        const wanted = pf ? Math.max(-1, Math.min(1, value / 5e9)) : value
        fc.pre(fits(coding, wanted))
        const decoded = decodeRegister(coding, encodeRegister(coding, wanted, high), high)
        const tolerance = coding.type.startsWith('float32')
          ? Math.abs(wanted) * 2 ** -23 + 1e-30
          : coding.type === 'float64'
            ? Math.abs(wanted) * 1e-15 + 1e-300
            : Math.abs(coding.scale) * 0.5000001 + Math.abs(wanted) * 1e-15
        expect(decoded).toHaveProperty('value')
        expect(Math.abs((decoded as { value: number }).value - wanted)).toBeLessThanOrEqual(tolerance)
      }),
      { numRuns: 5000 },
    )
  })

  it('words of a value that is exactly sayable come back unchanged', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('uint16', 'int16', 'uint32', 'int32', 'float32', 'float64'),
        fc.boolean(),
        fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 }),
        (type, highFirst, four) => {
          const words = four.slice(0, type.endsWith('16') ? 1 : type.endsWith('32') ? 2 : 4)
          const coding = {
            type: type as RegisterType,
            wordOrder: highFirst ? ('high-first' as const) : ('low-first' as const),
          }
          const decoded = decodeRegister(coding, words, high)
          fc.pre(typeof decoded === 'object')
          expect(encodeRegister(coding, (decoded as { value: number }).value, high)).toEqual(words)
        },
      ),
      { numRuns: 5000 },
    )
  })

  it('calls a number that leaves the range when it is scaled none', () => {
    const register = { type: 'float64', scale: 10, wordOrder: 'low-first' } as const
    expect(decodeRegister(register, [0, 0, 0, 0x7fba], { wordOrder: 'low-first' })).toBe('not-a-number')
  })
  it('never throws on decoding any words of the right number', () => {
    fc.assert(
      fc.property(
        anyCoding,
        fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 }),
        (coding, four) => {
          const width = coding.type.endsWith('16') ? 1 : coding.type.endsWith('64') ? 4 : 2
          const decoded = decodeRegister(coding, four.slice(0, width), high)
          expect(typeof decoded === 'string' || Number.isFinite(decoded.value)).toBe(true)
        },
      ),
      { numRuns: 5000 },
    )
  })
})

describe('a scale factor register', () => {
  const current = { type: 'int16', scaleRegister: { address: 6, name: 'A_SF' } } as const

  it('gives raw x 10^factor for -10 to 10, and no value for any other word', () => {
    for (let word = 0; word <= 0xffff; word += 1) {
      const exponent = word < 0x8000 ? word : word - 0x10000
      const decoded = decodeRegister(current, [1234, word], { wordOrder: 'high-first' })
      if (exponent >= -10 && exponent <= 10) expect(decoded).toEqual({ value: Number(`1234e${exponent}`) })
      else expect(decoded).toBe('not-available')
    }
  })

  it('must come with its value', () => {
    expect(() => decodeRegister(current, [1234], { wordOrder: 'high-first' })).toThrow(RangeError)
  })
})
