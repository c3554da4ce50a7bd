import { describe, expect, it } from 'vitest'
import type { Live } from '../../../shared/api/live-contract.ts'
import { perPhase, phases } from '../../../shared/model/phase.ts'
import { fuzzRuns, fuzzTimeoutMs } from '../../../shared/test-support/fuzz.ts'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import { createPlant, depot } from '../control/test-support/plant.ts'
import { createSocketTests } from './socket-tests.ts'

/** Four runs among the tests, ten thousand in `npm run fuzz`. */
const runs = fuzzRuns <= 100_000 ? 4 : 10_000
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const limits = { main: 100, f1: 63, f2: 63 } as const
/** Building load that comes by itself is not the test's doing: a circuit may be over for as long as cars and control take (electrical.md 5.1). */
const patienceS = 20

/** One test with cars, loads and faults of its own; the longest time a circuit was over its limit, s. */
const runOnce = async (seed: number) => {
  const random = seededRandom(seed)
  const chance = (share: number) => random() < share
  const plant = createPlant({ site: depot(), seed })
  for (let car = 1; car <= 6; car += 1)
    if (car === 1 || chance(0.7))
      plant.plugIn(`cp${car}`, {
        maximumA: chance(0.5) ? 16 : 32,
        phases: chance(0.4) ? [phases[Math.floor(random() * 3)]!] : [...phases],
      })
  for (const circuit of ['main', 'f1', 'f2'])
    plant.buildingA[circuit] = perPhase(() => random() * (circuit === 'main' ? 20 : 12))
  await plant.run(5)
  await plant.arm()
  const listeners = new Set<(live: Live) => void>()
  const live = (): Live => ({ image: plant.image(), control: plant.controller.state(), findings: [], notAssessed: [] })
  let ids = 0
  const tests = createSocketTests({
    site: plant.site,
    log: quiet,
    newId: () => `id-${(ids += 1)}`,
    nowMs: () => plant.clock.nowMs(),
    live,
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    control: plant.controller,
    tell: () => undefined,
  })
  let [over, longestOver] = [0, 0]
  const second = async () => {
    await plant.run(1)
    const now = live()
    for (const listener of listeners) listener(now)
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
    const isOver = (Object.keys(limits) as (keyof typeof limits)[]).some((circuit) =>
      phases.some((phase) => plant.current(circuit, phase) > limits[circuit] + 0.5),
    )
    over = isOver ? over + 1 : 0
    longestOver = Math.max(longestOver, over)
  }
  // Until the limits have risen where there is room.
  for (let at = 0; at < 40; at += 1) await second()
  await tests.start({ chargerId: 'cp1', repeats: 3, who: 'Fuzz', reason: 'random run' }).catch(() => undefined)
  ;[over, longestOver] = [0, 0]
  const faultAt = Math.floor(random() * 150)
  const baseA = plant.buildingA['main'] ?? perPhase(() => 0)
  let liftA = 0
  const isOver = (): boolean => tests.all().every(({ state }) => state !== 'running')
  let afterwardsS = 0
  for (let at = 0; at < 220 && afterwardsS < patienceS + 5; at += 1) {
    if (isOver()) afterwardsS += 1
    if (at === faultAt)
      [
        () => plant.unplug('cp1'),
        () => void plant.deadMeters.add('m1'),
        () => void (plant.charger('cp1').fault = 'ignore'),
        () => void (plant.charger('cp2').fault = 'silent'),
        () => void (plant.buildingA['f1'] = perPhase(() => 25)),
        () => plant.plugIn('cp3', { maximumA: 32 }),
        () => void (liftA = 6 + 12 * random()),
        () => undefined,
      ][Math.floor(random() * 8)]!()
    // A lift on the incomer, every half minute.
    if (liftA > 0 && at % 15 === 0)
      plant.buildingA['main'] = perPhase((phase) => baseA[phase] + (at % 30 === 0 ? liftA : 0))
    await second()
  }
  return { longestOver, tests, plant }
}

describe('the test of a socket, on random sites with faults', () => {
  it(
    `keeps every limit and leaves nothing behind in ${runs} runs`,
    async () => {
      for (let seed = 1; seed <= runs; seed += 1) {
        const { longestOver, tests, plant } = await runOnce(seed)
        expect(longestOver, `seed ${seed}`).toBeLessThanOrEqual(patienceS)
        const left = plant.controller
          .state()
          .overrides.filter(({ state }) => ['pending', 'written', 'verified', 'failed'].includes(state))
        const isRunning = tests.all().some(({ state }) => state === 'running')
        expect(isRunning ? [] : left, `seed ${seed}`).toEqual([])
      }
    },
    fuzzTimeoutMs * 10,
  )
})
