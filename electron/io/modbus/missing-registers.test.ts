import { describe, expect, it } from 'vitest'
import { createField, oneMeter, sdm630Words, type Answer, type Asked } from './test-support/field.ts'

type Field = Awaited<ReturnType<typeof createField>>

/** The registers an SDM630 lists, in runs without a gap: what a meter answers that refuses all others. */
const runs: readonly (readonly [number, number])[] = [
  [0, 43],
  [46, 49],
  [52, 53],
  [56, 57],
  [60, 63],
  [66, 67],
  [70, 87],
  [100, 107],
  [200, 207],
  [224, 225],
  [234, 245],
  [248, 251],
  [258, 269],
  [334, 375],
]
const touches = ({ address, count }: Asked, first: number, last = first): boolean =>
  address <= last && address + count > first
const good = ({ address, count }: Asked): Answer => ({ words: sdm630Words(address, count) })

/** How a device says no: exceptions that keep to a block (Modbus Application Protocol V1.1b3, 7), or nothing at all. */
const refusals: readonly (readonly [string, Answer])[] = [
  ...[1, 2, 3, 4, 7, 8].map((code) => [`exception ${code}`, { exception: code }] as const),
  ['silence', 'silence'],
  ['a gateway without an answer', { exception: 11 }],
]
const transports = [{}, { transport: 'rtu-over-tcp' }] as const

const missing = (field: Field): readonly string[] => field.keys('m').missing
/** Seconds until the currents are good, and until all but these keys are. */
const learn = async (field: Field, but: readonly string[] = []) => {
  let currents = Infinity
  for (let ms = 100; ms <= 60_000; ms += 100) {
    await field.clock.advance(100)
    if (currents === Infinity && ['i_l1', 'i_l2', 'i_l3'].every((key) => field.keys('m').good.includes(key)))
      currents = ms / 1000
    if (missing(field).every((key) => but.includes(key))) return { currents, all: ms / 1000 }
  }
  return { currents, all: Infinity }
}

describe.each(refusals)('a block that is refused by %s', (_, no) => {
  it('for one missing register loses that one only', async () => {
    for (const transport of transports) {
      const field = await createField(oneMeter(transport), (asked) => (touches(asked, 224, 225) ? no : good(asked)))
      const { currents, all } = await learn(field, ['i_n'])
      expect(currents).toBeLessThanOrEqual(0.5)
      expect(all).toBeLessThanOrEqual(15)
      await field.clock.advance(60_000)
      expect(missing(field)).toEqual(['i_n'])
      await field.stop()
    }
  })
  it('above 50 registers is read in smaller ones, the currents from the first poll on', async () => {
    for (const transport of transports) {
      const field = await createField(oneMeter(transport), (asked) => (asked.count > 50 ? no : good(asked)))
      const { currents, all } = await learn(field)
      expect(currents).toBeLessThanOrEqual(0.5)
      expect(all).toBeLessThanOrEqual(15)
      await field.stop()
    }
  })
  it('for a gap is read around all gaps', async () => {
    const isWhole = ({ address, count }: Asked) =>
      runs.some(([first, last]) => address >= first && address + count - 1 <= last)
    for (const transport of transports) {
      const field = await createField(oneMeter(transport), (asked) => (isWhole(asked) ? good(asked) : no))
      const { currents, all } = await learn(field)
      expect(currents).toBeLessThanOrEqual(0.5)
      expect(all).toBeLessThanOrEqual(15)
      await field.stop()
    }
  })
})

describe('a reply that is cut or broken above some length', () => {
  it('is read in smaller blocks', async () => {
    const field = await createField(oneMeter({ transport: 'rtu-over-tcp' }), (asked) => {
      const { words } = good(asked) as { words: number[] }
      return asked.count > 40
        ? {
            words,
            pieces: [
              { afterMs: 5, share: 0.5 },
              { afterMs: 60_000, share: 0.5 },
            ],
          }
        : { words }
    })
    const { currents, all } = await learn(field)
    expect(currents).toBeLessThanOrEqual(0.5)
    expect(all).toBeLessThanOrEqual(20)
    await field.stop()
  })
})

describe('a line that loses replies', () => {
  it('has no block halved for it for long: in the end each is as wide as the profile allows', async () => {
    let count = 0
    const field = await createField(oneMeter(), (asked) => ((count += 1) % 7 === 0 ? 'silence' : good(asked)))
    await field.clock.advance(120_000)
    const before = field.asked.length
    await field.clock.advance(60_000)
    const kinds = new Set(field.asked.slice(before).map(({ address, count: words }) => `${address}x${words}`))
    expect([...kinds].toSorted()).toEqual(['0x72', '200x26', '234x36', '334x42', '72x36'].toSorted())
    await field.stop()
  })
})

describe('a healthy meter', () => {
  it('costs two requests more than its plan, once', async () => {
    const field = await createField(oneMeter(), good)
    await field.clock.advance(9500)
    const seen = field.asked.map(({ address, count }) => `${address}x${count}`)
    expect(seen.filter((kind) => kind !== '0x72' && kind !== '200x26').toSorted()).toEqual(
      ['0x18', '52x2', '234x36', '334x42', '72x36'].toSorted(),
    )
    expect(missing(field)).toEqual([])
    await field.stop()
  })
})
