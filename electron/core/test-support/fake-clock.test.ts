import { describe, expect, it } from 'vitest'
import { createFakeClock } from './fake-clock.ts'

describe('the fake clock', () => {
  it('runs timers in order of time, then of asking, each at its own time', async () => {
    const clock = createFakeClock()
    const start = clock.monotonicMs()
    const seen: string[] = []
    clock.after(20, () => seen.push(`b@${clock.monotonicMs() - start}`))
    clock.after(10, () => seen.push(`a@${clock.monotonicMs() - start}`))
    clock.after(20, () => seen.push('c'))
    await clock.advance(15)
    expect(seen).toEqual(['a@10'])
    await clock.advance(5)
    expect(seen).toEqual(['a@10', 'b@20', 'c'])
  })

  it('settles promises and the timers they set before time moves past them', async () => {
    const clock = createFakeClock()
    const seen: number[] = []
    const start = clock.monotonicMs()
    const loop = async () => {
      for (let i = 0; i < 3; i += 1) {
        await new Promise<void>((resolve) => {
          clock.after(10, resolve)
        })
        await Promise.resolve()
          .then(() => undefined)
          .then(() => undefined)
        seen.push(clock.monotonicMs() - start)
      }
    }
    void loop()
    await clock.advance(100)
    expect(seen).toEqual([10, 20, 30])
    expect(clock.pending()).toBe(0)
  })

  it('does not run a stopped timer, and keeps monotonic time when UTC is corrected', async () => {
    const clock = createFakeClock(0)
    let ran = false
    clock.after(5, () => {
      ran = true
    })()
    const before = clock.monotonicMs()
    clock.setUtc(1e12)
    expect(clock.monotonicMs()).toBe(before)
    expect(clock.nowMs()).toBe(1e12)
    await clock.advance(10)
    expect(ran).toBe(false)
    expect(clock.nowMs()).toBe(1e12 + 10)
  })
})
