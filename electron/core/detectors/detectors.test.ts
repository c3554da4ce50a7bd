import { goodSample } from '../../../shared/model/sample.ts'
import { describe, expect, it } from 'vitest'
import { createScene, numberOf, sceneSite, told, type ChargerLook } from './test-support/scene.ts'

const f1 = (i1: number, i2 = i1, i3 = i1) => ({ meters: { 'm-f1': { i: [i1, i2, i3] as const } } })
const of = (detector: string) => (text: string) => text.includes(` ${detector} `)

describe('overcurrent', () => {
  it('is raised above the breaker rating at once, with the numbers, and ends 5 % below', () => {
    const { see } = createScene()
    see(f1(30))
    expect(told(see(f1(32))).filter(of('overcurrent'))).toEqual([])
    const raised = see(f1(20, 44, 20))
    expect(told(raised).filter(of('overcurrent'))).toEqual(['raised overcurrent f1'])
    const finding = raised.active.find(({ detector }) => detector === 'overcurrent')
    expect(finding).toMatchObject({ severity: 'critical', phase: 'L2', subject: { kind: 'circuit', id: 'f1' } })
    expect(numberOf(finding?.numbers ?? [], 'breaker rating')).toBe(32)
    expect(numberOf(finding?.numbers ?? [], 'current L2')).toBe(44)
    expect(told(see(f1(31))).filter(of('overcurrent'))).not.toContain('cleared overcurrent f1')
    const ended = see(f1(30.3))
    const cleared = ended.changes.find(
      ({ kind, finding: each }) => kind === 'cleared' && each.detector === 'overcurrent',
    )?.finding
    expect(cleared?.message).toContain('after 2.0 s; highest L1 31.0 A, L2 44.0 A')
  })
  it('tells the thermal margin and when an early breaker would trip', () => {
    const { see } = createScene()
    for (let second = 0; second < 400; second += 1) see(f1(32))
    const finding = see(f1(46.4)).active.find(({ detector }) => detector === 'overcurrent')
    // 1.45 times the rating, preloaded with it: 9.92 s, one of which has passed.
    expect(finding?.message).toMatch(/would trip in about 8\.9 s/)
    expect(numberOf(finding?.numbers ?? [], 'thermal margin used L2')).toBeGreaterThan(78.3)
  })
  it('tells a band of the thermal margin from its first second, while the past is not known', () => {
    const { see } = createScene()
    see(f1(20))
    const finding = see(f1(44)).active.find(({ detector }) => detector === 'overcurrent')
    const bound = (end: string) => numberOf(finding?.numbers ?? [], `thermal margin used L1, ${end}`) ?? NaN
    expect(bound('at least')).toBeLessThan(bound('at most'))
    expect(finding?.message).toMatch(/thermal margin used on L1: between \d+ % and \d+ %, as what flowed before/)
  })
  it('above a declared limit below the rating only when it lasts', () => {
    const site = sceneSite({
      circuits: [
        { id: 'main', meter: 'm-main' },
        {
          id: 'f1',
          parent: 'main',
          meter: 'm-f1',
          limit: 25,
          breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 32 },
        },
        { id: 'f2', parent: 'main' },
      ],
    })
    const { see } = createScene(site)
    for (let second = 0; second < 5; second += 1) expect(told(see(f1(28))).filter(of('overcurrent'))).toEqual([])
    const raised = see(f1(28))
    expect(told(raised)).toEqual(['raised overcurrent f1'])
    expect(raised.active[0]).toMatchObject({ severity: 'warning' })
    expect(raised.active[0]?.message).toContain('above its limit 25 A (breaker 32 A)')
  })
  it('a held finding is not told again and again, and silence does not clear it', () => {
    const { see } = createScene()
    see(f1(36))
    const changes: string[] = []
    for (let second = 0; second < 60; second += 1)
      changes.push(...told(see(f1(36 + (second % 2) * 1.6))).filter(of('overcurrent')))
    expect(changes).toEqual([])
    const held = see(f1(36)).active.find(({ detector }) => detector === 'overcurrent')
    expect(numberOf(held?.numbers ?? [], 'time above'), 'the numbers on the alarm list go on').toBe(61)
    const silent = see({ meters: { 'm-f1': { quality: 'timeout' } } })
    expect(silent.active.map(({ detector }) => detector)).toContain('overcurrent')
    expect(silent.notAssessed.some(({ detector, subject }) => detector === 'overcurrent' && subject.id === 'f1')).toBe(
      true,
    )
  })
  it('an unmeasured circuit is not assessed', () => {
    const { see } = createScene()
    expect(see().notAssessed).toContainEqual({
      detector: 'overcurrent',
      subject: { kind: 'circuit', id: 'f2' },
      why: 'no meter measures f2, and not all loads below it are known',
    })
  })
})

describe('thermal margin', () => {
  it('warns of a warm, full board without any overcurrent', () => {
    const breaker = { standard: 'IEC 60898-1', curve: 'C', rating: 32, ambient: 50 }
    const site = sceneSite({
      circuits: [
        { id: 'main', meter: 'm-main' },
        { id: 'f1', parent: 'main', meter: 'm-f1', breaker },
        { id: 'f2', parent: 'main' },
      ],
    })
    const { see } = createScene(site)
    const seen: string[] = []
    let last
    for (let second = 0; second < 400; second += 1) {
      last = see(f1(32))
      seen.push(...told(last))
    }
    expect(seen).toEqual(['raised thermal-margin f1'])
    expect(numberOf(last?.active[0]?.numbers ?? [], 'thermal margin used L1')).toBeGreaterThan(90)
    for (let second = 0; second < 120; second += 1) seen.push(...told(see(f1(10))))
    expect(seen.at(-1)).toBe('cleared thermal-margin f1')
  })
})

describe('current imbalance', () => {
  it('needs 20 A for 5 s, ends below 18 A', () => {
    const { see } = createScene()
    const seen: string[] = []
    for (let second = 0; second < 6; second += 1) seen.push(...told(see(f1(30, 9, 10))))
    expect(seen).toEqual(['raised current-imbalance f1'])
    expect(told(see(f1(28, 11, 9)))).toEqual([])
    expect(told(see(f1(27, 10, 10)))).toEqual(['cleared current-imbalance f1'])
  })
})

describe('phase loss between two images', () => {
  it('is told, though it was back before the image came', () => {
    const { see, detectors, now } = createScene()
    see()
    const reply = (u: readonly [number, number, number], afterMs: number) => {
      detectors.observe(
        'm-main',
        Object.fromEntries(u.map((value, index) => [`u_l${index + 1}n`, goodSample(value, now() + afterMs)])),
      )
    }
    reply([230, 230, 230], 200)
    reply([230, 4, 231], 400)
    reply([230, 230, 230], 600)
    const seen = see()
    expect(told(seen)).toEqual(['raised phase-loss m-main'])
    expect(seen.active[0]?.message).toMatch(/^L2 reads 4\.0 V while L1 reads 230\.0 V, L3 reads 231\.0 V/)
    expect(told(see())).toEqual(['cleared phase-loss m-main'])
  })
  it('is judged by all phases, also where they come in several replies', () => {
    const { see, detectors, now } = createScene()
    see()
    detectors.observe('m-main', { u_l3n: goodSample(2, now() + 300) })
    detectors.observe('m-main', { u_l1n: goodSample(229, now() + 310), u_l2n: goodSample(231, now() + 310) })
    expect(see().active[0]).toMatchObject({ detector: 'phase-loss', phase: 'L3' })
  })
})

describe('stale meter', () => {
  it("is raised after the site's meter timeout, told again only as the silence doubles, and cleared when readings are back", () => {
    const { see } = createScene()
    see()
    const seen: { second: number; what: string }[] = []
    for (let second = 1; second <= 40; second += 1) {
      for (const what of told(see({ meters: { 'm-f1': { quality: 'timeout' } } }))) seen.push({ second, what })
    }
    expect(seen).toEqual([
      { second: 5, what: 'raised stale-meter m-f1' },
      { second: 8, what: 'updated stale-meter m-f1' },
      { second: 16, what: 'updated stale-meter m-f1' },
      { second: 32, what: 'updated stale-meter m-f1' },
    ])
    const back = see()
    expect(told(back)).toEqual(['cleared stale-meter m-f1'])
    expect(back.changes[0]?.finding.message).toContain('after 41.0 s')
  })
  it('names the chargers that depend on it and the cure', () => {
    const { see } = createScene()
    see()
    for (let second = 0; second < 4; second += 1) see({ meters: { 'm-f1': { quality: 'offline' } } })
    const finding = see({ meters: { 'm-f1': { quality: 'offline' } } }).active[0]
    expect(finding?.severity).toBe('critical')
    expect(finding?.message).toContain('2 chargers under it')
    expect(finding?.message).toContain('line is not connected')
  })
  it('is not blamed for the time in which nobody asked: a sleep, a stop, a clock that was set forward', () => {
    const { see } = createScene()
    see()
    const silent = { meters: { 'm-f1': { quality: 'timeout' } } } as const
    // An hour without images, then the meter has not yet been read again.
    expect(told(see(silent, 3600))).toEqual([])
    const seen = Array.from({ length: 8 }, () => told(see(silent))).flat()
    expect(seen[0]).toBe('raised stale-meter m-f1')
    expect(see(silent).active[0]?.message).toMatch(/^The last good reading is (9|10)\.0 s old/)
  })
  it('a meter that never answered is stale too', () => {
    const { see } = createScene()
    for (let second = 0; second < 5; second += 1) see({ meters: { 'm-main': { quality: 'waiting' } } })
    expect(see({ meters: { 'm-main': { quality: 'waiting' } } }).active[0]?.message).toContain(
      'No good reading since the program started',
    )
  })
})

describe('a meter without the currents of its circuit', () => {
  it('is told though its voltages arrive, with the phase, and cleared when the current is back', () => {
    const { see } = createScene()
    see()
    const look = { meters: { 'm-f1': { noCurrent: ['L2'] as const } } }
    const seen: string[] = []
    for (let second = 1; second <= 5; second += 1) seen.push(...told(see(look)))
    expect(seen).toEqual(['raised stale-meter m-f1'])
    const finding = see(look).active[0]
    expect(finding).toMatchObject({ title: 'No current L2 from meter m-f1', phase: 'L2', severity: 'critical' })
    expect(finding?.message).toContain('It refuses the registers of this current')
    expect(told(see())).toEqual(['cleared stale-meter m-f1'])
  })
  it('that then falls silent altogether is one finding, told anew', () => {
    const { see } = createScene()
    see()
    for (let second = 1; second <= 10; second += 1) see({ meters: { 'm-f1': { noCurrent: ['L1', 'L2', 'L3'] } } })
    const seen: string[] = []
    for (let second = 1; second <= 5; second += 1)
      seen.push(...told(see({ meters: { 'm-f1': { quality: 'timeout' } } })))
    expect(seen).toContain('updated stale-meter m-f1')
    expect(see({ meters: { 'm-f1': { quality: 'timeout' } } }).active.map(({ title }) => title)).toEqual([
      'No readings from meter m-f1',
    ])
  })
})

describe('after the clock was set back by an hour', () => {
  const backS = -3600
  it('a meter that dies is told within seconds, all the same', () => {
    const { see } = createScene()
    for (let second = 0; second < 10; second += 1) see()
    see({}, backS)
    const seen: string[] = []
    for (let second = 0; second < 6; second += 1)
      seen.push(...told(see({ meters: { 'm-f1': { quality: 'timeout' } } })))
    expect(seen).toEqual(['raised stale-meter m-f1'])
  })
  it('a meter that died before it is told as well', () => {
    const { see } = createScene()
    see()
    see({ meters: { 'm-f1': { quality: 'timeout' } } }, backS)
    const seen: string[] = []
    for (let second = 0; second < 6; second += 1)
      seen.push(...told(see({ meters: { 'm-f1': { quality: 'timeout' } } })))
    expect(seen).toEqual(['raised stale-meter m-f1'])
  })
  it('an overload of a declared limit and an imbalance are told after their patience', () => {
    const site = sceneSite({
      circuits: [
        { id: 'main', meter: 'm-main' },
        {
          id: 'f1',
          parent: 'main',
          meter: 'm-f1',
          limit: 25,
          breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 32 },
        },
        { id: 'f2', parent: 'main' },
      ],
    })
    const { see } = createScene(site)
    see(f1(28, 5, 5))
    see(f1(28, 5, 5), backS)
    const seen: string[] = []
    for (let second = 0; second < 5; second += 1) seen.push(...told(see(f1(28, 5, 5))))
    expect(seen.toSorted()).toEqual(['raised current-imbalance f1', 'raised overcurrent f1'])
  })
  it('voltages are judged again from the next reading', () => {
    const { see } = createScene()
    see()
    see({}, backS)
    expect(told(see({ meters: { 'm-main': { u: [260, 230, 230] } } }))).toEqual(['raised overvoltage m-main'])
  })
  it('no finding says that it lasted less than nothing', () => {
    const { see } = createScene()
    see({ ...f1(36), ...{ meters: { 'm-f1': { i: [36, 36, 36] }, 'm-main': { p: 80_000, u: [200, 230, 230] } } } })
    see({ meters: { 'm-f1': { i: [36, 36, 36] }, 'm-main': { p: 80_000, u: [200, 230, 230] } } }, backS)
    const cleared = see()
      .changes.filter(({ kind }) => kind === 'cleared')
      .map(({ finding }) => finding)
    expect(cleared.map(({ detector }) => detector).toSorted()).toEqual(['overcurrent', 'power-spike', 'undervoltage'])
    for (const { numbers, message } of cleared) {
      expect(numbers.every(({ value }) => value >= 0)).toBe(true)
      expect(message).not.toMatch(/-\d/)
    }
  })
})

describe('power spike', () => {
  const power = (p: number) => ({ meters: { 'm-main': { p } } })
  it('compares with the agreed current at nominal voltage, or the agreed power', () => {
    const { see } = createScene()
    expect(told(see(power(69_000)))).toEqual([])
    expect(told(see(power(69_100)))).toEqual(['raised power-spike depot'])
    expect(told(see(power(66_000)))).toEqual([])
    expect(told(see(power(65_000)))).toEqual(['cleared power-spike depot'])
    const agreed = createScene(sceneSite({ grid: { limit: 100, maximumPower: 40_000 } }))
    expect(told(agreed.see(power(40_500)))).toEqual(['raised power-spike depot'])
  })
})

describe('charger phase loss', () => {
  const session = (i: readonly [number, number, number]) => ({ chargers: { a: { i } } })
  it('is suspected when a three-phase session goes on with an empty phase', () => {
    const { see } = createScene()
    see(session([16, 16, 16]))
    for (let second = 0; second < 5; second += 1) expect(told(see(session([16, 0, 16])))).toEqual([])
    const raised = see(session([16, 0, 16]))
    expect(told(raised)).toEqual(['raised charger-phase-loss a'])
    expect(raised.active[0]?.evidence).toContain('hypothesis')
    expect(told(see(session([16, 16, 16])))).toEqual(['cleared charger-phase-loss a'])
  })
  it('a single-phase car is none', () => {
    const { see } = createScene()
    for (let second = 0; second < 20; second += 1) expect(told(see(session([16, 0, 0])))).toEqual([])
  })
})

describe('breaker suspected open', () => {
  const charging = { ...f1(16), chargers: { a: {}, b: {} } }
  const empty = { 'm-f1': { i: [0, 0, 0] as const } }
  const gone = { a: { status: null }, b: { status: null } }
  const breaker = (texts: readonly string[]) => texts.filter(of('breaker-open'))
  it('all phases fall, the supply stays, the chargers fall silent', () => {
    const { see } = createScene()
    for (let second = 0; second < 5; second += 1) see(charging)
    const raised = see({ meters: empty, chargers: gone })
    expect(breaker(told(raised))).toEqual(['raised breaker-open f1'])
    const finding = raised.active.find(({ detector }) => detector === 'breaker-open')
    expect(finding?.title).toContain('may be open')
    expect(finding?.message).toContain('a, b no longer answer')
    expect(finding?.message).toContain('not a reported position')
    expect(breaker(told(see({ meters: empty, chargers: gone }, 60)))).toEqual([])
    expect(breaker(told(see(charging)))).toEqual(['cleared breaker-open f1'])
  })
  it('an ordinary end of charging is none', () => {
    const { see } = createScene()
    for (let second = 0; second < 5; second += 1)
      see({ ...f1(16), chargers: { a: {}, b: { status: 'available', i: [0, 0, 0] } } })
    for (let second = 0; second < 40; second += 1) {
      expect(
        breaker(
          told(
            see({
              meters: empty,
              chargers: { a: { status: 'available', i: [0, 0, 0] }, b: { status: 'available', i: [0, 0, 0] } },
            }),
          ),
        ),
      ).toEqual([])
    }
  })
  it('chargers that were told to pause are none', () => {
    const { see } = createScene()
    for (let second = 0; second < 5; second += 1) see(charging)
    const paused = { status: 'suspended', i: [0, 0, 0], limit: 0 } as const
    for (let second = 0; second < 40; second += 1)
      expect(breaker(told(see({ meters: empty, chargers: { a: paused, b: paused } })))).toEqual([])
  })
  it('no supply above is no open breaker', () => {
    const { see } = createScene()
    for (let second = 0; second < 5; second += 1) see(charging)
    const dead = { u: [0, 0, 0], i: [0, 0, 0] } as const
    for (let second = 0; second < 40; second += 1)
      expect(breaker(told(see({ meters: { 'm-main': dead, 'm-f1': dead }, chargers: gone })))).toEqual([])
  })
  it('a meter that dies with its feeder: the load vanished from the meter above', () => {
    const { see } = createScene()
    for (let second = 0; second < 5; second += 1)
      see({ meters: { 'm-main': { i: [40, 40, 40] }, 'm-f1': { i: [16, 16, 16] } } })
    const dark = see({ meters: { 'm-main': { i: [24, 24, 24] }, 'm-f1': { quality: 'timeout' } }, chargers: gone })
    expect(breaker(told(dark))).toEqual(['raised breaker-open f1'])
    const still = createScene()
    for (let second = 0; second < 5; second += 1)
      still.see({ meters: { 'm-main': { i: [40, 40, 40] }, 'm-f1': { i: [16, 16, 16] } } })
    expect(
      breaker(told(still.see({ meters: { 'm-main': { i: [40, 40, 40] }, 'm-f1': { quality: 'timeout' } } }))),
    ).toEqual([])
  })
})

describe('breaker suspected open below chargers that tell currents and no state', () => {
  const charging = { ...f1(16), chargers: { a: { isStateless: true }, b: { isStateless: true } } }
  const empty = { 'm-f1': { i: [0, 0, 0] as const } }
  const breaker = (texts: readonly string[]) => texts.filter(of('breaker-open'))
  const both = (look: ChargerLook) => ({ meters: empty, chargers: { a: look, b: look } })
  const after = (seconds: number, look: ChargerLook) => {
    const { see } = createScene()
    for (let second = 0; second < 5; second += 1) see(charging)
    return Array.from({ length: seconds }, () => breaker(told(see(both(look))))).flat()
  }
  it('is raised where they fall silent with their load', () => {
    expect(after(3, { isStateless: true, status: null })).toEqual(['raised breaker-open f1'])
  })
  it('is not where they go on answering without a current: whoever says no state may have ended in order', () => {
    expect(after(40, { isStateless: true, i: [0, 0, 0], limit: 16 })).toEqual([])
  })
  it('is not where nothing newer was read of them, and no answer was missed either', () => {
    expect(after(40, { isStateless: true, isOld: true })).toEqual([])
  })
})

describe('breaker suspected open under a meter that is read every ten seconds', () => {
  const slow = sceneSite({
    meters: ['m-main', 'm-f1'].map((id, at) => ({ id, profile: 'p', line: 'lan', unit: at + 1, periodMs: 10_000 })),
  })
  const breaker = (texts: readonly string[]) => texts.filter(of('breaker-open'))
  const gone = { a: { status: null }, b: { status: null } }
  /** The chargers are gone at once; the meters show it nine seconds later. */
  const run = (mainA: number, isMainLost = false) => {
    const { see, now } = createScene(slow)
    const loaded = (atMs: number) => ({
      'm-main': { i: [40, 40, 40] as const, atMs },
      'm-f1': { i: [16, 16, 16] as const, atMs },
    })
    const firstMs = now() + 1000
    for (let second = 0; second < 5; second += 1) see({ meters: loaded(firstMs) })
    const unseen = isMainLost ? { 'm-main': { quality: 'timeout' as const } } : {}
    for (let second = 0; second < 8; second += 1)
      see({ meters: { ...loaded(firstMs), ...(second === 6 ? unseen : {}) }, chargers: gone })
    const after = { 'm-main': { i: [mainA, mainA, mainA] as const }, 'm-f1': { i: [0, 0, 0] as const } }
    return [1, 2].flatMap(() => breaker(told(see({ meters: after, chargers: gone }))))
  }
  it('is raised although the chargers were silent long before', () => {
    expect(run(24)).toEqual(['raised breaker-open f1'])
  })
  it('is not where the meter above does not miss the load', () => {
    expect(run(40)).toEqual([])
  })
  it('is not where others went with it, or the supply was not seen meanwhile: it may have been away between two polls', () => {
    expect(run(5)).toEqual([])
    expect(run(24, true)).toEqual([])
  })
})

describe('acknowledging', () => {
  it('marks an active finding and lasts until it is cleared', () => {
    const { see, detectors } = createScene()
    const id = see(f1(40)).active.find(({ detector }) => detector === 'overcurrent')?.id ?? ''
    expect(detectors.acknowledge(id, 'Op', 'on my way', 5)).toMatchObject({
      id,
      acknowledged: { who: 'Op', note: 'on my way', atMs: 5 },
    })
    expect(see(f1(40)).active.find((finding) => finding.id === id)?.acknowledged).not.toBeNull()
    see(f1(10))
    expect(detectors.acknowledge(id, 'Op', 'again', 6)).toBeNull()
  })
})
