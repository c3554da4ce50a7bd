import { createDecider } from '../core/control/decide.ts'
import { controlledChargers } from '../core/control/controlled-charger.ts'
import { createRunClock } from '../core/control/what-if/closed-loop.ts'
import { allocate } from '../../shared/allocation/allocate.ts'
import type { AllocationProblem } from '../../shared/allocation/problem.ts'
import type { ChargerReading, Image } from '../../shared/model/image.ts'
import { perPhase } from '../../shared/model/phase.ts'
import { goodSample } from '../../shared/model/sample.ts'
import type { Site } from '../../shared/site/site.ts'
import { abilitiesOf, treeSite } from './control-plant.ts'
import type { BenchResult } from './result.ts'

/** Processor time of this process, ms: what else the computer does is not counted, but its caches are shared with it. */
const processorMs = (work: () => void): number => {
  const from = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1000
}

const sorted = (values: readonly number[]): readonly number[] => [...values].sort((one, other) => one - other)
const medianOf = (values: readonly number[]): number => sorted(values)[Math.floor(values.length / 2)] ?? NaN

/** One image in which everybody charges and every circuit is near its limit. */
const busyImage = (site: Site, second: number, atMs: number): Image => ({
  seq: second,
  atMs,
  circuits: {},
  meters: Object.fromEntries(
    site.meters.map(({ id }, index) => {
      const amperes = 30 + ((second + index) % 7) + site.chargers.length / site.meters.length
      return [
        id,
        {
          samples: Object.fromEntries(
            ['l1', 'l2', 'l3'].flatMap((phase) => [
              [`i_${phase}`, goodSample(amperes, atMs)],
              [`p_${phase}`, goodSample(amperes * 230, atMs)],
            ]),
          ),
        },
      ]
    }),
  ),
  chargers: Object.fromEntries(
    site.chargers.map(({ id }, index): [string, ChargerReading] => [
      id,
      {
        status: { value: index % 5 === 0 ? 'available' : 'charging', code: null, quality: 'good', atMs },
        samples: { limit: goodSample(10, atMs) },
        siteCurrentA: perPhase(() => goodSample(index % 5 === 0 ? 0 : 9 + ((second + index) % 3), atMs)),
      },
    ]),
  ),
})

const nothing = { trouble: null, override: null, feeding: null, ownLimit: null, heldA: null }
const warmUp = 60

interface Times {
  readonly median: number
  readonly p99: number
  /** One in ten took less: on a busy machine nearer to what the work itself costs. */
  readonly quick: number
}

/** Many decisions after those in which the program gets warm, ms of processor time. */
const decisionMs = (chargers: number, rounds: number): Times => {
  const site = treeSite(chargers)
  const clock = createRunClock(Date.UTC(2026, 10, 23, 8))
  const decider = createDecider(site, controlledChargers(site, abilitiesOf(site)), clock)
  const times: number[] = []
  for (let second = 0; second < rounds + warmUp; second += 1) {
    clock.set(second)
    const image = busyImage(site, second, clock.nowMs())
    const took = processorMs(() => decider.decide(image, true, () => nothing))
    if (second >= warmUp) times.push(took)
  }
  const at = (share: number): number => sorted(times)[Math.floor(times.length * share)] ?? NaN
  return { median: at(0.5), quick: at(0.1), p99: at(0.99) }
}

/** The sharing-out alone (shared/allocation), ms of processor time: the median of many. */
const sharingMs = (chargers: number, rounds: number): number => {
  const site = treeSite(chargers)
  const problem: AllocationProblem = {
    gridPower: null,
    nodes: site.circuits.map(({ id, parent, limit = 0 }) => ({
      id,
      name: id,
      parentId: parent ?? null,
      limitA: { L1: limit, L2: limit, L3: limit },
      otherLoadA: { L1: 20, L2: 20, L3: 20 },
    })),
    chargers: site.chargers.map(({ id, circuit, phases }, index) => ({
      id,
      name: id,
      circuitId: circuit,
      phases,
      minimumA: 6,
      maximumA: 32,
      resolutionA: 1,
      canPause: true,
      priority: 50,
      wants: index % 5 !== 0,
      demandCapA: null,
      override: null,
      fallback: null,
      fixed: null,
    })),
  }
  return medianOf(Array.from({ length: rounds }, () => processorMs(() => allocate(problem))))
}

const sizes = [50, 200, 500, 1000, 2000] as const
const roundsOf = (chargers: number): number => Math.max(60, Math.min(400, Math.round(80_000 / chargers)))

/** The controller's decision on five levels and three phases, by the number of chargers. */
export const run = async (): Promise<BenchResult> => {
  const figures = new Map(sizes.map((chargers) => [chargers, decisionMs(chargers, roundsOf(chargers))] as const))
  const sharing = sharingMs(200, 200)
  const none: Times = { median: NaN, p99: NaN, quick: NaN }
  const small = figures.get(200) ?? none
  const large = figures.get(2000) ?? none
  const growth = large.median / small.median
  return {
    name: 'The decision of load control, by the number of chargers',
    results: [
      { label: '200 chargers, median', value: small.median, unit: 'ms', target: '2', met: small.median < 2 },
      { label: 'the same, 99 of 100', value: small.p99, unit: 'ms', target: '10', met: small.p99 < 10 },
      { label: 'of it: one sharing-out, median', value: sharing, unit: 'ms', target: 'told, no target', met: true },
      { label: 'growth from 200 to 2000 (10 is linear)', value: growth, unit: 'x', target: '13', met: growth < 13 },
    ],
    table: [...figures].map(
      ([chargers, { median, p99, quick }]) =>
        `${String(chargers).padStart(5)} chargers: median ${median.toFixed(2).padStart(6)} ms, one in ten under ${quick.toFixed(2).padStart(6)} ms, 99 of 100 under ${p99.toFixed(1).padStart(5)} ms, ${((median * 1000) / chargers).toFixed(1).padStart(5)} us for each`,
    ),
  }
}
