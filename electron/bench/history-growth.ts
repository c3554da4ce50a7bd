import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Decision, Write } from '../../shared/model/decision.ts'
import type { Interval } from '../../shared/model/event.ts'
import { createDecisionThinner } from '../core/record/decision-thinner.ts'
import { createWriteThinner } from '../core/record/write-thinner.ts'
import { budgetBytesPerYear, siteBudget, yearMs, type TableBudget } from '../io/store/budget.ts'
import { createEngine, type Engine } from '../io/store/engine.ts'
import type { BenchOptions, BenchResult } from './result.ts'

/** The depot of the examples: statistics of four full meters and two that are read for their energy, twelve chargers. */
const meters = [38, 44, 62, 38, 10, 10] as const
const chargers = 12
/** As measured on the simulated depot, whose load flickers on purpose: a decision that differs every second one, 25 limits a minute. */
const writesAMinute = 25
const simulatedMs = 6 * 3_600_000

/** A fixed sequence, so that two runs store the same. */
const noise = (seed: number): number => {
  const value = Math.sin(seed * 12.9898) * 43_758.5453
  return value - Math.floor(value)
}

const intervalAt = (meter: number, quantityCount: number, startMs: number, lengthS: 60 | 900): Interval => ({
  meterId: `meter-${meter}`,
  startMs,
  lengthS,
  importKwh: noise(startMs + meter),
  exportKwh: null,
  registerStartKwh: 10_000 + noise(startMs),
  registerEndKwh: 10_001 + noise(startMs),
  stats: Object.fromEntries(
    Array.from({ length: quantityCount }, (_, index) => {
      const mean = 200 + 60 * noise(startMs + index)
      const isSteady = index % 5 === 4
      return [`quantity_${index}`, isSteady ? [mean, mean, mean, lengthS] : [mean - 5, mean, mean + 5, lengthS * 5]]
    }),
  ),
  coverage: 1,
  note: null,
})

const decisionAt = (atMs: number, second: number): Decision => ({
  id: crypto.randomUUID(),
  seq: second,
  atMs,
  trigger: 'cycle',
  mode: 'armed',
  imageAtMs: atMs,
  chargers: Object.fromEntries(
    Array.from({ length: chargers }, (_, index) => {
      const targetA = 6 + Math.round(20 * noise(Math.floor(second / 2) + index)) / 2
      const detail = `Feeder ${1 + (index % 3)}, L2: limit 80 A (95 % used), other load ${(40 * noise(second + index)).toFixed(1)} A, shared by 4 chargers`
      return [
        `cp-${index}`,
        {
          targetA,
          state: 'allocated' as const,
          phases: ['L1', 'L2', 'L3'] as const,
          boundBy: [
            {
              kind: 'circuit-limit' as const,
              circuitId: `feeder-${index % 3}`,
              phase: 'L2' as const,
              limitA: targetA,
              detail,
            },
            {
              kind: 'charger-maximum' as const,
              circuitId: null,
              phase: null,
              limitA: 32,
              detail: 'maximum of the charger and its cable 32 A',
            },
          ],
          why: `${targetA} A, bound by ${detail}`,
          inputAgeMs: Math.round(400 * noise(second * 3 + index)),
        },
      ] as const
    }),
  ) as unknown as Decision['chargers'],
  circuits: Object.fromEntries(
    Array.from({ length: 4 }, (_, circuit) => [
      `feeder-${circuit}`,
      Object.fromEntries(
        (['L1', 'L2', 'L3'] as const).map((phase) => [
          phase,
          { limitA: 80, otherLoadA: Number((40 * noise(second + circuit)).toFixed(3)), allocatedA: 40 },
        ]),
      ),
    ]),
  ),
  notes: [],
})

const writeAt = (atMs: number, count: number, decisionId: string): Write => ({
  id: crypto.randomUUID(),
  chargerId: `cp-${count % chargers}`,
  atMs,
  limitA: 6 + (count % 20) / 2,
  reason: count % 7 === 0 ? 'heartbeat' : 'decision',
  decisionId,
  state: 'verified',
  readBackA: 6 + (count % 20) / 2,
  why: null,
  settledAtMs: atMs + 40,
})

const simulate = async ({ operations }: Engine, fromMs: number): Promise<void> => {
  const thinner = createDecisionThinner((decision) => {
    operations.appendDecision(decision)
    return Promise.resolve()
  })
  const isKept = createWriteThinner()
  for (let minute = 0; minute * 60_000 < simulatedMs; minute += 1) {
    const startMs = fromMs + minute * 60_000
    const lengths = minute % 15 === 14 ? ([60, 900] as const) : ([60] as const)
    operations.appendIntervals(
      meters.flatMap((count, meter) =>
        lengths.map((length) => intervalAt(meter, count, startMs + 60_000 - length * 1000, length)),
      ),
    )
    for (let second = 0; second < 60; second += 1) {
      const decision = decisionAt(startMs + second * 1000, minute * 60 + second)
      await thinner(decision)
      if (second * writesAMinute < 60 * Math.floor((second * writesAMinute) / 60) + writesAMinute) {
        const write = writeAt(startMs + second * 1000, minute * 60 + second, decision.id)
        if (isKept(write)) {
          await thinner.beforeWrite(write)
          operations.appendWrite(write)
        }
      }
    }
  }
}

/** What the history of a depot takes in a year, from six simulated hours: as it comes in, and with what is kept of it. */
export const run = async (_options: BenchOptions): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-growth-'))
  try {
    const engine = await createEngine({ folder: join(folder, 'site') })
    const budget = siteBudget(meters.length)
    await simulate(engine, Date.now() - simulatedMs - 60_000)
    const tables = Object.entries(engine.status().tables ?? {}).filter(([name]) => name in budget)
    engine.close()
    const dayMs = 86_400_000
    const rows = tables.map(([name, { rows: count, bytes }]) => {
      const limit: TableBudget = budget[name as keyof typeof budget]
      const aYear = (bytes * yearMs) / simulatedMs
      const perRow = bytes / Math.max(1, count)
      // Of what is thinned one row a minute stays, or one of each charger in a quarter of an hour.
      const thinnedAYear = perRow * (yearMs / (name === 'decisions' ? 60_000 : 900_000 / chargers))
      const keptMs = Math.min(limit.keepMs ?? Infinity, yearMs)
      const wholeMs = Math.min(keptMs, limit.thinAfterMs ?? Infinity)
      const wanted = (aYear * wholeMs + Math.min(aYear, thinnedAYear) * (keptMs - wholeMs)) / yearMs
      const kept = Math.min(wanted, limit.keepBytes ?? Infinity)
      return { name, count, perRow, aYear, kept, days: (keptMs / dayMs) * (wanted === 0 ? 1 : kept / wanted) }
    })
    const total = rows.reduce((sum, { kept }) => sum + kept, 0)
    return {
      name: `The history of a depot of ${String(chargers)} chargers and ${String(meters.length)} meters, from ${String(simulatedMs / 3_600_000)} simulated hours`,
      results: [
        {
          label: 'site.db after the first year',
          value: total / 1e6,
          unit: 'MB',
          target: `at most ${String(budgetBytesPerYear / 1e6)}`,
          met: total <= budgetBytesPerYear,
        },
        {
          label: 'and in each year after it (the quarter hours)',
          value: (rows.find(({ name }) => name === 'quarters')?.aYear ?? 0) / 1e6,
          unit: 'MB',
          target: `at most ${String(budgetBytesPerYear / 1e6)}`,
          met: (rows.find(({ name }) => name === 'quarters')?.aYear ?? Infinity) <= budgetBytesPerYear,
        },
      ],
      table: rows.map(
        ({ name, count, perRow, aYear, kept, days }) =>
          `${name.padEnd(10)} ${String(count).padStart(6)} rows of ${perRow.toFixed(0).padStart(4)} bytes, ${(aYear / 1e6).toFixed(0).padStart(6)} MB a year as they come; in the first year ${kept === 0 ? 'nothing' : `${days.toFixed(0)} days are kept in ${(kept / 1e6).toFixed(0)} MB`}`,
      ),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
