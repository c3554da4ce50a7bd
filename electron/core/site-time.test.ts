import { describe, expect, it } from 'vitest'
import { createSiteTime } from './site-time.ts'
import { createFakeClock } from './test-support/fake-clock.ts'

const day = 86_400_000

describe('site time', () => {
  it('is UTC until somebody sets the calendar, and goes on as if nobody had', async () => {
    const raw = createFakeClock()
    const time = createSiteTime(raw)
    await raw.advance(5000)
    expect(time.clock.nowMs()).toBe(raw.nowMs())
    expect(time.aheadMs()).toBe(0)
    const before = time.clock.nowMs()
    raw.setUtc(raw.nowMs() - 800 * day)
    await raw.advance(1000)
    expect(time.clock.nowMs()).toBe(before + 1000)
    expect(time.aheadMs()).toBe(-800 * day)
    expect(time.wall.nowMs()).toBe(raw.nowMs())
  })

  it('knows when a reply came although the calendar was set between its stamp and now', () => {
    const raw = createFakeClock()
    const time = createSiteTime(raw)
    const stamp = raw.nowMs()
    expect(time.ofStamp(stamp)).toBe(time.clock.nowMs())
    raw.setUtc(raw.nowMs() + day)
    expect(time.clock.nowMs() - time.ofStamp(stamp)).toBeLessThanOrEqual(250)
    raw.setUtc(raw.nowMs() - 2 * day)
    expect(time.ofStamp(stamp)).toBe(time.clock.nowMs())
  })

  it('counts a sleep, in which the monotonic clock stands, as time that passed', () => {
    let utcMs = Date.UTC(2026, 10, 23)
    let monotonicMs = 1000
    let sinceBootMs = 90_000
    const raw = {
      nowMs: () => utcMs,
      monotonicMs: () => monotonicMs,
      sinceBootMs: () => sinceBootMs,
      after: () => () => undefined,
    }
    const time = createSiteTime(raw)
    const before = time.clock.nowMs()
    utcMs += 3_600_000 + 1000
    sinceBootMs += 3_600_000 + 1000
    monotonicMs += 1000
    expect(time.clock.nowMs() - before).toBe(3_601_000)
    expect(time.clock.monotonicMs()).toBe(3_602_000)
    expect(time.aheadMs()).toBe(0)
    // A calendar that is set afterwards is no second sleep.
    utcMs += day
    expect(time.clock.monotonicMs()).toBe(3_602_000)
    expect(time.aheadMs()).toBe(day)
  })
})
