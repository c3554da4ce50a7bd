import { claimsTrip } from '../../shared/forensics/incident.ts'
import { runQuietDay } from './causes/quiet-day.ts'
import { runIncident, type Outcome } from './causes/run-incident.ts'
import { scenarios } from './causes/scenarios.ts'
import { shapeNames } from './causes/shapes.ts'
import type { BenchFigure, BenchOptions, BenchResult } from './result.ts'

/**
 * Seeds below 100 000 were used while the table was set; those reported begin here, or where TRIPSCOPE_CAUSES_SEED says: nobody has looked
 * at yours.
 */
const firstSeed = Number(process.env['TRIPSCOPE_CAUSES_SEED'] ?? '500000')
/** 14 causes in 6 shapes and twice: 168 incidents; and the quiet days. */
const rounds = 2
const quietDays = 40

const share = (part: number, of: number): number => (of === 0 ? 0 : (100 * part) / of)
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Of the first causes called about so likely, how many were right. */
const calibration = (told: readonly Outcome[]): readonly string[] =>
  [
    [0.3, 0.5],
    [0.5, 0.7],
    [0.7, 0.85],
    [0.85, 1.01],
  ].map(([low = 0, high = 1]) => {
    const inside = told.filter(
      ({ incident }) => (incident?.topProbability ?? 0) >= low && (incident?.topProbability ?? 0) < high,
    )
    const mean =
      inside.reduce((sum, { incident }) => sum + (incident?.topProbability ?? 0), 0) / Math.max(1, inside.length)
    const right = inside.filter(({ incident, cause }) => incident?.topCause === cause).length
    return `called ${(100 * low).toFixed(0)} to ${(100 * Math.min(1, high)).toFixed(0)} %: ${String(inside.length)} verdicts, mean ${(100 * mean).toFixed(0)} %, right ${share(right, inside.length).toFixed(0)} %`
  })

const confusion = (told: readonly Outcome[]): readonly string[] =>
  scenarios.map(({ cause }) => {
    const own = told.filter((outcome) => outcome.cause === cause)
    const counts = new Map<string, number>()
    for (const { incident } of own) {
      const said = incident?.topCause ?? 'nothing noticed'
      counts.set(said, (counts.get(said) ?? 0) + 1)
    }
    const row = [...counts].sort((a, b) => b[1] - a[1]).map(([said, count]) => `${said} ${String(count)}`)
    return `${cause.padEnd(22)} ${String(own.length).padStart(3)}: ${row.join(', ')}`
  })

/** A run takes long, and whoever waits wants to see how it stands. Not on the output, which is the result. */
const progress = (text: string): void => void process.stderr.write(`  ${text}\n`)

/** Share of incidents whose right cause is among the first `count`, %. */
const placed = (told: readonly Outcome[], count: number): number => {
  const place = ({ incident, cause }: Outcome): number => {
    const at = incident?.ranked.findIndex((one) => one.cause === cause) ?? -1
    return at < 0 ? Infinity : at
  }
  return share(told.filter((outcome) => place(outcome) < count).length, told.length)
}

/** Every cause in every shape, `rounds` times; in an order in which any beginning of it has all causes and all shapes. */
const incidents = async (rounds: number, seed: number, isForeign: boolean): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = []
  const turns = Math.round(rounds * shapeNames.length)
  for (let turn = 0; turn < turns; turn += 1)
    for (const [place, scenario] of scenarios.entries()) {
      const shape = shapeNames[(turn + place) % shapeNames.length] ?? 'depot'
      outcomes.push(await runIncident(scenario, shape, seed + turn * 10_000 + place * 100, { isForeign }))
      progress(
        `${isForeign ? 'foreign ' : ''}incident ${String(outcomes.length)} of ${String(turns * scenarios.length)}: ${placed(outcomes, 1).toFixed(0)} % first, ${placed(outcomes, 3).toFixed(0)} % among three`,
      )
    }
  return outcomes
}

/** The proof of the cause ranking: incidents of a plant that shares no code with it, and days on which nothing tripped. */
export const run = async ({ isLong }: BenchOptions): Promise<BenchResult> => {
  const outcomes = await incidents(isLong ? 3 * rounds : rounds, firstSeed, false)
  const foreign = await incidents(isLong ? rounds : 0.5, firstSeed + 500_000, true)
  let falseIncidents = 0
  const falseKinds: string[] = []
  for (let day = 0; day < quietDays; day += 1) {
    const shape = shapeNames[day % shapeNames.length] ?? 'depot'
    const found = (await runQuietDay(shape, firstSeed + 900_000 + day)).filter(claimsTrip)
    falseIncidents += found.length
    falseKinds.push(...found.map(({ kind, topCause }) => `${shape}: ${kind}, ${topCause}`))
    progress(`quiet day ${String(day + 1)} of ${String(quietDays)}, ${String(falseIncidents)} false`)
  }
  // A plant in which nothing came to happen says nothing of the diagnosis.
  const told = outcomes.filter(({ happenedAtS }) => happenedAtS !== null)
  const first = placed(told, 1)
  const three = placed(told, 3)
  const toldForeign = foreign.filter(({ happenedAtS }) => happenedAtS !== null)
  const trips = told.filter(({ cause, verdictAfterS }) => cause !== 'telemetry-only' && verdictAfterS !== null)
  const lateness = trips.map(({ verdictAfterS }) => verdictAfterS ?? 0)
  const inTime = share(lateness.filter((seconds) => seconds <= 3).length, lateness.length)
  const results: readonly BenchFigure[] = [
    {
      label: 'incidents that came about',
      value: told.length,
      unit: '',
      target: 'at least 120',
      met: told.length >= 120,
    },
    { label: 'right cause first', value: first, unit: '%', target: 'at least 85 %', met: first >= 85 },
    { label: 'right cause among three', value: three, unit: '%', target: 'at least 97 %', met: three >= 97 },
    {
      label: `false incidents on ${String(quietDays)} quiet days`,
      value: falseIncidents,
      unit: '',
      target: 'none',
      met: falseIncidents === 0,
    },
    {
      label: 'from the moment to the verdict, median',
      value: median(lateness),
      unit: 's',
      target: 'within 3 s',
      met: median(lateness) <= 3,
    },
    {
      label: 'right cause first, foreign instruments',
      value: placed(toldForeign, 1),
      unit: '%',
      target: 'told, no target',
      met: true,
    },
    {
      label: 'right cause among three, foreign instruments',
      value: placed(toldForeign, 3),
      unit: '%',
      target: 'told, no target',
      met: true,
    },
    { label: 'verdicts within 3 s', value: inTime, unit: '%', target: 'told, no target', met: true },
  ]
  return {
    name: 'Causes of trips, on incidents of a plant of its own',
    results,
    table: [...confusion(told), ...calibration(told), 'foreign instruments:', ...confusion(toldForeign), ...falseKinds],
  }
}
