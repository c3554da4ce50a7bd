import { describe, expect, it } from 'vitest'
import type { Decision } from '../../shared/model/decision.ts'
import { createCycle, cyclePeriodMs, type CycleParts } from './cycle.ts'
import { createFakeClock } from './test-support/fake-clock.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const decision = {} as Decision

const setUp = (changes: Partial<CycleParts> = {}) => {
  const clock = createFakeClock()
  const seen = { decided: [] as string[], observed: 0, published: 0, failSafe: [] as string[] }
  const cycle = createCycle({
    clock,
    log: silent,
    meters: () => ({}),
    chargers: () => ({}),
    circuits: () => ({}),
    decide: (_image, trigger) => {
      seen.decided.push(trigger)
      return decision
    },
    observe: () => {
      seen.observed += 1
    },
    publish: () => {
      seen.published += 1
    },
    failSafe: (why) => {
      seen.failSafe.push(why)
    },
    ...changes,
  })
  return { clock, cycle, seen }
}

describe('the cycle', () => {
  it('runs once a period and freezes an image with the time in it', async () => {
    const { clock, cycle, seen } = setUp()
    cycle.start()
    await clock.advance(10 * cyclePeriodMs)
    expect(seen.decided).toHaveLength(10)
    expect(seen.observed).toBe(10)
    expect(cycle.image()?.seq).toBe(10)
    expect(() => {
      ;(cycle.image() as unknown as Record<string, unknown>)['seq'] = 0
    }).toThrow()
  })

  it('stops', async () => {
    const { clock, cycle, seen } = setUp()
    cycle.start()
    await clock.advance(2 * cyclePeriodMs)
    cycle.stop()
    await clock.advance(5 * cyclePeriodMs)
    cycle.overload()
    expect(seen.decided).toHaveLength(2)
  })

  it('acts on an overload at once, and bounds a stream of them', async () => {
    const { clock, cycle, seen } = setUp()
    cycle.start()
    await clock.advance(1)
    cycle.overload()
    expect(seen.decided).toEqual(['overload'])
    for (let reply = 0; reply < 50; reply += 1) {
      await clock.advance(1)
      cycle.overload()
    }
    expect(seen.decided).toEqual(['overload'])
    await clock.advance(150)
    cycle.overload()
    expect(seen.decided.filter((trigger) => trigger === 'overload')).toHaveLength(2)
  })

  it('asks for the fallback once when deciding keeps failing, and goes on observing', async () => {
    const { clock, cycle, seen } = setUp({
      decide: () => {
        throw new Error('a bug')
      },
    })
    cycle.start()
    await clock.advance(8 * cyclePeriodMs)
    expect(seen.failSafe).toHaveLength(1)
    expect(seen.failSafe[0]).toContain('3 times in a row')
    expect(seen.observed).toBe(8)
    expect(seen.published).toBe(8)
  })

  it('a failing observer does not stop control', async () => {
    const { clock, cycle, seen } = setUp({
      observe: () => {
        throw new Error('a bug')
      },
    })
    cycle.start()
    await clock.advance(4 * cyclePeriodMs)
    expect(seen.decided).toHaveLength(4)
    expect(seen.failSafe).toHaveLength(0)
  })
})
