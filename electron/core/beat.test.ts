import { describe, expect, it } from 'vitest'
import { createBeat, cyclePeriodMs } from './beat.ts'
import { createFakeClock } from './test-support/fake-clock.ts'

describe('the beat', () => {
  it('comes once a period until it is stopped', async () => {
    const clock = createFakeClock()
    let beats = 0
    const beat = createBeat(clock, () => {
      beats += 1
    })
    beat.start()
    await clock.advance(10 * cyclePeriodMs)
    expect(beats).toBe(10)
    beat.stop()
    await clock.advance(5 * cyclePeriodMs)
    expect(beats).toBe(10)
    expect(clock.pending()).toBe(0)
  })

  it('skips what could not come in time, and does not move the next', async () => {
    const clock = createFakeClock()
    const at: number[] = []
    const beat = createBeat(clock, () => {
      at.push(clock.monotonicMs())
    })
    beat.start()
    await clock.advance(cyclePeriodMs)
    clock.standStill(3.5 * cyclePeriodMs)
    await clock.advance(3 * cyclePeriodMs)
    const [first = 0, late = 0, ...rest] = at
    expect(late - first).toBeGreaterThan(3 * cyclePeriodMs)
    for (const ms of rest) expect((ms - first) % cyclePeriodMs).toBe(0)
    expect(at.length).toBeLessThan(6)
  })
})
