import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { MeterProfile } from '../../shared/profile/meter-profile.ts'
import { planReads } from '../../shared/profile/read-plan.ts'
import { readMeterProfile } from '../../shared/profile/read-profile.ts'
import { registerWidth } from '../../shared/profile/register.ts'
import type { BenchResult } from './result.ts'

const cadences = ['fast', 'normal', 'slow'] as const

/**
 * The theoretical least: reads as long as the device answers at most, over registers that all answer, in each register space. No plan
 * can need fewer; whether one can reach it depends on the gaps and holes, which are left out here. Taking always the lowest value that is
 * not covered yet and as much as fits is best, because a block that begins later covers no more.
 */
export const leastRequests = (profile: MeterProfile): number =>
  (['input', 'holding'] as const).reduce((sum, space) => {
    const spans = Object.values(profile.quantities)
      .filter((register) => (register.space ?? profile.space) === space)
      .map(({ address, type }) => ({ first: address, last: address + registerWidth[type] - 1 }))
      .toSorted((left, right) => left.first - right.first)
    let requests = 0
    let reach = -1
    for (const { first, last } of spans) {
      if (last <= reach) continue
      requests += 1
      const start = profile.line.evenOnly ? first - (first % 2) : first
      reach = start + profile.line.maxRegisters - 1
    }
    return sum + requests
  }, 0)

/** Requests of a full sweep of every profile: our plan, one request per value, and the least there could be. */
export const run = (): Promise<BenchResult> => {
  const folder = fileURLToPath(new URL('../../assets/profiles/meters/', import.meta.url))
  const rows = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('.golden.yaml'))
    .toSorted()
    .map((file) => {
      const read = readMeterProfile(readFileSync(`${folder}${file}`, 'utf8'), file)
      if (!read.ok) throw new Error(`${file}: ${read.problems.map(({ message }) => message).join('; ')}`)
      const { profile } = read
      return {
        id: profile.id,
        plan: planReads(profile, cadences).length,
        fast: planReads(profile, ['fast']).length,
        single: Object.keys(profile.quantities).length,
        least: leastRequests(profile),
      }
    })
  const total = (of: (row: (typeof rows)[number]) => number): number => rows.reduce((sum, row) => sum + of(row), 0)
  const [plan, single, least] = [total((row) => row.plan), total((row) => row.single), total((row) => row.least)]
  const line = (cells: readonly (string | number)[]): string =>
    `${String(cells[0]).padEnd(34)}${cells
      .slice(1)
      .map((cell) => String(cell).padStart(10))
      .join('')}`
  return Promise.resolve({
    name: `Requests per full sweep of ${String(rows.length)} meter profiles`,
    results: [
      {
        label: 'one request per value, against our plan',
        value: single / plan,
        unit: 'x',
        target: 'told, no target',
        met: true,
      },
      {
        label: 'our plan, against the theoretical least',
        value: plan / least,
        unit: 'x',
        target: 'told, no target',
        met: true,
      },
    ],
    table: [
      line(['profile', 'plan', 'fast only', 'per value', 'least', 'plan/least']),
      ...rows.map((row) =>
        line([row.id, row.plan, row.fast, row.single, row.least, (row.plan / row.least).toFixed(2)]),
      ),
      line(['total', plan, total((row) => row.fast), single, least, (plan / least).toFixed(2)]),
    ],
  })
}
