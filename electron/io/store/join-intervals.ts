import type { Interval } from '../../../shared/model/event.ts'
import { isQuantityKey, quantities } from '../../../shared/quantities.ts'
import type { JoinedInterval } from '../../core/record/recorder.ts'
import { own } from '../../../shared/own.ts'

type Stat = Interval['stats'][string]

const isRms = (key: string): boolean =>
  isQuantityKey(key) && (quantities[key].kind === 'voltage' || quantities[key].kind === 'current')

const joinedStat = (key: string, stats: readonly Stat[]): Stat => {
  const low = Math.min(...stats.map(([min]) => min))
  const high = Math.max(...stats.map(([, , max]) => max))
  const count = stats.reduce((sum, [, , , n]) => sum + n, 0)
  const weigh = (of: (mean: number) => number) =>
    stats.reduce((sum, [, mean, , n]) => sum + of(mean) * n, 0) / Math.max(1, count)
  // RMS values by mean square, as in a single interval.
  const mean = isRms(key) && low >= 0 ? Math.sqrt(weigh((value) => value * value)) : weigh((value) => value)
  return [low, Math.min(high, Math.max(low, mean)), high, count]
}

/** Sum of what is known; null where nothing is. */
const sumOf = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}

const noteOf = (group: readonly Interval[]): string | null => {
  const unknown = group.filter(({ importKwh }) => importKwh === null).length
  const notes = new Set(group.map(({ note }) => note).filter((note) => note !== null))
  const parts = [
    unknown > 0 ? `energy of ${unknown} of ${group.length} intervals not known` : null,
    notes.size > 0
      ? `${notes.size} ${notes.size === 1 ? 'note' : 'notes'} in it, the first: ${[...notes][0] ?? ''}`
      : null,
  ].filter((part) => part !== null)
  return parts.length === 0 ? null : parts.join('; ')
}

const joined = (group: readonly Interval[]): JoinedInterval | null => {
  const [first] = group
  const last = group.at(-1)
  if (first === undefined || last === undefined) return null
  if (group.length === 1) return first
  const keys = [...new Set(group.flatMap(({ stats }) => Object.keys(stats)))]
  return {
    ...first,
    endMs: last.startMs + last.lengthS * 1000,
    joined: group.length,
    importKwh: sumOf(group.map(({ importKwh }) => importKwh)),
    exportKwh: sumOf(group.map(({ exportKwh }) => exportKwh)),
    registerEndKwh: last.registerEndKwh,
    stats: Object.fromEntries(
      keys.map((key) => [
        key,
        joinedStat(
          key,
          group.flatMap(({ stats }) => {
            const stat = own(stats, key)
            return stat === undefined ? [] : [stat]
          }),
        ),
      ]),
    ),
    coverage: group.reduce((sum, { coverage }) => sum + coverage, 0) / group.length,
    note: noteOf(group),
  }
}

/**
 * Neighbours joined into stretches of `stretchMs` (aligned to the UTC clock): energies summed, extremes kept, means weighed, and said
 * how many are in it. Rows in order of time; a stretch without a row is none.
 */
export const joinIntervals = (rows: readonly Interval[], stretchMs: number): JoinedInterval[] => {
  const groups = new Map<number, Interval[]>()
  for (const row of rows) {
    const stretch = Math.floor(row.startMs / stretchMs)
    const group = groups.get(stretch)
    if (group === undefined) groups.set(stretch, [row])
    else group.push(row)
  }
  return [...groups.values()].map(joined).filter((row) => row !== null)
}
