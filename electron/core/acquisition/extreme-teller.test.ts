import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { eventColumns } from '../../../shared/said/event.ts'
import type { ExtremeNews } from '../../../shared/said/extreme-news.ts'
import { createExtremeTeller } from './extreme-teller.ts'

const setBack = (key: 'i_l1' | 'i_l2' | 'i_l3' | 'u_l1n' | 'p_total', before: number, value: number): ExtremeNews => ({
  kind: 'set-back',
  key,
  extreme: 'maximum',
  atMs: 0,
  before,
  value,
})

const begin = () => {
  const clock = createFakeClock(Date.UTC(2026, 6, 1, 8, 2, 11))
  const told: ReturnType<typeof eventColumns>[] = []
  const teller = createExtremeTeller('Incomer', 'Europe/Berlin', clock, (kind, facts) => {
    told.push(eventColumns(kind, facts))
  })
  return { clock, told, teller }
}

describe("a meter's news of its own extremes", () => {
  it('of one reset is one row, with the first registers named and the rest counted', async () => {
    const { clock, told, teller } = begin()
    for (const key of ['i_l1', 'i_l2', 'i_l3', 'u_l1n', 'p_total'] as const) {
      teller.take(setBack(key, 300, 40))
      await clock.advance(2000)
    }
    expect(told).toEqual([])
    await clock.advance(10_000)
    expect(told.map(({ kind }) => kind)).toEqual(['meter-extreme-reset'])
    expect(told[0]?.message).toMatch(/maximum of Current L1 from 300\.00 A to 40\.00 A, .* and 2 more\)/)
    expect(told[0]?.data?.['changes']).toHaveLength(5)
  })
  it('that resets every minute is told once an hour, with a count', async () => {
    const { clock, told, teller } = begin()
    for (let minute = 0; minute < 120; minute += 1) {
      teller.take(setBack('i_l1', 30 + minute, 4))
      await clock.advance(60_000)
    }
    expect(told).toHaveLength(2)
    expect(told[1]?.message).toContain('and 59 times before since the last word on it')
  })
  it("tells times in the site's zone", () => {
    const { told, teller } = begin()
    const fromMs = Date.UTC(2026, 6, 1, 8, 2, 11)
    teller.take({
      kind: 'beyond-polling',
      key: 'i_l1',
      extreme: 'maximum',
      evidence: { fromMs, toMs: fromMs + 10_000, before: 198, value: 243, polled: 180, unseenMs: 0 },
    })
    expect(told[0]?.message).toBe(
      'Incomer: between 10:02:11 and 10:02:21 the meter itself registered 243.00 A, Current L1 ' +
        '(its maximum register rose from 198.00 A); polling saw at most 180.00 A',
    )
  })
})
