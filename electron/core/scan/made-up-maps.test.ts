import { expect, it } from 'vitest'
import { createRegisterMemory } from '../../../shared/scan/register-memory.ts'
import { confidenceOf, wordOf } from '../../../shared/scan/evidence.ts'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import { listCandidates } from './candidates.ts'
import { allChargers, allMeters } from './test-support/profile-device.ts'

const candidates = listCandidates(allMeters, allChargers, 'tcp')

/** Maps that belong to no device: what a register holds, by its address. */
const background = (seed: number): ((address: number) => number) => {
  const random = seededRandom(seed)
  const up = [1, 3, 4, 10, 16, 40, 100, 250, 255, 300, 400, 500, 600, 1000, 2400, 3000, 5000, 65_536]
  const most = up[Math.floor(random() * up.length)] ?? 1
  const known = new Map<number, number>()
  const chance = (address: number): number => {
    if (!known.has(address)) known.set(address, Math.floor(random() * most))
    return known.get(address) ?? 0
  }
  switch (seed % 6) {
    case 0:
      return () => most % 65_536
    case 1:
      return (address) => (address + most) % 65_536
    // As 32-bit numbers: nothing in the high word.
    case 2:
      return (address) => (address % 2 === 0 ? 0 : chance(address))
    case 3:
      return (address) => (address % 2 === 1 ? 0 : chance(address))
    case 4:
      return (address) => (random() < 0.5 ? 0 : chance(address))
    default:
      return chance
  }
}

it('no model is likely by a map of constants, of small numbers or of chance, whatever it holds', () => {
  const wrong: string[] = []
  for (let seed = 0; seed < 300; seed += 1) {
    const at = background(seed)
    const memory = createRegisterMemory()
    for (const candidate of candidates)
      for (const { functionCode, address, count } of candidate.blocks)
        memory.note(
          functionCode === 3 ? 'holding' : 'input',
          address,
          Array.from({ length: count }, (_, index) => at(address + index)),
        )
    for (const candidate of candidates)
      for (const isFlipped of [false, true]) {
        const word = wordOf(confidenceOf(candidate.judge(memory, isFlipped)))
        if (word !== 'possible')
          wrong.push(`seed ${seed}: ${candidate.profile.id} ${word}${isFlipped ? ' flipped' : ''}`)
      }
  }
  expect(wrong).toEqual([])
}, 60_000)
