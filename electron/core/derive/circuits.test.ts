import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChargerReading, MeterReading } from '../../../shared/model/image.ts'
import { perPhase, type Phase } from '../../../shared/model/phase.ts'
import { goodSample, missingSample, type Quality, type Sample } from '../../../shared/model/sample.ts'
import { siteSchema, type Site } from '../../../shared/site/site.ts'
import { createCircuits } from './circuits.ts'

const site: Site = siteSchema.parse({
  version: 1,
  id: 'test',
  name: 'Test',
  grid: { limit: 100 },
  lines: [{ transport: 'tcp', id: 'lan', host: '127.0.0.1', port: 502 }],
  meters: [
    { id: 'm-main', profile: 'p', line: 'lan' },
    { id: 'm-f1', profile: 'p', line: 'lan', unit: 2 },
  ],
  circuits: [
    { id: 'main', meter: 'm-main', limit: 250 },
    { id: 'f1', parent: 'main', meter: 'm-f1', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 32 } },
    { id: 'f2', parent: 'main', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 63 }, limit: 50 },
    { id: 'f2a', parent: 'f2', breaker: { standard: 'IEC 60269 gG', curve: 'gG', rating: 35 } },
    { id: 'f3', parent: 'main', otherLoad: 10 },
    { id: 'f4', parent: 'main' },
  ],
  chargers: [
    { id: 'a', profile: 'c', line: 'lan', circuit: 'f2', maximum: 32 },
    { id: 'b', profile: 'c', line: 'lan', circuit: 'f2a', maximum: 16, phases: ['L2'] },
    { id: 'c', profile: 'c', line: 'lan', circuit: 'f3', maximum: 16 },
  ],
})

const meter = (values: Partial<Record<Phase, number | Quality>>, atMs: number): MeterReading => ({
  samples: Object.fromEntries(
    Object.entries(values).map(([phase, value]) => [
      `i_${phase.toLowerCase()}`,
      typeof value === 'number' ? goodSample(value, atMs) : missingSample(value as 'timeout', atMs),
    ]),
  ),
})
const charger = (current: Record<Phase, Sample>): ChargerReading => ({
  status: { value: 'charging', code: 'C2', quality: 'good', atMs: 0 },
  samples: {},
  siteCurrentA: current,
})
const absent = missingSample('absent', null)
const meters = (atMs: number, f1 = meter({ L1: 10, L2: 11, L3: -12 }, atMs)) => ({
  'm-main': meter({ L1: 60, L2: 61, L3: 62 }, atMs),
  'm-f1': f1,
})
const chargers = {
  a: charger(perPhase((phase) => goodSample(phase === 'L1' ? 15 : 14, 900))),
  b: charger({ L1: absent, L2: goodSample(6, 800), L3: absent }),
  c: charger(perPhase(() => goodSample(3, 900))),
}

describe('circuit readings', () => {
  it('takes the meter, and headroom by magnitude against the smallest of limit, rating and grid limit', () => {
    const readings = createCircuits(site).step(meters(1000), chargers, 1250)
    expect(readings['main']).toMatchObject({ source: 'meter', meterId: 'm-main', ageMs: 250 })
    expect(readings['main']?.phases.L2).toMatchObject({ currentA: { value: 61 }, limitA: 100, headroomA: 39 })
    expect(readings['f1']?.phases.L3).toMatchObject({ currentA: { value: -12 }, limitA: 32, headroomA: 20 })
    expect(readings['f2']?.phases.L1?.limitA).toBe(50)
  })
  it('sums chargers and circuits below on the phases they are wired to, as old as the oldest', () => {
    const readings = createCircuits(site).step(meters(1000), chargers, 1000)
    expect(readings['f2']).toMatchObject({ source: 'sum-of-chargers', meterId: null, ageMs: 200 })
    expect(readings['f2']?.phases.L1?.currentA).toEqual(goodSample(15, 900))
    expect(readings['f2']?.phases.L2?.currentA).toEqual(goodSample(20, 800))
  })
  it('has no current, and never a zero, where something below is unknown', () => {
    const silent = { ...chargers, b: charger({ L1: absent, L2: missingSample('timeout', 700), L3: absent }) }
    const readings = createCircuits(site).step(meters(1000), silent, 1000)
    expect(readings['f2']?.phases.L2).toMatchObject({ currentA: { value: null, quality: 'timeout' }, headroomA: null })
    expect(readings['f2']?.phases.L1?.currentA.value).toBe(15)
    expect(readings['f3']).toMatchObject({ source: 'none', ageMs: null })
    expect(readings['f4']).toMatchObject({ source: 'none' })
    // f2a has only a charger on L2: what flows on its other phases nobody measures.
    expect(readings['f2a']?.phases.L1?.currentA.value).toBeNull()
  })
  it('an unread meter is missing, not zero', () => {
    const readings = createCircuits(site).step({}, {}, 1000)
    expect(readings['main']?.phases.L1).toMatchObject({
      currentA: { value: null, quality: 'waiting' },
      headroomA: null,
    })
  })
  it('any pattern of missing inputs never gives a number for a phase whose inputs are not all there', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), ([a1, a2, a3, b2]) => {
        const sample = (there: boolean | undefined) => (there === true ? goodSample(10, 0) : missingSample('stale', 0))
        const image = {
          a: charger({ L1: sample(a1), L2: sample(a2), L3: sample(a3) }),
          b: charger({ L1: absent, L2: sample(b2), L3: absent }),
        }
        const phases = createCircuits(site).step({}, image, 1000)['f2']?.phases
        expect(phases?.L1?.currentA.value ?? null).toBe(a1 === true ? 10 : null)
        expect(phases?.L2?.currentA.value ?? null).toBe(a2 === true && b2 === true ? 20 : null)
      }),
    )
  })
})

describe('thermal margin', () => {
  const run = (steps: readonly { seconds: number; amperes: number | Quality }[], stepMs = 1000) => {
    const circuits = createCircuits(site)
    let nowMs = 1_000_000
    const seen: (number | null)[] = []
    for (const { seconds, amperes } of steps) {
      for (let ms = 0; ms < seconds * 1000; ms += stepMs) {
        nowMs += stepMs
        const reading = circuits.step(
          meters(nowMs, meter({ L1: amperes, L2: amperes, L3: amperes }, nowMs)),
          chargers,
          nowMs,
        )
        seen.push(reading['f1']?.phases.L1?.thermalUsedPercent ?? null)
      }
    }
    return seen
  }
  it('is a band from the first reading on, with the time to the early bound', () => {
    const circuits = createCircuits(site)
    const at = (nowMs: number, amperes: number) =>
      circuits.step(meters(nowMs, meter({ L1: amperes, L2: 0, L3: 0 }, nowMs)), chargers, nowMs)['f1']?.phases.L1
        ?.thermal
    expect(at(1000, 44)).toMatchObject({ lowPercent: 0, highPercent: 100, toTrip: { earlyS: 0, lateS: null } })
    let band = at(2000, 32)
    for (let second = 3; second < 1200; second += 1) band = at(second * 1000, 32)
    expect(band).toMatchObject({ highPercent: 78.31, early: { cold: 78.31, hot: 78.31 }, toTrip: { earlyS: null } })
    // From there 44 A take 12.77 s on the early bound (worked example).
    expect(at(1_200_000, 44)?.toTrip?.earlyS).toBeCloseTo(12.77 - 1, 2)
  })
  it('is one number only when the unknown past no longer matters (3 tau), then that of the worked example', () => {
    const seen = run([
      { seconds: 600, amperes: 16 },
      { seconds: 1800, amperes: 32 },
      { seconds: 60, amperes: 44 },
      { seconds: 600, amperes: 32 },
    ])
    expect(seen.findIndex((percent) => percent !== null)).toBe(103)
    expect(seen[599]).toBeCloseTo(19.58, 2)
    expect(seen[2399]).toBeCloseTo(78.31, 2)
    expect(seen[2459]).toBeCloseTo(135.93, 2)
    expect(seen[2400 + 11]).toBeLessThan(100)
    expect(seen[2400 + 12]).toBeGreaterThanOrEqual(100)
  })
  it('holds the last current for 5 s; a longer gap makes it unknown, not cooler', () => {
    const seen = run([
      { seconds: 600, amperes: 32 },
      { seconds: 5, amperes: 'timeout' },
      { seconds: 1, amperes: 32 },
    ])
    expect(seen.at(-1)).toBeCloseTo(78.31, 1)
    const longer = run([
      { seconds: 600, amperes: 32 },
      { seconds: 8, amperes: 'timeout' },
      { seconds: 150, amperes: 32 },
    ])
    expect(longer[604]).toBeCloseTo(78.31, 1)
    expect(longer.slice(605, 640).every((percent) => percent === null)).toBe(true)
    expect(longer.at(-1)).toBeCloseTo(78.3, 0)
  })
  it('a pause of the program is a gap too', () => {
    const circuits = createCircuits(site)
    const at = (nowMs: number) =>
      circuits.step(meters(nowMs, meter({ L1: 32, L2: 32, L3: 32 }, nowMs)), chargers, nowMs)['f1']?.phases.L1
        ?.thermalUsedPercent
    for (let second = 0; second < 300; second += 1) at(second * 1000)
    expect(at(300_000)).toBeCloseTo(78.3, 1)
    expect(at(360_000)).toBeNull()
  })
  it('uses the mean square of the readings between two steps', () => {
    const circuits = createCircuits(site)
    let percent: number | null = null
    for (let second = 1; second <= 400; second += 1) {
      const nowMs = second * 1000
      // 40 A and 0 A in turn: mean square 28.28 A. The image only ever sees the 0.
      for (const amperes of [40, 0]) circuits.observe('m-f1', { i_l1: goodSample(amperes, nowMs) })
      percent =
        circuits.step(meters(nowMs, meter({ L1: 0, L2: 0, L3: 0 }, nowMs)), chargers, nowMs)['f1']?.phases.L1
          ?.thermalUsedPercent ?? null
    }
    expect(percent).toBeCloseTo((100 * 0.78125) / 1.2769, 2)
  })
  it('says why there is none', () => {
    const readings = createCircuits(site).step(meters(1000), chargers, 1000)
    expect(readings['main']?.phases.L1).toMatchObject({
      thermalUsedPercent: null,
      thermalUnknownWhy: expect.stringContaining('no breaker') as string,
    })
    expect(readings['main']?.phases.L1?.thermal).toBeNull()
    // A fuse has a model too; before anything is known of its past there is a band and not yet one number.
    expect(readings['f2a']?.phases.L2).toMatchObject({
      thermalUsedPercent: null,
      thermalUnknownWhy: expect.stringContaining('the current before') as string,
      thermal: { lowPercent: 0, highPercent: 100 },
    })
  })
})
