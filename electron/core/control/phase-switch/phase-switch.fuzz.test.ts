import { describe, expect, it } from 'vitest'
import { phases } from '../../../../shared/model/phase.ts'
import { random } from '../test-support/plant.ts'
import { fill, limitA, orders, small, started } from '../test-support/switching-depot.ts'

/** Sites of `npm test`; `npm run fuzz` plays 300 for half an hour each. */
const isLong = process.env['TRIPSCOPE_FUZZ'] !== undefined
const sites = isLong ? 300 : 2
const seconds = isLong ? 1800 : 400
/** Limits hold within what a car needs to follow, s: a reading, a cycle, 5 s of the car (IEC 61851-1) and 5 s of its charger. */
const followS = 12

describe('one phase and three, whatever the load does', () => {
  it('never under load, never sooner than its dwell, never more often than it may, and no limit is passed for longer than a car needs', async () => {
    let switches = 0
    for (let seed = 1; seed <= sites; seed += 1) {
      const plant = await started(small({}, { imbalance: 'de' }), seed)
      const dice = random(seed * 7919)
      plant.plugIn('cp1')
      plant.plugIn('cp2')
      let overS = 0
      await plant.run(seconds, () => {
        if (dice() < 0.02) fill(plant, dice() * 38, dice() * 38, dice() * 38)
        if (dice() < 0.002) plant.unplug('cp1')
        if (dice() < 0.004) plant.plugIn('cp1', dice() < 0.5 ? {} : { phases: ['L1'] })
        overS = Math.max(...phases.map((phase) => plant.current('f1', phase))) > limitA + 0.5 ? overS + 1 : 0
        expect(overS, `seed ${seed}`).toBeLessThanOrEqual(followS)
      })
      for (const id of ['cp1', 'cp2']) {
        const times = orders(plant, id)
        switches += times.length
        for (const [index, { atMs, to, drawnA }] of times.entries()) {
          expect(drawnA, `seed ${seed}`).toBeLessThan(1)
          const beforeMs = times[index - 1]?.atMs ?? -Infinity
          expect(atMs - beforeMs, `seed ${seed}`).toBeGreaterThanOrEqual(to === 1 ? 30_000 : 60_000)
          const withinHour = times.filter((other) => other.atMs > atMs - 3_600_000 && other.atMs <= atMs)
          expect(withinHour.length, `seed ${seed}`).toBeLessThanOrEqual(4)
        }
      }
    }
    expect(switches).toBeGreaterThan(0)
  }, 3_600_000)
})
