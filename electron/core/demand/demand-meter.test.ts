import { describe, expect, it } from 'vitest'
import type { Image } from '../../../shared/model/image.ts'
import { goodSample, missingSample } from '../../../shared/model/sample.ts'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { createDemandMeter, type DemandNow } from './demand-meter.ts'

const site = (demand: object) =>
  siteSchema.parse({
    version: 1,
    id: 's',
    name: 'S',
    timezone: 'Europe/Berlin',
    grid: { limit: 400 },
    lines: [{ id: 'l', transport: 'tcp', host: '192.0.2.1', port: 502 }],
    meters: [{ id: 'm', profile: 'p', line: 'l' }],
    circuits: [{ id: 'main', meter: 'm' }],
    demand,
  })
const quarter = 900_000
const startMs = Math.floor(Date.UTC(2026, 10, 28, 10) / quarter) * quarter

/** A meter whose register moves in steps of `lsb`, read every `everyS`; steps the demand once a second. */
const follow = (
  demand: object,
  power: (second: number) => number,
  seconds: number,
  more: { lsb?: number; fromMs?: number } = {},
) => {
  const meter = createDemandMeter(site(demand))
  const { lsb = 0.01, fromMs = startMs } = more
  let joules = 5e9
  const seen: DemandNow[] = []
  for (let second = 0; second <= seconds; second += 1) {
    const nowMs = fromMs + second * 1000
    const kWh = Math.floor(joules / 3.6e6 / lsb) * lsb
    const image: Image = {
      seq: second,
      atMs: nowMs - 5000,
      chargers: {},
      circuits: {},
      meters: {
        m: { samples: { e_import: goodSample(kWh, nowMs - 5000), p_total: goodSample(power(second), nowMs - 5000) } },
      },
    }
    const now = meter.step(image, nowMs)
    if (now !== null) seen.push(now)
    joules += power(second)
  }
  return { meter, seen, last: () => seen.at(-1) as DemandNow }
}

describe('the billed demand', () => {
  it("follows the register, aligned to the clock, and keeps the month's peak", () => {
    const { seen, last } = follow({ target: 100_000 }, (second) => (second < 900 ? 90_000 : 120_000), 900 + 540)
    const now = last()
    expect(now.startMs).toBe(startMs + quarter)
    expect(now.monthPeakW).toBeCloseTo(90_000, -2)
    expect((now.energyKWh ?? 0) - 18).toBeLessThan(0.05)
    expect(now.predictedW).toBeCloseTo(120_000, -3)
    const half = seen.find(({ startMs: at }, index) => at === startMs && index === 540)
    expect(half?.allowedW).toBeCloseTo((100_000 * 900 - 90_000 * 540) / 360, -3)
  })

  it('a peak that is paid for already is the target from then on, until the month is over', () => {
    const { last, meter } = follow({ target: 100_000 }, () => 130_000, 950)
    expect(last().targetW).toBeCloseTo(130_000, -3)
    const december = Date.UTC(2026, 10, 30, 23, 30)
    const image: Image = { seq: 1, atMs: december, chargers: {}, circuits: {}, meters: {} }
    expect(meter.step(image, december)).toMatchObject({ month: '2026-12', monthPeakW: null, targetW: 100_000 })
  })

  it('an interval whose beginning was not seen is held to the target itself, and says so', () => {
    const { last } = follow({ target: 100_000 }, () => 150_000, 120, { fromMs: startMs + 300_000 })
    expect(last().energyKWh).toBeNull()
    expect(last().allowedW).toBeCloseTo(100_000, 3)
    expect(last().monthPeakW).toBeNull()
  })

  it('a sliding window sees a peak that straddles two blocks', () => {
    const straddling = (second: number) => (second >= 450 && second < 1350 ? 200_000 : 0)
    expect(follow({}, straddling, 2000).last().monthPeakW).toBeCloseTo(100_000, -3)
    expect(follow({ kind: 'sliding' }, straddling, 2000).last().monthPeakW).toBeGreaterThan(186_000)
  })

  it('whoever keeps to what is allowed keeps the target, over random loads', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const rnd = seededRandom(seed)
      const base = Array.from({ length: 30 }, () => rnd() * 60_000)
      const meter = createDemandMeter(site({ target: 80_000 }))
      let joules = 0
      let first = 0
      let allowed = 80_000
      for (let second = 0; second < 1800; second += 1) {
        if (second === 900) first = joules
        const nowMs = startMs + second * 1000
        const other = base[Math.floor(second / 60)] ?? 0
        const power = Math.max(other, Math.min(150_000, allowed))
        const now = meter.step(
          {
            seq: second,
            atMs: nowMs,
            chargers: {},
            circuits: {},
            meters: {
              m: { samples: { e_import: goodSample(joules / 3.6e6, nowMs), p_total: goodSample(power, nowMs) } },
            },
          },
          nowMs,
        )
        allowed = now?.allowedW ?? 0
        joules += power
      }
      expect((joules - first) / 900).toBeLessThan(80_000 * 1.01)
    }
  })

  it('a register that goes back or is not read tells nothing', () => {
    const meter = createDemandMeter(site({ target: 1000 }))
    const step = (second: number, kWh: number | null) =>
      meter.step(
        {
          seq: second,
          atMs: startMs + second * 1000,
          chargers: {},
          circuits: {},
          meters: {
            m: {
              samples: {
                e_import: kWh === null ? missingSample('timeout', startMs) : goodSample(kWh, startMs + second * 1000),
              },
            },
          },
        },
        startMs + second * 1000,
      )
    expect(step(0, 100)?.energyKWh).toBe(0)
    expect(step(10, 100.5)?.energyKWh).toBe(0.5)
    expect(step(20, 3)?.energyKWh).toBeNull()
    expect(step(200, null)?.energyKWh).toBeNull()
  })
})
