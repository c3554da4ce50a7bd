import { describe, expect, it } from 'vitest'
import type { Doubt } from '../../../shared/model/doubt.ts'
import type { ChargerReading } from '../../../shared/model/image.ts'
import { goodSample, missingSample, type Sample } from '../../../shared/model/sample.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import type { Clock } from '../ports.ts'
import { createBelief } from './belief.ts'

type Three = readonly [number, number, number]
type Lie = (truth: Record<string, number>, seconds: number) => Record<string, number>

interface Scene {
  /** Poll period, ms, and how often the meter itself renews its registers. */
  readonly periodMs?: number
  readonly refreshMs?: number
  /** Steps of the meter's registers; 0: a float with all its digits. */
  readonly steps?: { readonly u?: number; readonly i?: number; readonly p?: number; readonly f?: number }
  /** How much the grid's voltage moves around 230 V, and the building's current around itself. */
  readonly noiseV?: number
  readonly noiseShare?: number
  readonly building?: (seconds: number) => Three
  readonly charger?: (seconds: number) => number
  /** What its own meter says it draws on each phase, as a share of `charger`; what it really draws is `drawsOn`. */
  readonly saysOn?: Three
  readonly drawsOn?: Three
  /** Seconds by which the charger's own register lags behind what it draws. */
  readonly chargerLagS?: number
  readonly generation?: boolean
  readonly lie?: Lie
  readonly lossShare?: number
  readonly seconds?: number
  readonly seed?: number
}

const round = (value: number, step: number) => (step === 0 ? Math.fround(value) : Math.round(value / step) * step)

/** One incomer with one charger, the meter polled as its period says, an image a second. Answers what was doubted, with the second it began. */
const play = (scene: Scene) => {
  const { periodMs = 1000, refreshMs = periodMs, seconds = 120, noiseV = 0.3, noiseShare = 0.002 } = scene
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'S',
    grid: { limit: 63 },
    lines: [{ transport: 'tcp', id: 'lan', host: '127.0.0.1', port: 502 }],
    meters: [{ id: 'm', profile: 'p', line: 'lan', periodMs }],
    circuits: [{ id: 'main', meter: 'm', generation: scene.generation ?? false }],
    chargers: [{ id: 'a', profile: 'c', line: 'lan', circuit: 'main', maximum: 32 }],
  })
  let passedMs = 0
  const clock: Clock = {
    nowMs: () => Date.UTC(2026, 10, 23, 10) + passedMs,
    monotonicMs: () => 1000 + passedMs,
    after: () => () => undefined,
  }
  const belief = createBelief({
    site,
    meterProfiles: new Map(),
    clock,
    model: { said: () => null, wonder: () => undefined },
  })
  const random = seededRandom(scene.seed ?? 7)
  const noise = (width: number) => (random() + random() + random() - 1.5) * width
  const { u = 0, i = 0, p = 0, f = 0 } = scene.steps ?? {}
  const charger = scene.charger ?? (() => 0)
  const drift = { value: 0 }
  const measure = (now: number): Record<string, number> => {
    drift.value = 0.95 * drift.value + noise(noiseV / 3)
    const building = scene.building?.(now) ?? [10, 12, 8]
    const truth: Record<string, number> = {}
    let total = 0
    building.forEach((amperes, index) => {
      const voltage = 230 + drift.value + noise(noiseV / 5)
      const current = Math.max(0, amperes * (1 + noise(noiseShare)) + charger(now) * (scene.drawsOn?.[index] ?? 1))
      truth[`u_l${index + 1}n`] = voltage
      truth[`i_l${index + 1}`] = current
      truth[`p_l${index + 1}`] = voltage * current * 0.98
      total += voltage * current * 0.98
    })
    truth['p_total'] = total
    truth['f'] = 50 + noise(0.01)
    const told = scene.lie?.(truth, now) ?? truth
    return Object.fromEntries(
      Object.entries(told).map(([key, value]) => [
        key,
        round(value, key.startsWith('u') ? u : key.startsWith('i') ? i : key.startsWith('p') ? p : f),
      ]),
    )
  }
  let registers: Record<string, number> = {}
  let renewedMs = -Infinity
  let samples: Record<string, Sample> = {}
  const doubts: { readonly kind: Doubt['kind']; readonly atS: number; readonly keys: readonly string[] }[] = []
  let latest: readonly Doubt[] = []
  let chargerPhaseMs = 0
  let reading: ChargerReading | undefined
  for (let ms = 0; ms < seconds * 1000; ms += 100) {
    const now = ms / 1000
    if (ms - renewedMs >= refreshMs) {
      registers = measure(now)
      renewedMs = ms
    }
    if (ms % periodMs === 0 && random() >= (scene.lossShare ?? 0)) {
      samples = Object.fromEntries(
        Object.entries(registers).map(([key, value]) => [key, goodSample(value, clock.nowMs())]),
      )
      belief.observe('m', samples)
    }
    if (ms >= chargerPhaseMs) {
      chargerPhaseMs += 1000
      const drawn = charger(Math.max(0, now - (scene.chargerLagS ?? 0)))
      const on = (index: 0 | 1 | 2) =>
        goodSample(Math.round(drawn * (scene.saysOn?.[index] ?? 1) * 10) / 10, clock.nowMs())
      reading = {
        status: { value: drawn > 0 ? 'charging' : 'connected', code: null, quality: 'good', atMs: clock.nowMs() },
        samples: { limit: missingSample('absent', null) },
        siteCurrentA: { L1: on(0), L2: on(1), L3: on(2) },
      }
    }
    if (ms % 1000 === 700) {
      latest = belief.step({ m: { samples } }, reading === undefined ? {} : { a: reading })['m']?.doubts ?? []
      for (const { kind, keys } of latest)
        if (!doubts.some((each) => each.kind === kind)) doubts.push({ kind, keys, atS: now })
    }
    passedMs += 100
  }
  return { doubts, latest }
}

const kinds = (scene: Scene) => play(scene).doubts.map(({ kind }) => kind)
const whenOf = (scene: Scene, kind: Doubt['kind']) =>
  play(scene).doubts.find((doubt) => doubt.kind === kind)?.atS ?? null

/** Everything, or some, stands still from a time on. */
const freezing = (fromS: number, which: (key: string) => boolean = () => true): Lie => {
  const kept = new Map<string, number>()
  return (truth, now) =>
    Object.fromEntries(
      Object.entries(truth).map(([key, value]) => {
        if (!which(key) || now < fromS) return [key, value]
        if (!kept.has(key)) kept.set(key, value)
        return [key, kept.get(key) ?? value]
      }),
    )
}
const scaled =
  (factor: number, which: (key: string) => boolean = (key) => /^[ip]_/.test(key)): Lie =>
  (truth) =>
    Object.fromEntries(Object.entries(truth).map(([key, value]) => [key, which(key) ? value * factor : value]))
/** A car that comes and goes, with two levels. */
const coming = (seconds: number) => (seconds % 60 < 20 ? 0 : seconds % 60 < 40 ? 16 : 10)
const coarse = { u: 1, i: 1, p: 10, f: 0.1 }

describe('a live meter is believed', () => {
  it.each<[string, Scene]>([
    ['a fine meter with a car that comes and goes', { charger: coming }],
    ['polled five times a second', { periodMs: 200, charger: coming }],
    ...[1, 2, 5, 10].map((refreshS): [string, Scene] => [
      `that renews its registers every ${refreshS} s, polled five times a second`,
      { periodMs: 200, refreshMs: refreshS * 1000, seconds: 300, charger: coming },
    ]),
    [
      'a coarse one at night with a constant tiny load',
      { steps: coarse, building: () => [0.3, 0, 0], noiseV: 0.05, noiseShare: 0, seconds: 900 },
    ],
    [
      'one of whole amperes and volts with a car',
      { steps: coarse, charger: coming, noiseV: 0.1, noiseShare: 0, seconds: 600 },
    ],
    [
      'one of tenths of a volt and hundredths of an ampere on a stiff grid',
      {
        steps: { u: 0.1, i: 0.01, p: 1, f: 0.01 },
        noiseV: 0.02,
        noiseShare: 0,
        building: () => [0.4, 0, 0.2],
        seconds: 900,
      },
    ],
    [
      'loads that switch every second',
      { building: (now) => (Math.floor(now) % 2 === 0 ? [2, 2, 2] : [30, 30, 30]), charger: coming, seconds: 300 },
    ],
    [
      'a charger that tells its current five seconds late',
      { charger: coming, chargerLagS: 5, building: () => [0.2, 0.2, 0.2], seconds: 300 },
    ],
    ['a site with only the charger on it', { charger: coming, building: () => [0, 0, 0], seconds: 300 }],
    ['replies lost now and then', { charger: coming, lossShare: 0.3, seconds: 300 }],
    [
      'a car on another phase than the site file says, which is a question of the map',
      { charger: () => 16, saysOn: [1, 0, 0], drawsOn: [0, 1, 0], building: () => [2, 5, 4] },
    ],
    [
      'the same where the car is all there is on the circuit',
      { charger: () => 16, saysOn: [1, 0, 0], drawsOn: [0, 1, 0], building: () => [0, 0, 0] },
    ],
    [
      'a roof that feeds in what the car takes',
      { generation: true, charger: () => 16, lie: scaled(0.1), noiseShare: 0.05 },
    ],
  ])('%s', (_, scene) => {
    for (const seed of [1, 2, 3]) expect(kinds({ seed, ...scene })).toEqual([])
  })
})

describe('a meter that cannot be right is not', () => {
  it.each([200, 500, 1000, 2000])(
    'frozen, polled every %i ms: after 10 to 20 readings, or four seconds',
    (periodMs) => {
      const atS = whenOf({ periodMs, lie: freezing(40) }, 'frozen')
      expect(atS).not.toBeNull()
      expect((atS ?? 0) - 40).toBeLessThanOrEqual(Math.max(5, (20 * periodMs) / 1000))
    },
  )
  it('frozen from its first answer on', () => {
    expect(whenOf({ lie: freezing(0) }, 'frozen')).toBeLessThanOrEqual(20)
  })
  it('frozen with a few replies lost', () => {
    expect(whenOf({ lie: freezing(40), lossShare: 0.2 }, 'frozen')).toBeLessThanOrEqual(70)
  })
  it('currents that stand still while the voltages move', () => {
    const { doubts } = play({ lie: freezing(30, (key) => key.startsWith('i_')) })
    expect(doubts[0]).toMatchObject({ kind: 'frozen-partly', keys: ['i_l1', 'i_l2', 'i_l3'] })
    expect(doubts[0]?.atS).toBeLessThanOrEqual(55)
  })
  it('one current that stands still', () => {
    expect(play({ seconds: 150, lie: freezing(30, (key) => key === 'i_l2') }).doubts[0]?.keys).toEqual(['i_l2'])
  })
  it.each<[string, NonNullable<Scene['steps']>]>([
    ['coarse', coarse],
    ['fine', {}],
  ])('a %s one that stands still while the car moves', (_, steps) => {
    const scene: Scene = {
      steps,
      charger: (now) => (now < 60 ? 6 : 16),
      noiseV: 0.05,
      noiseShare: 0,
      lie: freezing(30),
    }
    const { doubts } = play(scene)
    expect(doubts.length).toBeGreaterThan(0)
    expect(doubts[0]?.atS).toBeLessThanOrEqual(60 + 12)
  })
  it.each([0.02, 0.1, 0.2, 0.3])('a ratio of %f below what the charger draws', (factor) => {
    const scene: Scene = { building: () => [5, 5, 5], charger: (now) => (now < 20 ? 0 : 16), lie: scaled(factor) }
    expect(whenOf(scene, 'below-chargers')).toBeLessThanOrEqual(28)
  })
  it('one clamp on another circuit', () => {
    const clamp = scaled(0.2, (key) => /^[ip]_l2$/.test(key))
    const lie: Lie = (truth, now) => {
      const told = clamp(truth, now)
      return { ...told, p_total: (told['p_l1'] ?? 0) + (told['p_l2'] ?? 0) + (told['p_l3'] ?? 0) }
    }
    const scene: Scene = { charger: (now) => (now < 20 ? 0 : 16), lie }
    const doubt = play(scene).doubts.find(({ kind }) => kind === 'below-chargers')
    expect(doubt?.keys).toContain('i_l2')
    expect(doubt?.keys).not.toContain('i_l1')
  })
  it('a car on one phase, and less on all three than it draws', () => {
    const scene: Scene = { charger: () => 16, saysOn: [1, 0, 0], drawsOn: [1, 0, 0], building: () => [3, 3, 3] }
    expect(whenOf({ ...scene, lie: scaled(0.05) }, 'below-chargers')).toBeLessThanOrEqual(6)
  })
  it('one phase that shows nothing, although the car might stand on the other two', () => {
    const scene: Scene = {
      building: () => [20, 20, 20],
      charger: (now) => (now < 20 ? 0 : 16),
      saysOn: [1, 1, 0],
      drawsOn: [1, 1, 0],
    }
    const dead = scaled(0, (key) => /^[ip]_l1$/.test(key))
    const lie: Lie = (truth, now) => {
      const told = dead(truth, now)
      return { ...told, p_total: (told['p_l1'] ?? 0) + (told['p_l2'] ?? 0) + (told['p_l3'] ?? 0) }
    }
    const doubt = play({ ...scene, lie }).doubts.find(({ kind }) => kind === 'below-chargers')
    expect(doubt?.keys).toContain('i_l1')
    expect(doubt?.keys).not.toContain('i_l2')
    expect(doubt?.atS).toBeLessThanOrEqual(26)
  })
  it('zero with a little noise while a charger draws', () => {
    const random = seededRandom(5)
    const zero: Lie = (truth, now) =>
      now < 40
        ? truth
        : Object.fromEntries(
            Object.entries(truth).map(([key, value]) => [key, /^[ip]/.test(key) ? random() * 0.02 : value]),
          )
    expect(whenOf({ charger: () => 16, lie: zero }, 'below-chargers')).toBeLessThanOrEqual(52)
  })
  it('everything zero while a charger charges', () => {
    const dead: Lie = (truth, now) => (now < 40 ? truth : Object.fromEntries(Object.keys(truth).map((key) => [key, 0])))
    const { doubts } = play({ charger: () => 16, lie: dead })
    expect(doubts[0]).toMatchObject({ kind: 'dead-input', keys: ['*'] })
    expect(doubts[0]?.atS).toBeLessThanOrEqual(47)
  })
  it('power without current, and current with no power for it', () => {
    expect(whenOf({ lie: scaled(0, (key) => key.startsWith('i_')) }, 'power-without-current')).toBeLessThanOrEqual(6)
    const { doubts } = play({ lie: (truth) => ({ ...truth, s_l1: 1, s_l2: 1, s_l3: 1, p_l1: 0, p_l2: 0, p_l3: 0 }) })
    expect(doubts.find(({ kind }) => kind === 'current-without-power')?.keys).toEqual(
      expect.arrayContaining(['p_l1', 's_l1']),
    )
    expect(doubts.flatMap(({ keys }) => keys)).not.toContain('i_l1')
  })
})

describe('a meter that is right again is believed again', () => {
  it('after three readings that moved', () => {
    const lie = freezing(30)
    const { doubts, latest } = play({ lie: (truth, now) => (now > 70 ? truth : lie(truth, now)) })
    expect(doubts.map(({ kind }) => kind)).toEqual(['frozen'])
    expect(latest).toEqual([])
  })
  it('not because nothing is drawn any more, but when it carries what is drawn', () => {
    const fault = scaled(0.05)
    const scene: Scene = {
      building: () => [2, 2, 2],
      charger: (now) => (now < 10 || (now > 30 && now < 60) ? 0 : 16),
      lie: (truth, now) => (now > 50 ? truth : fault(truth, now)),
    }
    expect(play({ ...scene, seconds: 55 }).latest.map(({ kind }) => kind)).toEqual(['below-chargers'])
    expect(play({ ...scene, seconds: 90 }).latest).toEqual([])
  })
})

/** Steps of 10 A every 40 s, on all three phases. */
const stepping = (now: number) => (Math.floor(now / 40) % 2 === 0 ? 6 : 16)
/** Net current with the sign of its power; `turned`: the transformers are mounted the wrong way round. */
const roof =
  (roofA: (seconds: number) => number, turned: boolean): Lie =>
  (truth, now) => {
    const told: Record<string, number> = { ...truth }
    let total = 0
    for (const phase of [1, 2, 3]) {
      const net = (truth[`i_l${phase}`] ?? 0) - roofA(now)
      const power = net * (truth[`u_l${phase}n`] ?? 230) * (turned ? -1 : 1)
      told[`i_l${phase}`] = Math.abs(net)
      told[`p_l${phase}`] = power
      total += power
    }
    return { ...told, p_total: total }
  }

describe('an export where something feeds in', () => {
  it('that grows with the chargers is load from then on', () => {
    const building = (): Three => [20, 20, 20]
    const scene: Scene = { generation: true, charger: stepping, building, seconds: 240, lie: roof(() => 0, true) }
    const doubt = play(scene).doubts[0]
    expect(doubt).toMatchObject({ kind: 'hidden-overload', keys: [] })
    expect(doubt?.atS).toBeLessThan(120)
  })
  it('that is above the limit while chargers draw is load at once', () => {
    const scene: Scene = { generation: true, charger: () => 16, building: () => [50, 50, 50], lie: roof(() => 0, true) }
    expect(whenOf(scene, 'hidden-overload')).toBeLessThanOrEqual(4)
  })
  it.each([1, 2, 3])('that is one stays one, under clouds (%i)', (seed) => {
    const random = seededRandom(seed)
    let sunA = 40
    const clouds = (now: number) => {
      if (now % 7 < 0.1) sunA = 10 + random() * 45
      return sunA
    }
    const building = (): Three => [8, 8, 8]
    const scene: Scene = {
      seed,
      generation: true,
      charger: stepping,
      building,
      seconds: 1200,
      lie: roof(clouds, false),
    }
    expect(kinds(scene)).toEqual([])
  })
})

it.each([1, 2, 3, 4])('a right meter on a restless site is believed (%i)', (seed) => {
  const random = seededRandom(seed)
  let amperes = 20
  let changeAtS = 0
  const restless = (now: number): Three => {
    if (now >= changeAtS) {
      changeAtS = now + 3 + random() * 30
      amperes = 5 + random() * 40
    }
    return [amperes, amperes * 0.7, amperes * 1.1]
  }
  expect(kinds({ seed, building: restless, charger: stepping, seconds: 1800, noiseShare: 0.02 })).toEqual([])
})
