import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import { overLimit } from './test-support/charged.ts'
import { createPlant, depot, type Plant } from './test-support/plant.ts'

/**
 * The table of the README, row by row, at random moments of random depots on the fake clock. Currents count as told: how fast a car follows is
 * the car's (10 s). `npm test` runs a few of each, `npm run fuzz` a thousand. Meters that lie have a plant of their own (safety.fuzz.test.ts),
 * a lock and a killed process too (io/site-lock.test.ts, host-node).
 */
const wanted = process.env['TRIPSCOPE_FUZZ']
const runs = wanted === undefined ? 4 : Math.max(4, Math.floor(Number(wanted) / 1000))
const ids = ['cp1', 'cp2', 'cp3', 'cp4']
const timeoutS = 5
const carS = 10
/** A cycle and a write. */
const reactionS = 1.1
const watchdogS = 60

interface Case {
  readonly plant: Plant
  readonly fallbackA: number
  readonly periodS: number
  readonly pick: <T>(items: readonly T[]) => T
  readonly between: (low: number, high: number) => number
}

const ready = async (seed: number, more: object = {}): Promise<Case> => {
  const random = seededRandom(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const between = (low: number, high: number) => low + random() * (high - low)
  const fallbackA = pick([0, 6, 8])
  const periodS = pick([0.2, 0.5, 1, 2])
  const base = depot({ chargers: ids.length, fallback: fallbackA, meterPeriodMs: periodS * 1000 }) as object
  const plant = createPlant({ site: { ...base, ...more }, seed })
  for (const id of ids) {
    plant.plugIn(id, { maximumA: pick([16, 32]), phases: pick([['L1'], ['L1', 'L2', 'L3']] as const) })
    plant.charger(id).ownFallbackA = fallbackA
  }
  const level = between(0, 20)
  for (const id of ['f1', 'f2']) plant.buildingA[id] = { L1: level, L2: between(0, 20), L3: level }
  await plant.run(4)
  await plant.arm()
  await plant.clock.advance(Math.round(between(20_000, 60_000)))
  return { plant, fallbackA, periodS, pick, between }
}

const seconds = (plant: Plant, s: number) => plant.clock.advance(Math.round(s * 1000))
const below: Readonly<Record<string, readonly string[]>> = { m0: ids, m1: ['cp1', 'cp2'], m2: ['cp3', 'cp4'] }
const limits = (plant: Plant) => ids.map((id) => plant.charger(id).limitA)
const drawn = (plant: Plant) => ids.map((id) => plant.charger(id).drawnA)

/** What happens, and what must hold within the time the table gives. */
const rows: readonly (readonly [row: string, act: (seed: number) => Promise<void>])[] = [
  [
    'a silent meter: those below it are at their fallback within T + P',
    async (seed) => {
      const { plant, fallbackA, periodS, pick } = await ready(seed)
      const meter = pick(['m0', 'm1', 'm2'])
      plant.deadMeters.add(meter)
      await seconds(plant, timeoutS + periodS + 0.05)
      for (const id of below[meter] ?? [])
        expect(plant.charger(id).limitA, `seed ${seed}, ${id}`).toBeLessThanOrEqual(fallbackA)
    },
  ],
  [
    'a line lost with its meters and some chargers: the others are at their fallback within T + P',
    async (seed) => {
      const { plant, fallbackA, periodS } = await ready(seed)
      for (const id of ['m0', 'm1', 'm2']) plant.deadMeters.add(id)
      for (const id of ['cp1', 'cp2']) Object.assign(plant.charger(id), { readable: false, fault: 'silent' })
      await seconds(plant, timeoutS + periodS + reactionS)
      for (const id of ['cp3', 'cp4'])
        expect(plant.charger(id).limitA, `seed ${seed}, ${id}`).toBeLessThanOrEqual(fallbackA)
    },
  ],
  [
    'a charger that is not read: its maximum is set aside, 5 s + P and what a car needs',
    async (seed) => {
      const { plant, pick } = await ready(seed)
      const id = pick(ids)
      // It restarted, and remembers nothing of a limit.
      Object.assign(plant.charger(id), { readable: false, fault: 'silent', limitA: 32 })
      await seconds(plant, 5 + 1 + reactionS + carS)
      for (let second = 0; second < 30; second += 1) {
        expect(overLimit(plant), `seed ${seed}, ${id}`).toEqual([])
        await seconds(plant, 1)
      }
    },
  ],
  [
    'a charger that does not obey: inside every limit after 10 s and what a car needs, or once its watchdog has fired',
    async (seed) => {
      const { plant, pick, between } = await ready(seed)
      const id = pick(ids)
      Object.assign(plant.charger(id), { fault: 'ignore', limitA: 32 })
      plant.buildingA['f1'] = { L1: between(0, 30), L2: between(0, 30), L3: between(0, 30) }
      await seconds(plant, 10 + watchdogS + carS + 10)
      expect(overLimit(plant), `seed ${seed}, ${id}`).toEqual([])
    },
  ],
  [
    'a second master: its highest limit is set aside after two readings',
    async (seed) => {
      const { plant, pick, periodS } = await ready(seed)
      const id = pick(ids)
      let overS = 0
      for (let second = 0; second < 40; second += 1) {
        if (second % 7 === 0) plant.charger(id).limitA = 32
        await seconds(plant, 1)
        // While currents move, the other load is worked out of meters and chargers that were read at different moments; what that is
        // wrong by is gone with the readings after it, and the cars then follow.
        overS = overLimit(plant).length > 0 ? overS + 1 : 0
        if (second > 10 + carS) expect(overS, `seed ${seed}, ${id}`).toBeLessThanOrEqual(Math.ceil(2 * periodS) + carS)
      }
    },
  ],
  [
    'decisions stop: every charger falls to its own fallback within W',
    async (seed) => {
      const { plant, fallbackA } = await ready(seed)
      plant.stopCycles()
      await seconds(plant, watchdogS + carS)
      expect(Math.max(...drawn(plant)), `seed ${seed}`).toBeLessThanOrEqual(fallbackA + 0.01)
    },
  ],
  [
    'the program is killed and starts again: it writes nothing, and the chargers fall within W',
    async (seed) => {
      const { plant, fallbackA, between } = await ready(seed)
      plant.stopCycles()
      await seconds(plant, between(1, 20))
      plant.restart()
      const before = limits(plant)
      await seconds(plant, watchdogS + carS)
      expect(plant.controller.state().mode, `seed ${seed}`).toBe('monitoring')
      expect(limits(plant), `seed ${seed}`).toEqual(before)
      expect(Math.max(...drawn(plant)), `seed ${seed}`).toBeLessThanOrEqual(fallbackA + 0.01)
    },
  ],
  [
    'the laptop sleeps: nothing rises before everything was read anew',
    async (seed) => {
      const { plant, between } = await ready(seed)
      const before = limits(plant)
      plant.standStill(between(4, 300))
      for (const id of ['f1', 'f2']) plant.buildingA[id] = { L1: 30, L2: 30, L3: 30 }
      await seconds(plant, 2)
      for (const [index, id] of ids.entries())
        expect(plant.charger(id).limitA, `seed ${seed}, ${id}`).toBeLessThanOrEqual(before[index] ?? 0)
    },
  ],
  [
    'the clock is set: nothing falls back, nothing is called old',
    async (seed) => {
      const { plant, between, pick } = await ready(seed)
      plant.clock.setUtc(plant.clock.nowMs() + Math.round(between(2000, 86_400_000)) * pick([1, -1]))
      for (let second = 0; second < 10; second += 1) {
        await seconds(plant, 1)
        expect(
          Object.values(plant.last().chargers).map(({ state }) => state),
          `seed ${seed}`,
        ).not.toContain('fallback')
      }
    },
  ],
  [
    'the input of the grid operator is not read: dimming stays as it was said last',
    async (seed) => {
      const { plant, pick } = await ready(seed, { dimming: { input: { meter: 'm0' } } })
      const said = pick([0, 1])
      plant.inputs['m0'] = said
      await seconds(plant, 5)
      delete plant.inputs['m0']
      await seconds(plant, 20)
      expect(plant.controller.demand().dimming?.isDimmed ?? false, `seed ${seed}`).toBe(said === 1)
    },
  ],
  [
    'disarmed: every charger that can be reached is at its fallback within 3 s',
    async (seed) => {
      const { plant, fallbackA, pick } = await ready(seed)
      const lost = pick([null, ...ids])
      if (lost !== null) plant.charger(lost).fault = 'silent'
      void plant.controller.disarm({ who: 'Operator', reason: 'test' })
      await seconds(plant, 3.1)
      for (const id of ids)
        if (id !== lost) expect(plant.charger(id).limitA, `seed ${seed}, ${id}`).toBeLessThanOrEqual(fallbackA)
      expect(plant.controller.state().mode, `seed ${seed}`).toBe('monitoring')
    },
  ],
  [
    'the time of an override is over: it is gone with the next cycle',
    async (seed) => {
      const { plant, pick } = await ready(seed)
      const chargerId = pick(ids)
      const ttlS = pick([10, 15, 20])
      await plant.controller.setOverride({
        who: 'Operator',
        reason: 'test',
        intentId: `o${seed}`,
        chargerId,
        limitA: pick([0, 6, 10]),
        ttlS,
      })
      await seconds(plant, ttlS + reactionS)
      expect(plant.last().chargers[chargerId]?.state, `seed ${seed}`).not.toBe('override')
    },
  ],
]

describe('when something is lost', () => {
  it.each(rows)(
    '%s',
    async (_row, act) => {
      for (let seed = 1; seed <= runs; seed += 1) await act(seed)
    },
    3_600_000,
  )
})
