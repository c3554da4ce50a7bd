import { isQuantityKey, quantities } from '../../../shared/quantities.ts'
import { own } from '../../../shared/own.ts'
import type { Archive, Recorder, StoredReading, TimeRange } from '../ports.ts'

/** Read this much at a time, newest first, so that a day of a fast meter never sits in memory as objects. */
const chunkMs = 900_000

const utc = (atMs: number) => new Date(atMs).toISOString()
const heading = (key: string) => (isQuantityKey(key) ? `${key} [${quantities[key].unit}]` : key)

/** float32 has about seven digits: more would be invented. Counters are stored with all of theirs. */
const digits = (key: string, value: number) =>
  isQuantityKey(key) && quantities[key].kind === 'energy' ? value : Number(value.toPrecision(7))

type Cells = (string | number | null)[]

const rowOf = (keys: readonly string[], row: StoredReading): Cells => {
  const missing: string[] = []
  const cells = keys.map((key) => {
    const entry = own(row.values, key)
    if (entry === undefined) return null
    if (entry.value === null) missing.push(`${key}=${entry.quality}`)
    return entry.value === null ? null : digits(key, entry.value)
  })
  return [utc(row.atMs), ...cells, missing.join(' ')]
}

/** Lowest, highest and number of the good reads of a second that had more than one. */
const extremesOf = (keys: readonly string[], row: StoredReading): Cells =>
  keys.flatMap((key): Cells => {
    const spread = own(row.values, key)?.spread
    if (spread === undefined) return [null, null, null]
    const { min, max, count } = spread
    return [min === null ? null : digits(key, min), max === null ? null : digits(key, max), count]
  })

const extremeHeadings = (key: string): string[] => {
  const unit = isQuantityKey(key) ? ` [${quantities[key].unit}]` : ''
  return [`${key} min${unit}`, `${key} max${unit}`, `${key} reads`]
}

export interface ReadingsFile {
  readonly text: string
  readonly rows: number
  readonly sinceMs: number
  readonly cut: boolean
}

/**
 * One meter's 1 s readings as CSV: time (UTC), one column per quantity with its unit, and `missing`, which names every quantity that
 * was read without a value and why. An empty cell that is not named there was not read in that second. `keys` are the columns.
 * Reading stops when `budget` characters are full: the newest are kept, and `cut` says so.
 */
export const readingsCsv = async (
  recorder: Pick<Recorder, 'readings'>,
  csv: Archive['csv'],
  meterId: string,
  keys: readonly string[],
  range: TimeRange,
  budget: number,
): Promise<ReadingsFile> => {
  const parts: { readonly text: string; readonly extras: number }[] = []
  /** Quantities that were read more than once in a second, in the order in which they were met. */
  const extras: string[] = []
  let rows = 0
  let size = 0
  let toMs = range.toMs
  let cut = false
  while (toMs > range.fromMs) {
    if (size >= budget) {
      cut = true
      break
    }
    const fromMs = Math.max(range.fromMs, toMs - chunkMs)
    const chunk = await recorder.readings(meterId, { fromMs, toMs })
    if (chunk.length > 0) {
      for (const key of keys)
        if (!extras.includes(key) && chunk.some((row) => own(row.values, key)?.spread !== undefined)) extras.push(key)
      const text = csv(chunk.map((row) => [...rowOf(keys, row), ...extremesOf(extras, row)]))
      parts.unshift({ text, extras: extras.length })
      size += text.length
      rows += chunk.length
    }
    toMs = fromMs
  }
  const header = csv([['time_utc', ...keys.map(heading), 'missing', ...extras.flatMap(extremeHeadings)]])
  // What was written before a quantity was met is filled up with empty cells; no cell of this table holds a line break.
  const filled = parts.map((part) =>
    part.extras === extras.length
      ? part.text
      : part.text.replaceAll('\r\n', `${','.repeat(3 * (extras.length - part.extras))}\r\n`),
  )
  return { text: header + filled.join(''), rows, sinceMs: toMs, cut }
}
