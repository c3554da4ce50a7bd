import { isQuantityKey, quantities } from '../../../shared/quantities.ts'
import { own } from '../../../shared/own.ts'
import type { Archive } from '../archive-port.ts'
import type { Recorder, StoredReading, TimeRange } from '../record/recorder.ts'

/** Read this much at a time, so that a day of a fast meter never sits in memory as objects. */
const chunkMs = 900_000

const utc = (atMs: number) => new Date(atMs).toISOString()
const heading = (key: string) => (isQuantityKey(key) ? `${key} [${quantities[key].unit}]` : key)

/**
 * float32 has about seven digits: more would be invented, unless it takes more to read back the very value that was stored. Counters are
 * stored with all of theirs.
 */
const digits = (key: string, value: number) => {
  if (isQuantityKey(key) && quantities[key].kind === 'energy') return value
  const short = Number(value.toPrecision(7))
  // Nine always tell one float32 from the next (IEEE 754-2019, 5.12.2).
  return Math.fround(short) === Math.fround(value) ? short : Number(value.toPrecision(9))
}

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

/** Lowest, highest and number of the good reads of a second that had more than one, and the worst quality of all. */
const extremesOf = (keys: readonly string[], row: StoredReading): Cells =>
  keys.flatMap((key): Cells => {
    const spread = own(row.values, key)?.spread
    if (spread === undefined) return [null, null, null, null]
    const { min, max, count, worst } = spread
    return [min === null ? null : digits(key, min), max === null ? null : digits(key, max), count, worst]
  })

const extremeHeadings = (key: string): string[] => {
  const unit = isQuantityKey(key) ? ` [${quantities[key].unit}]` : ''
  return [`${key} min${unit}`, `${key} max${unit}`, `${key} reads`, `${key} worst`]
}

/** What a look through the readings found, before anything is written. */
export interface ReadingsSurvey {
  /** Quantities that were read more than once in a second: they have their extremes too. */
  readonly extras: readonly string[]
  readonly rows: number
  /** About, of the CSV. */
  readonly bytes: number
  /** The oldest that fits; `cut`: there is more before it. */
  readonly sinceMs: number
  readonly cut: boolean
}

export interface ReadingsOf {
  readonly recorder: Pick<Recorder, 'readings'>
  readonly csv: Archive['csv']
  readonly meterId: string
  /** The columns. */
  readonly keys: readonly string[]
  readonly range: TimeRange
}

/** Looks through the readings from the newest on until about `budget` characters of CSV are full. */
export const surveyReadings = async (
  { recorder, csv, meterId, keys, range }: ReadingsOf,
  budget: number,
): Promise<ReadingsSurvey> => {
  const extras: string[] = []
  let rows = 0
  let size = 0
  let toMs = range.toMs
  while (toMs > range.fromMs && size < budget) {
    const fromMs = Math.max(range.fromMs, toMs - chunkMs)
    const chunk = await recorder.readings(meterId, { fromMs, toMs })
    for (const key of keys)
      if (!extras.includes(key) && chunk.some((row) => own(row.values, key)?.spread !== undefined)) extras.push(key)
    const [first] = chunk
    // Rows of one meter are about as long as each other: one is written to know, not all of them.
    if (first !== undefined) size += chunk.length * csv([[...rowOf(keys, first), ...extremesOf(extras, first)]]).length
    rows += chunk.length
    toMs = fromMs
  }
  return { extras, rows, bytes: size, sinceMs: toMs, cut: toMs > range.fromMs }
}

/**
 * One meter's 1 s readings as CSV, oldest first, a quarter of an hour at a time: time (UTC), one column per quantity with its unit, and
 * `missing`, which names every quantity that was read without a value and why. An empty cell that is not named there was not read in
 * that second. `onChunk` hears up to when it is written.
 */
export async function* readingsCsv(
  { recorder, csv, meterId, keys, range }: ReadingsOf,
  { extras, sinceMs }: ReadingsSurvey,
  onChunk: (untilMs: number) => void = () => undefined,
): AsyncGenerator<string, void> {
  yield csv([['time_utc', ...keys.map(heading), 'missing', ...extras.flatMap(extremeHeadings)]])
  for (let fromMs = sinceMs; fromMs < range.toMs; fromMs += chunkMs) {
    const toMs = Math.min(range.toMs, fromMs + chunkMs)
    const chunk = await recorder.readings(meterId, { fromMs, toMs })
    if (chunk.length > 0) yield csv(chunk.map((row) => [...rowOf(keys, row), ...extremesOf(extras, row)]))
    onChunk(toMs)
  }
}
