import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { perPhase, type Phase } from '../../../shared/model/phase.ts'
import type { SiteBreaker } from '../../../shared/site/site.ts'
import { createRandom } from '../random.ts'
import { pass, worldOf } from '../test-support/run-world.ts'
import { createBreaker, drawSpecimen } from './breaker.ts'

const breakerOf = (breaker: SiteBreaker, seed: number) => createBreaker(drawSpecimen(breaker, createRandom(seed, 'b')))
/** Seconds until it trips at this current on all poles or on L1 alone; Infinity where it does not within `mostS`. */
const tripS = (breaker: SiteBreaker, seed: number, currentA: number, mostS: number, stepS = 0.05): number => {
  const made = breakerOf(breaker, seed)
  const current = perPhase(() => currentA)
  for (let atS = 0; atS < mostS; atS += stepS) {
    made.step(current, current, stepS, atS)
    if (made.trip() !== null) return atS
  }
  return Infinity
}
const c32: SiteBreaker = { standard: 'IEC 60898-1', curve: 'C', rating: 32 }

describe('a specimen', () => {
  it('is inside the tolerance of IEC 60898-1 (tests a to e), whatever is drawn', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        expect(tripS(c32, seed, 1.13 * 32, 3600, 1)).toBe(Infinity)
        expect(tripS(c32, seed, 1.45 * 32, 3600, 1)).toBeLessThan(3600)
        const at255 = tripS(c32, seed, 2.55 * 32, 60)
        expect(at255).toBeGreaterThan(1)
        expect(at255).toBeLessThan(60)
        expect(tripS(c32, seed, 4.9 * 32, 0.5)).toBeGreaterThan(0.1)
        expect(tripS(c32, seed, 10 * 32, 1)).toBeLessThan(0.1)
      }),
      { numRuns: 40 },
    )
  })
  it('differs from the next', () => {
    const times = new Set([1, 2, 3, 4, 5].map((seed) => tripS(c32, seed, 64, 600).toFixed(1)))
    expect(times.size).toBe(5)
  })
  it('of one pole opens that pole alone; of three all of them', () => {
    const open = (poles: number) => {
      const made = breakerOf({ ...c32, poles }, 1)
      const current = { L1: 0, L2: 500, L3: 0 }
      made.step(current, current, 0.05, 0)
      return (['L1', 'L2', 'L3'] as const satisfies readonly Phase[]).filter((phase) => made.isOpen(phase))
    }
    expect(open(1)).toEqual(['L2'])
    expect(open(3)).toEqual(['L1', 'L2', 'L3'])
  })
})

describe('the depot', () => {
  it('trips thermally under an overload, and a person closes it again', () => {
    const world = worldOf('depot')
    world.faults.overloads.set('feeder-1', { L1: 250, L2: 0, L3: 0 })
    pass(world, 90)
    expect(world.breakers.trip('feeder-1')).toMatchObject({ cause: 'thermal', phase: 'L1' })
    expect(world.breakers.trip('incomer')).toBeNull()
    world.faults.overloads.clear()
    expect(world.breakers.close('feeder-1')).toBe(true)
    pass(world, 5)
    expect(world.breakers.trip('feeder-1')).toBeNull()
  })
  it('trips magnetically on a surge of one period that no meter window shows for what it was', () => {
    const world = worldOf('depot')
    const now = world.timeS()
    world.faults.inrushes.add({ circuit: 'feeder-1', phases: ['L2'], currentA: 1500, fromS: now, toS: now + 0.02 })
    pass(world, 1)
    expect(world.breakers.trip('feeder-1')).toMatchObject({ cause: 'magnetic', phase: 'L2' })
    expect(world.faults.inrushes.size).toBe(0)
  })
  it('trips on leakage where a residual current device is, and nowhere else', () => {
    const world = worldOf('depot')
    world.faults.leakages.set('feeder-2', 100)
    pass(world, 5)
    expect(world.breakers.trip('feeder-2')).toBeNull()
    world.faults.leakages.set('feeder-2', 400)
    world.faults.leakages.set('feeder-1', 400)
    pass(world, 5)
    expect(world.breakers.trip('feeder-2')).toMatchObject({ cause: 'residual', phase: null })
    expect(world.breakers.trip('feeder-1')).toBeNull()
  })
  it('left alone, none trips in the first minutes (an hour was tried)', () => {
    const world = worldOf('depot', 28)
    pass(world, 300)
    const open = ['incomer', 'building', 'feeder-1', 'feeder-2', 'feeder-3'].filter(
      (id) => world.breakers.trip(id) !== null,
    )
    expect(open).toEqual([])
  })
})
