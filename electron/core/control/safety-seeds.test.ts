import { describe, expect, it } from 'vitest'
import { profile } from './test-support/plant.ts'
import { boundS } from './test-support/field/bound.ts'
import { calmField } from './test-support/field/calm-field.ts'
import { dice } from './test-support/field/random.ts'
import { randomField } from './test-support/field/random-field.ts'
import { runField } from './test-support/field/run-field.ts'

/**
 * Sites that safety.fuzz.test.ts once found above a limit for too long, by the seed they are drawn with and what it was. Each site is the
 * same as long as randomField draws in the same order; what each stands for has a test of its own beside the part that was mended.
 */
const found: readonly [seed: number, what: string][] = [
  [500485, 'an input without a sensor, taken for a phase the chargers are not on'],
  [511579, 'an input that dies while a charger with one sensor draws on two phases'],
  [514163, 'an input without a sensor below other load that grows'],
  [519868, 'the same on L3'],
  [510726, 'swapped inputs: taken off where the charger is not, and a step of three chargers taken for that of each'],
  [531698, 'rotated inputs of an incomer, taken for not its own by one step seen before they were'],
  [513297, 'rotated inputs: the cause counted on another phase, and raised meanwhile in steps too small to tell'],
  [820959, 'a map declared wrongly below a feeder without a meter, while the neighbours rise in step'],
  [1009105, 'an overload on a phase where nobody is counted, while one who is counted there comes down for nothing'],
  [1011075, 'a late meter: chargers that are not shown to be on a phase taken for what brings it down'],
  [1028902, 'a charger on another phase than declared, taken for what brings an overload down'],
  [
    3028661,
    'no lie at all: other load that rose again three seconds after it rose, while the first rise was being answered',
  ],
  [1037451, 'rotated inputs and a meter time-out as short as the poll'],
]

describe('sites that were above a limit for too long', () => {
  it.each(found)('%i: %s', (seed) => {
    const random = dice(seed * 2_654_435_761)
    const field = randomField(random)
    const { excess } = runField(field, profile({ terminals: [1, 2, 3] }), random, 48)
    expect(excess?.lastedS ?? 0).toBeLessThanOrEqual(boundS(field))
  })

  it.each([700037, 700098])('%i, still at first: a wrong ratio whose steps can be told', (seed) => {
    const random = dice(seed * 2_654_435_761)
    const field = calmField(randomField(random), random)
    const { excess } = runField(field, profile({ terminals: [1, 2, 3] }), random, 110)
    expect(excess?.lastedS ?? 0).toBeLessThanOrEqual(boundS(field))
  })
})
