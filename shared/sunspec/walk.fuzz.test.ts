import { expect, it } from 'vitest'
import { seededRandom } from '../test-support/seeded-random.ts'
import { fuzzRuns, fuzzTimeoutMs, mutate } from '../test-support/fuzz.ts'
import { meterModelLength } from './device.ts'
import { common, floatMeter, mapOf, readerOf, tracedMeter } from './test-support/map.ts'
import { walkSunSpec } from './walk.ts'

const maker = common('WattNode', 'WND-3Y-400-MB', '12345')
const inverter = { id: 101, words: Array.from({ length: 50 }, () => 0) }
const seeds = [
  mapOf(0, [maker, tracedMeter]),
  mapOf(0, [maker, inverter, common('Other', 'M', '2', '1', 65), tracedMeter, floatMeter(211)]),
  mapOf(0, [maker, floatMeter()], [0xffff]),
].map((map) => new Uint8Array([...map.values()].flatMap((word) => [word >> 8, word & 0xff])))

/** Bounds any walk must keep: four bases, 64 models of two reads for the link, and at most six for each model 1. */
const mostReads = 4 + 65 * 8

/** Says from the raw registers alone whether these places really are a chain from a marker to an end. */
const isChain = (
  map: ReadonlyMap<number, number>,
  base: number,
  models: readonly { id: number; address: number; length: number }[],
): boolean => {
  let address = base + 2
  for (const model of models) {
    if (model.address !== address || map.get(address) !== model.id || map.get(address + 1) !== model.length)
      return false
    address += 2 + model.length
  }
  return map.get(base) === 0x5375 && map.get(base + 1) === 0x6e53 && map.get(address) === 0xffff
}

it(
  'mutated maps never crash or hang the walk, and nothing is accepted that the registers do not say',
  async () => {
    const random = seededRandom(20261124)
    let accepted = 0
    let refused = 0
    for (let run = 0; run < fuzzRuns; run += 1) {
      const seed = seeds[run % seeds.length] as Uint8Array
      const bytes = mutate(seed, random)
      const base = [0, 40000, 50000, 4096][run % 4] as number
      const map = new Map(
        Array.from({ length: bytes.length >> 1 }, (_, index) => [
          base + index,
          ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0),
        ]),
      )
      const { read, asked } = readerOf(map, run % 7 === 0 ? 20 : 125)
      const walk = await walkSunSpec(read)
      expect(asked.length).toBeLessThanOrEqual(mostReads)
      if (!walk.ok) {
        refused += 1
        expect(walk.message.length).toBeGreaterThan(20)
        expect(walk.message.length).toBeLessThan(1000)
        continue
      }
      accepted += 1
      const { device } = walk
      expect(isChain(map, device.base, device.models)).toBe(true)
      for (const meter of device.meters) expect(meter.length).toBe(meterModelLength(meter.id))
    }
    // Both kinds must have come up, or the mutations test nothing.
    expect(accepted).toBeGreaterThan(fuzzRuns / 100)
    expect(refused).toBeGreaterThan(fuzzRuns / 100)
  },
  fuzzTimeoutMs,
)
