import type { Observation } from '../../../../shared/model/observation.ts'
import { phases, type Phase } from '../../../../shared/model/phase.ts'
import { goodSample, missingSample, type Sample } from '../../../../shared/model/sample.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { createEye, type Lie } from '../../control/test-support/field/eyes.ts'
import type { Dice } from '../../control/test-support/field/random.ts'
import type { Errand, ErrandAnswer } from '../site-input.ts'

interface Car {
  readonly maximumA: number
  readonly terminals: number
}
interface Post {
  car: Car | null
  limitA: number
  drawnA: number
  /**
   * refuse: writes fail; ignore: acknowledged and not done; silent: nothing is read or answered; rival: another system sets 16 A now and
   * then; stubborn: its car takes what it can whatever the limit.
   */
  fault: 'none' | 'refuse' | 'ignore' | 'silent' | 'rival' | 'stubborn' | 'broken'
  ownCeilingA: number
  fallbackA: number
  phases: 1 | 3
  nextS: number
}

const lies: readonly Lie[] = [
  { kind: 'none' },
  { kind: 'none' },
  { kind: 'silent' },
  { kind: 'frozen' },
  { kind: 'zero' },
  { kind: 'all-zero' },
  { kind: 'reversed' },
  { kind: 'rotated' },
  { kind: 'scaled', factor: 0.3 },
  { kind: 'intermittent', lost: 0.5 },
  { kind: 'one-phase-dead', phase: 'L2' },
]

/** Loads, cars, meters and chargers of a site, drawn at random; it moves in steps and says what a source would have observed. */
export const createDrawnField = (site: Site, dice: Dice) => {
  const load = new Map(site.circuits.map(({ id }) => [id, { L1: 3, L2: 2, L3: 2.5 }]))
  const posts = new Map<string, Post>(
    site.chargers.map(({ id, maximum, fallback }) => [
      id,
      {
        car: { maximumA: 32, terminals: 3 },
        limitA: maximum,
        drawnA: 0,
        fault: 'none',
        ownCeilingA: Infinity,
        fallbackA: fallback,
        phases: 3,
        nextS: dice.next(),
      },
    ]),
  )
  const postOf = (id: string): Post => posts.get(id) as Post
  const volts = { L1: 231, L2: 231, L3: 231 }
  /** Until when the voltages are as they are; short dips are over before the next image. */
  let voltsUntilS = Infinity
  const eyes = site.meters.map((meter) => ({
    meter,
    circuit: site.circuits.find((circuit) => circuit.meter === meter.id)?.id ?? 'main',
    make: (lie: Lie) =>
      createEye({ periodS: 1, windowS: 0.4, delayS: 0.2, noiseShare: 0.005, lie, lieFromS: -1 }, dice),
    nextS: dice.next(),
  }))
  const seeing = new Map(eyes.map(({ meter, make }) => [meter.id, make({ kind: 'none' })]))

  const isUnder = (circuitId: string, above: string): boolean => {
    if (circuitId === above) return true
    const parent = site.circuits.find(({ id }) => id === circuitId)?.parent
    return parent !== undefined && isUnder(parent, above)
  }
  const wiredTo = (id: string): readonly Phase[] => site.chargers.find((each) => each.id === id)?.phases ?? []
  const drawn = (id: string, phase: Phase): number => {
    const { car, drawnA, phases: count } = postOf(id)
    const terminal = wiredTo(id).indexOf(phase)
    return terminal >= 0 && terminal < Math.min(count, car?.terminals ?? 0) ? drawnA : 0
  }
  const current = (circuitId: string, phase: Phase): number =>
    [...load].reduce((sum, [id, amperes]) => sum + (isUnder(id, circuitId) ? amperes[phase] : 0), 0) +
    site.chargers.reduce((sum, { id, circuit }) => sum + (isUnder(circuit, circuitId) ? drawn(id, phase) : 0), 0)

  const chargerSays = (id: string, nowMs: number): Observation => {
    const post = postOf(id)
    const isSilent = post.fault === 'silent'
    const of = (value: number): Sample => (isSilent ? missingSample('timeout', nowMs) : goodSample(value, nowMs))
    const status = post.fault === 'broken' ? 'fault' : post.car === null ? 'available' : 'charging'
    return {
      kind: 'charger-samples',
      chargerId: id,
      atMs: nowMs,
      periodMs: null,
      samples: {
        limit: of(post.limitA),
        phases: of(post.phases),
        fallback_limit: of(post.fallbackA),
        watchdog_timeout: of(60),
        ...Object.fromEntries(
          wiredTo(id).map((phase, index) => [`i_t${index + 1}`, of(drawn(id, phase) * dice.between(0.99, 1.01))]),
        ),
      },
      status: isSilent
        ? { value: null, code: null, quality: 'timeout', atMs: nowMs }
        : { value: status, code: status, quality: 'good', atMs: nowMs },
    }
  }

  const meterSays = (id: string, nowS: number, nowMs: number, periodMs: number): Observation => {
    const samples = seeing.get(id)?.read(nowS, nowMs) ?? {}
    const dip = (key: string, sample: Sample): Sample => {
      const phase = phases.find((each) => key === `u_${each.toLowerCase()}n`)
      return phase !== undefined && sample.value !== null && sample.value > 0
        ? goodSample(sample.value * (volts[phase] / 231), nowMs)
        : sample
    }
    return {
      kind: 'meter-samples',
      meterId: id,
      atMs: nowMs,
      periodMs,
      samples: Object.fromEntries(Object.entries(samples).map(([key, sample]) => [key, dip(key, sample)])),
    }
  }

  const move = (stepS: number): void => {
    for (const post of posts.values()) {
      if (post.fault === 'rival' && dice.chance(0.01)) post.limitA = 16
      const takenA = post.fault === 'stubborn' ? 32 : post.limitA >= 6 ? post.limitA : 0
      const goal = post.car === null ? 0 : Math.min(takenA, post.car.maximumA)
      post.drawnA += Math.max(-8 * stepS, Math.min(8 * stepS, goal - post.drawnA))
    }
  }

  return {
    /** Moves by `stepS` to `nowS`; what was observed by then, `nowMs` being site time. */
    step: (stepS: number, nowS: number, nowMs: number, mayPoll: (chargerId: string) => boolean): Observation[] => {
      move(stepS)
      if (nowS >= voltsUntilS) {
        Object.assign(volts, { L1: 231, L2: 231, L3: 231 })
        voltsUntilS = Infinity
      }
      for (const { meter, circuit } of eyes)
        seeing.get(meter.id)?.feel(nowS, {
          L1: current(circuit, 'L1'),
          L2: current(circuit, 'L2'),
          L3: current(circuit, 'L3'),
        })
      const seen: Observation[] = []
      for (const eye of eyes) {
        if (nowS < eye.nextS) continue
        eye.nextS = nowS + eye.meter.periodMs / 1000
        seen.push(meterSays(eye.meter.id, nowS, nowMs, eye.meter.periodMs))
      }
      for (const [id, post] of posts) {
        if (nowS < post.nextS) continue
        post.nextS = nowS + 1
        if (mayPoll(id)) seen.push(chargerSays(id, nowMs))
      }
      return seen
    },
    /** What a device answers to an errand. */
    answer: (errand: Errand, nowMs: number): ErrandAnswer => {
      if (errand.kind === 'audit') return dice.chance(0.05) ? { ok: false, why: 'the disk is full' } : { ok: true }
      if (errand.kind === 'ask-model') return dice.chance(0.5) ? 'it says that it is another model' : null
      const post = postOf(errand.chargerId)
      if (post.fault === 'silent') return { ok: false, why: 'no reply within 1 s', atMs: nowMs }
      if (post.fault === 'refuse' && errand.kind.startsWith('write'))
        return { ok: false, why: 'exception 4', atMs: nowMs }
      switch (errand.kind) {
        case 'write-limit':
          if (post.fault !== 'ignore') post.limitA = Math.min(errand.limitA, post.ownCeilingA)
          return { ok: true, atMs: nowMs }
        case 'read-limit':
          return { ok: true, atMs: nowMs, limitA: post.limitA }
        case 'feed-watchdog':
          return { ok: true, atMs: nowMs }
        case 'switch-phases':
          post.phases = errand.phases
          return { ok: true, atMs: nowMs }
        case 'write-fallback':
          post.fallbackA = errand.limitA
          return { ok: true, atMs: nowMs }
        case 'read-fallback':
          return { ok: true, atMs: nowMs, fallbackA: post.fallbackA, timeoutS: 60 }
      }
    },
    /** Something befalls the site. */
    befall: (nowS: number): void => {
      const post = postOf(dice.pick(site.chargers).id)
      dice.pick<() => void>([
        () => {
          const level = dice.between(0, dice.pick([5, 15, 15, 45]))
          load.set(dice.pick(site.circuits).id, { L1: level, L2: level * dice.next(), L3: level * dice.next() })
        },
        () => {
          const { meter, make } = dice.pick(eyes)
          seeing.set(meter.id, make(dice.pick(lies)))
        },
        () => {
          for (const { meter, make } of eyes) seeing.set(meter.id, make({ kind: 'none' }))
        },
        () => {
          post.fault = dice.pick(['none', 'none', 'refuse', 'ignore', 'silent', 'rival', 'stubborn', 'broken'] as const)
        },
        () => {
          post.fault = 'none'
          post.ownCeilingA = dice.pick([Infinity, 10, 12])
        },
        () => {
          post.car =
            post.car === null || dice.chance(0.3)
              ? { maximumA: dice.pick([8, 16, 32]), terminals: dice.pick([1, 2, 3]) }
              : null
        },
        () => {
          const value = dice.pick([195, 262, 5])
          Object.assign(volts, dice.chance(0.5) ? { [dice.pick(phases)]: value } : { L1: value, L2: value, L3: value })
          voltsUntilS = nowS + dice.pick([0.5, 1.5, 20])
        },
      ])()
    },
  }
}
