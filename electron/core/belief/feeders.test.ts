import { expect, it } from 'vitest'
import type { MeterReading } from '../../../shared/model/image.ts'
import { perPhase, phases } from '../../../shared/model/phase.ts'
import { goodSample, type Sample } from '../../../shared/model/sample.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import type { Clock } from '../ports.ts'
import { createBelief } from './belief.ts'

interface Shown {
  /** Current on every phase, A. */
  readonly incomerA: number
  readonly feederA: number
  /** Share of the feeder's current that is active. */
  readonly cosine?: number
  readonly chargerA?: number
  readonly chargerAt?: 'main' | 'f1'
  readonly generation?: boolean
}

/** Half a minute of an incomer, a metered feeder, and a charger beside it. Answers the doubts of the incomer. */
const play = ({ incomerA, feederA, cosine = 1, chargerA = 0, chargerAt = 'main', generation = false }: Shown) => {
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'S',
    grid: { limit: 63 },
    lines: [{ transport: 'tcp', id: 'lan', host: '127.0.0.1', port: 502 }],
    meters: [
      { id: 'm', profile: 'p', line: 'lan' },
      { id: 'm1', profile: 'p', line: 'lan', unit: 2 },
    ],
    circuits: [
      { id: 'main', meter: 'm' },
      { id: 'f1', parent: 'main', meter: 'm1', limit: 40, generation },
    ],
    chargers: [{ id: 'a', profile: 'c', line: 'lan', circuit: chargerAt, maximum: 32 }],
  })
  let passedMs = 0
  const clock: Clock = {
    nowMs: () => Date.UTC(2026, 10, 23, 10) + passedMs,
    monotonicMs: () => 1000 + passedMs,
    after: () => () => undefined,
  }
  const belief = createBelief({
    site,
    meterProfiles: new Map(),
    clock,
    model: { said: () => null, wonder: () => undefined },
  })
  const random = seededRandom(3)
  const reading = (amperes: number, share: number): Record<string, Sample> =>
    Object.fromEntries(
      phases.flatMap((phase) => {
        const mark = phase.toLowerCase()
        const volts = 230 + random()
        const current = amperes * (1 + 0.002 * random())
        return [
          [`u_${mark}n`, goodSample(volts, clock.nowMs())],
          [`i_${mark}`, goodSample(current, clock.nowMs())],
          [`p_${mark}`, goodSample(volts * current * share, clock.nowMs())],
        ]
      }),
    )
  let doubts: MeterReading['doubts'] = []
  for (let second = 0; second < 30; second += 1) {
    passedMs += 1000
    const meters = { m: { samples: reading(incomerA, 1) }, m1: { samples: reading(feederA, cosine) } }
    for (const [id, { samples }] of Object.entries(meters)) belief.observe(id, samples)
    const charger = {
      status: { value: 'charging' as const, code: 'C', quality: 'good' as const, atMs: clock.nowMs() },
      samples: {},
      siteCurrentA: perPhase(() => goodSample(chargerA, clock.nowMs())),
    }
    doubts = belief.step(meters, { a: charger })['m']?.doubts ?? []
  }
  return doubts
}

it('an incomer that shows less than its metered feeder and its chargers together is not believed', () => {
  const [doubt] = play({ incomerA: 22, feederA: 20, chargerA: 10 })
  expect(doubt?.kind).toBe('below-chargers')
  expect(doubt?.numbers[0]?.label).toBe('drawn by circuits and chargers below L1')
  expect(doubt?.numbers[0]?.value).toBeCloseTo(30, 0)
})
it('nor one that shows less than the chargers below a feeder whose transformers are turned', () => {
  expect(play({ incomerA: 5, feederA: 20, cosine: -1, chargerA: 16, chargerAt: 'f1' })[0]?.kind).toBe('below-chargers')
})
it.each<[string, Shown]>([
  ['carries both', { incomerA: 30, feederA: 20, chargerA: 10 }],
  ['carries less because a capacitor bank makes up for the feeder', { incomerA: 20, feederA: 24, cosine: 0.8 }],
  ['has a feeder that may feed in', { incomerA: 5, feederA: 20, generation: true }],
])('one that %s is', (_, shown) => {
  expect(play(shown)).toEqual([])
})
