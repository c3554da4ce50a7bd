import { describe, expect, it } from 'vitest'
import { createPartWatch, whenSound } from './part-watch.ts'
import { createMemory } from './site/memory.ts'
import { createFakeClock } from './test-support/fake-clock.ts'

describe('parts that follow what is measured', () => {
  it('one that throws costs the others nothing, is named once in the log, and counts as failing for a while', async () => {
    const clock = createFakeClock(0)
    const told: string[] = []
    const say = (message: string) => {
      told.push(message)
    }
    const watch = createPartWatch(clock, { debug: say, info: say, warn: say, error: say })
    let done = 0
    for (let second = 0; second < 5; second += 1) {
      watch.run('the record', () => {
        throw new Error('no such column')
      })
      watch.run('the strip', () => {
        done += 1
      })
      await clock.advance(1000)
    }
    expect(done).toBe(5)
    expect(told).toEqual(['the record failed'])
    expect(watch.failing()).toEqual([{ part: 'the record', why: 'Error: no such column' }])
    await clock.advance(31_000)
    expect(watch.failing()).toEqual([])
  })
  it('still fails where the site goes on from what was saved', async () => {
    const clock = createFakeClock(0)
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
    const memory = createMemory()
    createPartWatch(clock, log, memory).run('the record', () => {
      throw new Error('no such column')
    })
    const next = createPartWatch(clock, log, createMemory(memory.save()))
    expect(next.failing()).toEqual([{ part: 'the record', why: 'Error: no such column' }])
  })
  it('refuses to arm while one fails, and says which', async () => {
    let failing = [{ part: 'the record of measurements', why: 'Error: no such column' }]
    const arm = whenSound(
      (who: string) => Promise.resolve(`armed by ${who}`),
      () => failing,
    )
    await expect(arm('E. Engineer')).rejects.toThrow(/cannot be armed.*the record of measurements/)
    failing = []
    await expect(arm('E. Engineer')).resolves.toBe('armed by E. Engineer')
  })
})
