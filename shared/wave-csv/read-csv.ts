import { guessText, type DecodeText } from '../text/guess-encoding.ts'
import type { ByteSource } from '../wave-record/byte-source.ts'
import { createColumn, foldOf } from '../wave-record/columns.ts'
import { numberIn } from '../wave-record/number-text.ts'
import { phaseOf, quantityOf, unitText } from '../wave-record/quantity-of.ts'
import { eachLine } from '../wave-record/text-lines.ts'
import { evenTimebase, listedTimebase, type Timebase } from '../wave-record/timebase.ts'
import type { FileNote, ReadFile, RecorderTime, RecordTruth, WaveFile } from '../wave-record/wave-record.ts'
import {
  clockOf,
  columnTitles,
  dateOf,
  dayOf,
  guessLayout,
  headBytes,
  type CsvLayout,
  type TimeUnit,
} from './csv-layout.ts'

/** Slower than this it is no wave: four samples a cycle of 50 Hz (editable assumption). */
const slowestWaveHz = 200
const factors: Readonly<Record<TimeUnit, number>> = {
  s: 1,
  ms: 1e-3,
  µs: 1e-6,
  'unix-s': 1,
  'unix-ms': 1e-3,
  'unix-us': 1e-6,
  'unix-ns': 1e-9,
  date: 1e-3,
}
const isCalendar = (unit: TimeUnit): boolean => unit.startsWith('unix') || unit === 'date'

interface Rows {
  readonly count: number
  readonly times: Float64Array
  readonly columns: readonly ReturnType<typeof createColumn>[]
  readonly odd: number
  readonly backwards: number
}

const textOf = (bytes: Uint8Array, from: number, to: number): string => {
  let text = ''
  for (let at = from; at < Math.min(to, from + 64); at += 1)
    if (bytes[at] !== 0x22) text += String.fromCharCode(bytes[at] ?? 0)
  return text.trim()
}

const dayMs = 86_400_000

/** Dates with times, or times of day beside a column of dates; where no date stands, a time that falls back is of the next day. */
const createMoments = () => {
  let [today, rolled, before] = [0, 0, -Infinity]
  return {
    day: (text: string): void => {
      today = dayOf(text) ?? today
    },
    of: (text: string): number => {
      const whole = dateOf(text)
      if (whole !== null) return whole
      const clock = clockOf(text)
      if (clock === null) return NaN
      if (today === 0 && clock < before - dayMs / 2) rolled += dayMs
      before = clock
      return today + rolled + clock
    },
  }
}

const readRows = (source: ByteSource, layout: CsvLayout): Rows => {
  const delimiter = layout.delimiter.charCodeAt(0)
  const point = layout.decimal.charCodeAt(0)
  const places = new Map(layout.columns.map(({ column }, index) => [column, index]))
  const columns = layout.columns.map(createColumn)
  const times = createColumn()
  const row = new Float64Array(columns.length)
  const isDated = layout.timeUnit === 'date'
  const moments = createMoments()
  let [line, odd, backwards, before] = [0, 0, 0, -Infinity]
  const numberAt = (bytes: Uint8Array, from: number, to: number): number =>
    bytes[from] === 0x22
      ? numberIn(bytes, from + 1, bytes[to - 1] === 0x22 ? to - 1 : to, point)
      : numberIn(bytes, from, to, point)
  eachLine(source, (bytes, from, to) => {
    if (textOf(bytes, from, to) === '') return true
    line += 1
    if (line <= layout.headerRows) return true
    row.fill(NaN)
    let [field, begin, time, isQuoted, found] = [0, from, NaN, false, 0]
    for (let at = from; at <= to; at += 1) {
      if (at < to && bytes[at] === 0x22) isQuoted = !isQuoted
      if (at < to && (bytes[at] !== delimiter || isQuoted)) continue
      if (delimiter === 0x20 && at === begin) {
        begin = at + 1
        continue
      }
      if (isDated && (field === layout.timeColumn || field + 1 === layout.timeColumn)) {
        const text = textOf(bytes, begin, at)
        if (field === layout.timeColumn) time = moments.of(text)
        else moments.day(text)
      } else if (field === layout.timeColumn) time = numberAt(bytes, begin, at)
      const place = places.get(field)
      if (place !== undefined) {
        const value = numberAt(bytes, begin, at)
        row[place] = value
        if (!Number.isNaN(value)) found += 1
      }
      field += 1
      begin = at + 1
    }
    if (layout.timeColumn !== null) {
      if (Number.isNaN(time)) {
        odd += 1
        return true
      }
      if (time < before) backwards += 1
      before = Math.max(before, time)
      times.push(before)
    }
    if (found === 0) odd += 1
    columns.forEach((column, index) => column.push(row[index] ?? NaN))
    return true
  })
  const count = columns[0]?.count() ?? 0
  return { count, times: times.read(0, layout.timeColumn === null ? 0 : count), columns, odd, backwards }
}

/** Digits that are written, as a length of time: the least by which two steps differ; 0: all are alike. */
const quantumOf = (times: Float64Array): number => {
  let [least, most] = [Infinity, -Infinity]
  const steps = Array.from(
    { length: Math.min(times.length, 400) - 1 },
    (_, at) => (times[at + 1] ?? 0) - (times[at] ?? 0),
  )
  for (const step of steps) {
    least = Math.min(least, step)
    most = Math.max(most, step)
  }
  return steps.reduce(
    (quantum, step) => (step - least > (most - least) * 1e-3 ? Math.min(quantum, step - least) : quantum),
    most - least,
  )
}

/** Even but for what rounding to the written digits makes of it. */
const isEven = (times: Float64Array, step: number): boolean => {
  const first = times[0] ?? 0
  const within = Math.max(step * 1e-3, Math.min(step * 0.45, quantumOf(times) * 1.2))
  return times.every((time, at) => Math.abs(time - first - at * step) <= within)
}

interface Spread {
  /** How coarse the times are written, and what lies between two rows, s. */
  readonly quantumS: number
  readonly step: number
}

/**
 * Times that are written coarser than the rows come, so that several rows share one: from where the first time changes to where the last one
 * does, rows are counted. null: hardly any share one (a twentieth, editable assumption), or they are not even.
 */
const spreadOf = (seconds: Float64Array): Spread | null => {
  let [quantumS, shared, first, last] = [Infinity, 0, -1, -1]
  for (let at = 1; at < seconds.length; at += 1) {
    const step = (seconds[at] ?? 0) - (seconds[at - 1] ?? 0)
    if (step === 0) shared += 1
    else {
      quantumS = Math.min(quantumS, step)
      if (first < 0) first = at
      last = at
    }
  }
  if (shared * 20 <= seconds.length || last <= first) return null
  const begin = seconds[first] ?? 0
  const step = ((seconds[last] ?? 0) - begin) / (last - first)
  return seconds.every((time, at) => Math.abs(time - begin - (at - first) * step) <= 1.01 * quantumS)
    ? { quantumS, step }
    : null
}

const timebaseOf = (
  { times, count }: Rows,
  layout: CsvLayout,
): { readonly timebase: Timebase; readonly startS: number; readonly spreadS: number | null } => {
  if (layout.timeColumn === null)
    return {
      timebase: evenTimebase([{ from: 0, to: count, s: 0, step: 1 / (layout.rateHz ?? 1000) }]),
      startS: 0,
      spreadS: null,
    }
  const factor = factors[layout.timeUnit]
  const startS = (times[0] ?? 0) * factor
  const seconds = times.map((time) => time * factor - startS)
  const spread = spreadOf(seconds)
  const step = spread?.step ?? (seconds.at(-1) ?? 0) / Math.max(1, count - 1)
  const timebase =
    step > 0 && (spread !== null || isEven(seconds, step))
      ? evenTimebase([{ from: 0, to: count, s: 0, step }])
      : listedTimebase(seconds)
  return { timebase, startS, spreadS: spread?.quantumS ?? null }
}

const truthOf = (name: string, rateHz: number | null): RecordTruth =>
  /rms|eff/i.test(name)
    ? 'rms'
    : /\b(min|avg|max|mean)\b/i.test(name)
      ? 'trend'
      : rateHz === null
        ? 'unknown'
        : rateHz < slowestWaveHz
          ? 'trend'
          : 'sampled'

export interface ReadCsv {
  readonly file: WaveFile
  readonly layout: CsvLayout
  readonly firstLines: readonly string[]
  /** All columns with the names the header has for them, used or not. */
  readonly allColumns: readonly { readonly name: string; readonly unit: string }[]
}

const firstLinesOf = (head: string): readonly string[] =>
  head
    .split(/\r\n|\n|\r/)
    .slice(0, 12)
    .map((line) => line.slice(0, 160))

/** A CSV of samples, laid out as `mapping` says or as it looks. Never throws for what is in the file. */
export const readCsv = (source: ByteSource, decode: DecodeText, mapping: CsvLayout | null): ReadFile<ReadCsv> => {
  const { text: head, encoding } = guessText(source.read(0, headBytes).slice(), decode)
  if (encoding.startsWith('utf-16'))
    return { ok: false, why: 'the file is written in UTF-16: save it as UTF-8 or in a plain 8-bit encoding' }
  const guessed = guessLayout(head)
  const layout = mapping ?? guessed
  if (layout === null || layout.columns.length === 0)
    return {
      ok: false,
      why: 'no rows of numbers are found in the file: it should have one row a sample, columns apart by comma, semicolon or tab',
    }
  const rows = readRows(source, layout)
  if (rows.count < 2) return { ok: false, why: `only ${rows.count} rows of values can be read with these columns` }
  const { timebase, startS, spreadS } = timebaseOf(rows, layout)
  const notes: FileNote[] = []
  const say = (severity: FileNote['severity'], text: string) => void notes.push({ severity, text })
  say(
    'info',
    `Columns are taken as they look${mapping === null ? '' : ' to you'}: ${layout.columns.length} of values, ${layout.timeColumn === null ? 'none of times' : `times in column ${layout.timeColumn + 1} in ${layout.timeUnit}`}.`,
  )
  if (layout.timeColumn === null && layout.rateHz === null)
    say(
      'error',
      'The file has neither times nor a sampling rate: one row is drawn as one millisecond until you say otherwise.',
    )
  if (spreadS !== null)
    say(
      'warning',
      `Times are written in steps of ${Number((spreadS * 1000).toPrecision(3))} ms and several rows share one: the rows are spread evenly over them.`,
    )
  if (rows.odd > 0) say('warning', `${rows.odd} rows hold no value or no time.`)
  if (rows.backwards > 0)
    say('warning', `${rows.backwards} times go backwards; those rows are drawn at the time before.`)
  if (layout.timeColumn !== null && isCalendar(layout.timeUnit) && startS * 1000 < dayMs)
    say('warning', 'The times tell no day: the record stands at none.')
  const rateHz = timebase.runs[0]?.rateHz ?? null
  const start: RecorderTime | null =
    isCalendar(layout.timeUnit) && layout.timeColumn !== null && startS * 1000 >= dayMs
      ? { wallMs: startS * 1000, offsetMinutes: layout.timeUnit === 'date' ? null : 0 }
      : null
  const traces = layout.columns.map(({ name, unit }, column) => ({
    name,
    unit: unitText(unit),
    quantity: quantityOf(unit, name),
    phase: phaseOf('', name),
    truth: truthOf(name, rateHz),
    circuit: '',
    skewS: 0,
    toPrimary: null,
    group: 0,
    column,
  }))
  const kinds = new Set(traces.map(({ truth }) => truth))
  return {
    ok: true,
    value: {
      layout,
      firstLines: firstLinesOf(head),
      allColumns: columnTitles(head, layout),
      file: {
        format: 'CSV',
        station: '',
        recorder: '',
        notes,
        records: [
          {
            title: 'Samples',
            truth: kinds.size === 1 ? (traces[0]?.truth ?? 'unknown') : 'mixed',
            start,
            triggerS: null,
            durationS: timebase.timeAt(Math.max(0, timebase.count - 1)),
            nominalHz: null,
            groups: [
              {
                timebase,
                read: (numbers, from, to) =>
                  numbers.map(
                    (each) => rows.columns[each]?.read(from, to) ?? new Float64Array(Math.max(0, to - from)).fill(NaN),
                  ),
                folds: rows.columns.map((column) => foldOf(column.read, rows.count)),
              },
            ],
            traces,
            tracks: [],
          },
        ],
      },
    },
  }
}
