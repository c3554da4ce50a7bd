import type { Observation } from '../../../shared/model/observation.ts'
import { phases } from '../../../shared/model/phase.ts'
import { goodSample, missingSample, type Sample } from '../../../shared/model/sample.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Dice } from './dice.ts'
import type { FrontEnd } from './front-end.ts'
import type { Plant, Post, Three } from './plant.ts'

/** What a meter is like: where it hangs, how it averages, what it has. */
export interface MeterKind {
  readonly isFedBelow: boolean
  readonly windowS: number
  readonly noise: number
  readonly hasNeutral: boolean
  readonly hasExtremes: boolean
  readonly hasDistortion: boolean
  readonly lossShare: number
  /** Currents come in steps of this, A; 0: they do not. */
  readonly stepA: number
}

/** What the chargers' side is like: how often each is read, how long a gateway repeats the last values of one that is off, what it tells. */
export interface PostKind {
  readonly everyS: number
  readonly repeatsS: number
  readonly hasLimit: boolean
  readonly hasStatus: boolean
}

export const drawMeterKind = (dice: Dice): MeterKind => ({
  isFedBelow: dice.chance(0.5),
  windowS: dice.pick([0.2, 0.4, 1]),
  noise: dice.between(0.001, 0.004),
  hasNeutral: dice.chance(0.75),
  hasExtremes: dice.chance(0.3),
  hasDistortion: dice.chance(0.5),
  lossShare: dice.pick([0, 0.002, 0.01]),
  stepA: 0,
})

/** As somebody else's plant may be: slow, coarse and lossy meters with little in them. */
export const drawForeignMeterKind = (dice: Dice): MeterKind => ({
  isFedBelow: dice.chance(0.5),
  windowS: dice.pick([0.2, 1, 3]),
  noise: dice.between(0.002, 0.01),
  hasNeutral: dice.chance(0.4),
  hasExtremes: dice.chance(0.15),
  hasDistortion: dice.chance(0.3),
  lossShare: dice.pick([0, 0.01, 0.04]),
  stepA: dice.pick([0, 0.1, 0.1, 1]),
})

export const drawPostKind = (dice: Dice): PostKind => ({
  everyS: dice.pick([1, 1, 1, 2]),
  repeatsS: 0,
  hasLimit: true,
  hasStatus: true,
})
export const drawForeignPostKind = (dice: Dice): PostKind => ({
  everyS: dice.pick([1, 2, 5, 10]),
  repeatsS: dice.pick([0, 0, 0, 5]),
  hasLimit: dice.chance(0.8),
  hasStatus: dice.chance(0.9),
})

export type MeterLie = 'none' | 'silent' | 'frozen'

const restamped = (said: Observation, atMs: number): Observation =>
  said.kind !== 'charger-samples'
    ? said
    : {
        ...said,
        atMs,
        samples: Object.fromEntries(Object.entries(said.samples).map(([key, sample]) => [key, { ...sample, atMs }])),
        ...(said.status === undefined ? {} : { status: { ...said.status, atMs } }),
      }

/** Meters and chargers as they answer polls: windows, noise, jitter, losses. */
export const createInstruments = (
  site: Site,
  plant: Plant,
  dice: Dice,
  kindOf: (meterId: string) => MeterKind,
  { postKind = null, frontEnd }: { readonly postKind?: PostKind | null; readonly frontEnd?: FrontEnd } = {},
) => {
  const lies = new Map<string, MeterLie>()
  const deafPosts = new Set<string>()
  const meters = site.meters.map((meter) => ({
    meter,
    kind: kindOf(meter.id),
    circuit: site.circuits.find((circuit) => circuit.meter === meter.id),
    ring: [] as { readonly atS: number; readonly squares: readonly number[] }[],
    nextS: dice.next(),
    last: null as Record<string, Sample> | null,
    extremes: [0, 0, 0] as Three,
    told: [0, 0, 0] as Three,
    polled: [0, 0, 0] as Three,
    extremeAtS: 0,
  }))
  const posts = plant.posts.map((post) => ({
    post,
    nextS: dice.next(),
    kind: postKind ?? drawPostKind(dice),
    poweredAtS: 0,
    last: null as Observation | null,
  }))
  /** Milliseconds-long currents: seen by registers of extremes only. */
  const peaks = new Map<string, number>()

  const meterSays = (one: (typeof meters)[number], nowMs: number): Observation => {
    const { meter, kind, circuit, ring } = one
    const base = { kind: 'meter-samples' as const, meterId: meter.id, atMs: nowMs, periodMs: meter.periodMs }
    const keys = [
      ...phases.flatMap((phase) => [`u_${phase.toLowerCase()}n`, `i_${phase.toLowerCase()}`]),
      'p_total',
      ...(kind.hasNeutral ? ['i_n'] : []),
      ...(kind.hasDistortion ? ['thd_i_l1'] : []),
    ]
    const lie = lies.get(meter.id) ?? 'none'
    const id = circuit?.id ?? ''
    const volts = plant.voltages(id)
    const above = circuit?.parent === undefined ? volts : plant.voltages(circuit.parent)
    const isPowered = (kind.isFedBelow ? volts : above).some((value) => value > 100)
    if (lie === 'silent' || !isPowered || dice.chance(kind.lossShare))
      return { ...base, samples: Object.fromEntries(keys.map((key) => [key, missingSample('timeout', nowMs)])) }
    if (lie === 'frozen' && one.last !== null)
      return {
        ...base,
        samples: Object.fromEntries(
          Object.entries(one.last).map(([key, { value }]) => [key, goodSample(value ?? 0, nowMs)]),
        ),
      }
    const noisy = (value: number, floor: number): number =>
      value * (1 + kind.noise * dice.between(-1, 1)) + floor * dice.between(-1, 1)
    const mean = (at: number): number =>
      Math.sqrt(ring.reduce((sum, { squares }) => sum + (squares[at] ?? 0), 0) / Math.max(1, ring.length))
    const shownVolts = kind.isFedBelow ? volts : above
    const samples: Record<string, Sample> = {}
    let power = 0
    phases.forEach((phase, p) => {
      const exact = Math.abs(noisy(mean(p), 0.01))
      const amperes = kind.stepA === 0 ? exact : kind.stepA * Math.round(exact / kind.stepA)
      // A meter's voltage repeats far better than its class: a few hundredths of a percent.
      const voltage = Math.max(0, (shownVolts[p] ?? 0) * (1 + 0.0004 * dice.between(-1, 1)))
      samples[`u_${phase.toLowerCase()}n`] = goodSample(voltage, nowMs)
      samples[`i_${phase.toLowerCase()}`] = goodSample(amperes, nowMs)
      one.polled[p] = Math.max(one.polled[p] ?? 0, amperes)
      power += amperes * voltage * 0.99
    })
    samples['p_total'] = goodSample(power, nowMs)
    if (kind.hasNeutral) samples['i_n'] = goodSample(Math.abs(noisy(mean(3), 0.02)), nowMs)
    if (kind.hasDistortion) {
      const [a, b, c] = plant.sums.get(id) ?? [0, 0, 0]
      const harmonic = plant.posts.reduce((sum, post) => sum + (post.car?.triplenShare ?? 0) * post.drawnA, 0)
      samples['thd_i_l1'] = goodSample(
        Math.min(90, (100 * harmonic) / Math.max(1, a + b + c) + dice.between(2, 4)),
        nowMs,
      )
    }
    one.last = samples
    if (!kind.hasExtremes) return { ...base, samples }
    const extremes = Object.fromEntries(
      phases.map((phase, p) => {
        const before = one.told[p] ?? 0
        const value = Math.max(one.extremes[p] ?? 0, one.polled[p] ?? 0)
        const hasJumped = value > 1.2 * (one.polled[p] ?? 0) && value > before + 1
        one.told[p] = value
        return [
          `i_${phase.toLowerCase()}`,
          {
            maximum: {
              value,
              atMs: nowMs,
              since: 'reset' as const,
              evidence: hasJumped
                ? { fromMs: nowMs - 1000, toMs: nowMs, before, value, polled: one.polled[p] ?? 0, unseenMs: 0 }
                : null,
            },
          },
        ]
      }),
    )
    return { ...base, samples, extremes }
  }

  const statusOf = (post: Post) => {
    if (post.fault !== null) return { value: 'fault' as const, code: post.fault }
    if (!plant.hasPower(post)) return { value: 'unavailable' as const, code: 'no supply' }
    if (post.car === null) return { value: 'available' as const, code: 'A' }
    return plant.isCharging(post)
      ? { value: 'charging' as const, code: 'C2' }
      : { value: post.drawnA > 1 ? ('charging' as const) : ('connected' as const), code: 'B2' }
  }

  const answerOf = (post: Post, nowMs: number, kind: PostKind): Observation => {
    const isDeaf =
      deafPosts.has(post.id) || (!plant.hasPower(post) && !plant.hasOwnSupply(post)) || plant.nowS() < post.bootedAtS
    const of = (value: number): Sample => (isDeaf ? missingSample('timeout', nowMs) : goodSample(value, nowMs))
    const volts = plant.voltages(post.circuit)
    const order = post.phases
    const own = plant.currents(post)
    return {
      kind: 'charger-samples',
      chargerId: post.id,
      atMs: nowMs,
      periodMs: 1000 * kind.everyS,
      samples: {
        ...(kind.hasLimit ? { limit: of(post.limitA) } : {}),
        ...Object.fromEntries(
          order.flatMap((phase, terminal) => {
            const p = phases.indexOf(phase)
            return [
              [`i_t${String(terminal + 1)}`, of(Math.max(0, (own[p] ?? 0) * (1 + dice.between(-0.01, 0.01))))],
              [`u_t${String(terminal + 1)}`, of(Math.max(0, (volts[p] ?? 0) + dice.between(-0.5, 0.5)))],
            ]
          }),
        ),
      },
      status:
        isDeaf || !kind.hasStatus
          ? { value: null, code: null, quality: 'timeout', atMs: nowMs }
          : { ...statusOf(post), quality: 'good', atMs: nowMs },
    }
  }

  /** Behind a gateway the values of one that is off are repeated for a while. */
  const postSays = (one: (typeof posts)[number], nowMs: number): Observation => {
    const { post, kind } = one
    if (plant.hasPower(post)) one.poweredAtS = plant.nowS()
    else if (one.last !== null && plant.nowS() - one.poweredAtS < kind.repeatsS) return restamped(one.last, nowMs)
    const said = answerOf(post, nowMs, kind)
    one.last = said
    return said
  }

  return {
    lies,
    deafPosts,
    /** A current of some milliseconds on a circuit, A. */
    peak: (circuitId: string, amperes: number): void => {
      peaks.set(circuitId, amperes)
      frontEnd?.surge(circuitId, amperes)
    },
    feel: (): void => {
      const nowS = plant.nowS()
      for (const one of meters) {
        const id = one.circuit?.id ?? ''
        const sum = plant.sums.get(id) ?? [0, 0, 0]
        one.ring.push({ atS: nowS, squares: [sum[0] ** 2, sum[1] ** 2, sum[2] ** 2, plant.neutral(id) ** 2] })
        while ((one.ring[0]?.atS ?? nowS) < nowS - one.kind.windowS + 0.05) one.ring.shift()
        const peak = peaks.get(id)
        if (peak === undefined) continue
        one.extremes = [
          Math.max(one.extremes[0], peak),
          Math.max(one.extremes[1], peak * 0.8),
          Math.max(one.extremes[2], peak * 0.9),
        ]
      }
      peaks.clear()
    },
    /** What is polled by now; `nowMs` in site time. */
    poll: (nowMs: number): Observation[] => {
      const nowS = plant.nowS()
      const said: Observation[] = []
      for (const one of meters) {
        if (nowS < one.nextS) continue
        one.nextS += one.meter.periodMs / 1000 + dice.between(-0.05, 0.05)
        said.push(meterSays(one, nowMs))
      }
      for (const one of posts) {
        if (nowS < one.nextS) continue
        one.nextS += one.kind.everyS + dice.between(-0.05, 0.05)
        said.push(postSays(one, nowMs))
      }
      return said
    },
  }
}
export type Instruments = ReturnType<typeof createInstruments>
