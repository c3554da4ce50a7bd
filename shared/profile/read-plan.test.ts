import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planReads, statusKey, unreadable, type ReadableProfile, type ReadBlock } from './read-plan.ts'
import type { Cadence } from './meter-profile.ts'
import { registerWidth, type RegisterType } from './register.ts'

const line = { maxRegisters: 125, maxGap: 0, evenOnly: false, holes: [] as [number, number][] }
const profileOf = (
  rows: readonly (readonly [number, RegisterType, Cadence?])[],
  habits: Partial<typeof line> = {},
): ReadableProfile => ({
  space: 'input',
  line: { ...line, ...habits },
  quantities: Object.fromEntries(
    rows.map(([address, type, every = 'fast'], index) => [`q${index}`, { address, type, every }]),
  ),
})
const short = (blocks: readonly ReadBlock[]) => blocks.map(({ address, count }) => `${address}+${count}`).join(' ')

describe('planReads', () => {
  it('joins neighbours and stops at a gap, a hole, the largest read and the other space', () => {
    const rows = [
      [0, 'float32'],
      [2, 'float32'],
      [6, 'float32'],
      [8, 'uint16'],
    ] as const
    expect(short(planReads(profileOf(rows), ['fast']))).toBe('0+4 6+3')
    expect(short(planReads(profileOf(rows, { maxGap: 2 }), ['fast']))).toBe('0+9')
    expect(short(planReads(profileOf(rows, { maxGap: 2, holes: [[5, 5]] }), ['fast']))).toBe('0+4 6+3')
    expect(short(planReads(profileOf(rows, { maxGap: 2, maxRegisters: 4 }), ['fast']))).toBe('0+4 6+3')
    const mixed = profileOf(rows)
    expect(
      planReads(
        {
          ...mixed,
          quantities: { ...mixed.quantities, q1: { address: 2, type: 'float32', every: 'fast', space: 'holding' } },
        },
        ['fast'],
      ).map((block) => block.functionCode),
    ).toEqual([4, 4, 3])
  })

  it('a listed register that is not wanted now is no gap', () => {
    const rows = [
      [0, 'float32'],
      [2, 'float32', 'slow'],
      [4, 'float32'],
    ] as const
    expect(planReads(profileOf(rows), ['fast'])).toEqual([
      { functionCode: 4, address: 0, count: 6, keys: ['q0', 'q2'] },
    ])
    expect(planReads(profileOf(rows), ['slow'])).toEqual([{ functionCode: 4, address: 2, count: 2, keys: ['q1'] }])
    expect(planReads(profileOf(rows), [])).toEqual([])
  })

  it('among equally many requests takes the fewest registers', () => {
    // Filling the first request as far as it goes, 0..3 and 4, would take five registers.
    expect(
      short(
        planReads(
          profileOf(
            [
              [0, 'uint16'],
              [3, 'uint16'],
              [4, 'uint16'],
            ],
            { maxGap: 9, maxRegisters: 4 },
          ),
          ['fast'],
        ),
      ),
    ).toBe('0+1 3+2')
  })

  it('keeps to even addresses and counts', () => {
    expect(short(planReads(profileOf([[3, 'uint16']], { evenOnly: true, maxGap: 1 }), ['fast']))).toBe('2+2')
    expect(unreadable(profileOf([[3, 'uint16']], { evenOnly: true }))).toEqual(['q0'])
    expect(() => planReads(profileOf([[3, 'uint16']], { evenOnly: true }), ['fast'])).toThrow('q0 at register 3')
  })

  it('reads a charger’s status with its fast quantities', () => {
    const profile: ReadableProfile = {
      ...profileOf([[6, 'float32']]),
      space: 'holding',
      status: { address: 1, type: 'string', registers: 5 },
    }
    expect(planReads(profile, ['fast'])).toEqual([{ functionCode: 3, address: 1, count: 7, keys: [statusKey, 'q0'] }])
    expect(planReads(profile, ['slow'])).toEqual([])
  })
})

const types: readonly RegisterType[] = ['uint16', 'int32', 'float32', 'uint64']
const profiles = (most: number, span: number) =>
  fc
    .record({
      rows: fc.array(
        fc.tuple(
          fc.integer({ min: 0, max: span }),
          fc.constantFrom(...types),
          fc.constantFrom<Cadence>('fast', 'normal', 'slow'),
        ),
        { minLength: 1, maxLength: most },
      ),
      maxRegisters: fc.integer({ min: 4, max: 16 }),
      maxGap: fc.integer({ min: 1, max: 6 }),
      evenOnly: fc.boolean(),
      holes: fc.array(
        fc
          .tuple(fc.integer({ min: 0, max: span }), fc.integer({ min: 0, max: 3 }))
          .map(([first, length]): [number, number] => [first, first + length]),
        { maxLength: 2 },
      ),
    })
    .map(({ rows, ...habits }) => {
      const profile = profileOf(rows, habits)
      const bad = new Set(unreadable(profile))
      return {
        ...profile,
        quantities: Object.fromEntries(Object.entries(profile.quantities).filter(([key]) => !bad.has(key))),
      }
    })
    .filter((profile) => unreadable(profile).length === 0)

/** The rules, said a second time and register by register. */
const isLegal = (profile: ReadableProfile, first: number, count: number): boolean => {
  const { maxRegisters, maxGap, evenOnly, holes } = profile.line
  const listed = new Set(
    Object.values(profile.quantities).flatMap((row) =>
      row === undefined ? [] : Array.from({ length: registerWidth[row.type] }, (_, offset) => row.address + offset),
    ),
  )
  const picture = Array.from({ length: count }, (_, offset) => (listed.has(first + offset) ? 'x' : '.')).join('')
  return (
    count <= maxRegisters &&
    (!evenOnly || (first % 2 === 0 && count % 2 === 0)) &&
    !picture.includes('.'.repeat(maxGap + 1)) &&
    !holes.some(([from, to]) =>
      Array.from({ length: to - from + 1 }, (_, offset) => from + offset).some(
        (hole) => hole >= first && hole < first + count,
      ),
    )
  )
}

/** Every legal block tried for the first uncovered value, recursively; what is left is remembered, not computed twice. */
const fewest = (profile: ReadableProfile, keys: readonly string[], known = new Map<string, number>()): number => {
  const before = known.get(keys.join())
  if (before !== undefined) return before
  const [next] = [...keys].sort((a, b) => (profile.quantities[a]?.address ?? 0) - (profile.quantities[b]?.address ?? 0))
  if (next === undefined) return 0
  let best = Infinity
  const row = profile.quantities[next] as { address: number; type: RegisterType }
  for (let first = Math.max(0, row.address - 16); first <= row.address; first += 1) {
    for (let count = row.address - first + registerWidth[row.type]; count <= 16; count += 1) {
      if (!isLegal(profile, first, count)) continue
      const rest = keys.filter((key) => {
        const other = profile.quantities[key] as { address: number; type: RegisterType }
        return other.address < first || other.address + registerWidth[other.type] > first + count
      })
      if (rest.length < keys.length && !rest.includes(next)) best = Math.min(best, 1 + fewest(profile, rest, known))
    }
  }
  known.set(keys.join(), best)
  return best
}

describe('planReads against brute force', () => {
  it('never needs more requests than the best of all covers', () => {
    fc.assert(
      fc.property(profiles(5, 24), (profile) => {
        expect(planReads(profile, ['fast', 'normal', 'slow'])).toHaveLength(
          fewest(profile, Object.keys(profile.quantities)),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('gives legal blocks that hold every wanted value whole, once', () => {
    fc.assert(
      fc.property(profiles(40, 300), fc.subarray<Cadence>(['fast', 'normal', 'slow']), (profile, cadences) => {
        const blocks = planReads(profile, cadences)
        for (const { address, count, keys } of blocks) {
          expect(isLegal(profile, address, count)).toBe(true)
          for (const key of keys) {
            const row = profile.quantities[key] as { address: number; type: RegisterType }
            expect(row.address >= address && row.address + registerWidth[row.type] <= address + count).toBe(true)
          }
        }
        const wanted = Object.entries(profile.quantities)
          .filter(([, row]) => cadences.includes(row?.every ?? 'fast'))
          .map(([key]) => key)
        expect(blocks.flatMap((block) => block.keys).sort()).toEqual(wanted.sort())
      }),
      { numRuns: 2000 },
    )
  })
})
