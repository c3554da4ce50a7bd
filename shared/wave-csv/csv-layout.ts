/** How a CSV of samples is laid out: as a person says, or as it looks. */

export type TimeUnit = 's' | 'ms' | 'µs' | 'unix-s' | 'unix-ms' | 'unix-us' | 'unix-ns' | 'date'
export interface CsvColumn {
  readonly column: number
  readonly name: string
  readonly unit: string
}
export interface CsvLayout {
  readonly delimiter: ',' | ';' | '\t' | ' '
  readonly decimal: '.' | ','
  /** Lines before the first row of values. */
  readonly headerRows: number
  /** Null: there are no times, rows are `rateHz` a second. */
  readonly timeColumn: number | null
  readonly timeUnit: TimeUnit
  readonly rateHz: number | null
  readonly columns: readonly CsvColumn[]
}

/** Enough to see headers and some rows (editable assumption). */
export const headBytes = 64 << 10
const mostHeaderRows = 100

/** The cells of a line; quotes keep a delimiter inside of a cell, and are taken off. */
export const cellsOf = (line: string, delimiter: string): readonly string[] => {
  const cells: string[] = []
  let cell = ''
  let isQuoted = false
  for (const letter of line) {
    if (letter === '"') isQuoted = !isQuoted
    else if (letter === delimiter && !isQuoted) {
      if (delimiter !== ' ' || cell !== '') cells.push(cell.trim())
      cell = ''
    } else cell += letter
  }
  if (delimiter !== ' ' || cell.trim() !== '') cells.push(cell.trim())
  return cells
}

const isMissing = (cell: string): boolean => /^(|na|n\/a|nan|null|-|–|---)$/i.test(cell)
const numberPattern = {
  '.': /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i,
  ',': /^[+-]?(\d+,?\d*|,\d+)(e[+-]?\d+)?$/i,
} as const
const isNumber = (cell: string, decimal: '.' | ','): boolean => numberPattern[decimal].test(cell)

const dayMs = 86_400_000

/** Year, month, day of three numbers as they are written; `isAmerican`: the month is first where nothing says otherwise. Milliseconds; NaN: none. */
const dayFrom = (one: string, two: string, three: string, isAmerican: boolean): number => {
  const isYearFirst = one.length === 4
  // Day first, unless that can't be: only the United States write the month first.
  const isMonthFirst = !isYearFirst && (Number(two) > 12 || (isAmerican && Number(one) <= 12))
  const [year, month, day] = isYearFirst ? [one, two, three] : isMonthFirst ? [three, one, two] : [three, two, one]
  const full = year.length === 2 ? Number(year) + 2000 : Number(year)
  return Number(month) >= 1 && Number(month) <= 12 ? Date.UTC(full, Number(month) - 1, Number(day)) : NaN
}

const clock = String.raw`(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?\s*([ap]m)?`
const day = String.raw`(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})`
const clockPattern = new RegExp(`^${clock}$`, 'i')
const dayPattern = new RegExp(`^${day}$`)
const bothPattern = new RegExp(String.raw`^${day}[ T,]+${clock}\s*(?:z|utc|[+-]\d{2}:?\d{2})?$`, 'i')

const clockMs = (hour: string, minute: string, second: string | undefined, half: string | undefined): number => {
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0)
  return (hours * 60 + Number(minute)) * 60_000 + Number((second ?? '0').replace(',', '.')) * 1000
}

/** A time of day alone, "10:00:00,250", as milliseconds of that day; null: none. */
export const clockOf = (cell: string): number | null => {
  const found = clockPattern.exec(cell)
  if (found === null) return null
  const ms = clockMs(found[1] ?? '', found[2] ?? '', found[3], found[4])
  return ms < dayMs ? ms : null
}

/** A date alone, "01.03.2026", as milliseconds at its midnight; null: none. */
export const dayOf = (cell: string): number | null => {
  const found = dayPattern.exec(cell)
  const ms = found === null ? NaN : dayFrom(found[1] ?? '', found[2] ?? '', found[3] ?? '', false)
  return Number.isFinite(ms) ? ms : null
}

/** A date with a time of day as loggers write it; null: none. Milliseconds as if it were UTC. */
export const dateOf = (cell: string): number | null => {
  const found = bothPattern.exec(cell)
  if (found === null) return null
  const [, one = '', two = '', three = '', hour = '', minute = '', second, half] = found
  const ms = dayFrom(one, two, three, half !== undefined) + clockMs(hour, minute, second, half)
  return Number.isFinite(ms) ? ms : null
}

/** Of a time column: a date with its time, or the time of a day that another column tells. */
export const momentOf = (cell: string): number | null => dateOf(cell) ?? clockOf(cell)

const isValue = (cell: string, decimal: '.' | ','): boolean =>
  isNumber(cell, decimal) || momentOf(cell) !== null || dayOf(cell) !== null

interface Look {
  readonly delimiter: CsvLayout['delimiter']
  readonly decimal: CsvLayout['decimal']
  readonly score: number
  readonly cells: readonly (readonly string[])[]
}

/** How many cells of the last lines are values, and whether each line has the same number of them. */
const lookWith = (lines: readonly string[], delimiter: CsvLayout['delimiter'], decimal: CsvLayout['decimal']): Look => {
  const cells = lines.map((line) => cellsOf(line, delimiter))
  const tail = cells.slice(-20)
  const width = tail.at(-1)?.length ?? 0
  const same = tail.filter((row) => row.length === width).length / Math.max(1, tail.length)
  const all = tail.flat()
  const values = all.filter((cell) => isValue(cell, decimal) || isMissing(cell)).length / Math.max(1, all.length)
  // One column is no table: some other delimiter may cut it.
  return { delimiter, decimal, cells, score: same * values * (width > 1 ? 1 : 0.3) + Math.min(width, 50) * 1e-3 }
}

const candidates = [
  [',', '.'],
  [';', ','],
  [';', '.'],
  ['\t', '.'],
  ['\t', ','],
  [' ', '.'],
  // Cells in quotes may have decimal commas between commas.
  [',', ','],
] as const

/** "Voltage (V)", "U1 [V]", "I_A in A": the name and its unit. */
const nameAndUnit = (cell: string): { readonly name: string; readonly unit: string } => {
  const found = /^(.*?)\s*(?:\(([^)]*)\)|\[([^\]]*)\])\s*$/.exec(cell)
  return found === null
    ? { name: cell, unit: '' }
    : { name: (found[1] ?? '').trim(), unit: (found[2] ?? found[3] ?? '').trim() }
}

/** Names and units of the last line of header that has as many cells as the rows; units may stand in a line of their own below the names. */
const titlesOf = (
  header: readonly (readonly string[])[],
  width: number,
): readonly { readonly name: string; readonly unit: string }[] => {
  const fitting = header.filter((row) => row.length === width)
  const last = (fitting.at(-1) ?? []).map(nameAndUnit)
  const above = (fitting.at(-2) ?? []).map(nameAndUnit)
  const areUnits = last.length > 0 && last.every(({ name }) => name === '') && last.some(({ unit }) => unit !== '')
  return Array.from({ length: width }, (_, at) => ({
    name: (areUnits ? above[at]?.name : last[at]?.name) ?? '',
    unit: last[at]?.unit ?? '',
  }))
}

/** Names and units of all columns of a layout, from its header. */
export const columnTitles = (
  head: string,
  { delimiter, headerRows }: Pick<CsvLayout, 'delimiter' | 'headerRows'>,
): readonly { readonly name: string; readonly unit: string }[] => {
  const rows = head
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '')
    .slice(0, headerRows + 1)
    .map((line) => cellsOf(line, delimiter))
  const width = rows[headerRows]?.length ?? 0
  return titlesOf(rows.slice(0, headerRows), width).map((title, at) =>
    title.name === '' ? { ...title, name: `column ${at + 1}` } : title,
  )
}

const timeName = /^(time|zeit|t|date|datetime|timestamp|date time|unix|seconds?|ms|temps|tiempo|время)\b/i
const countName = /^(n|no\.?|nr\.?|index|sample|samples?|row)$/i

const unitOfTime = (unit: string, values: readonly number[], isDate: boolean): TimeUnit => {
  if (isDate) return 'date'
  const plain = unit.toLowerCase()
  const [first = 0] = values
  if (/unix/.test(plain) || first > 1e8)
    return first > 1e17 ? 'unix-ns' : first > 1e14 ? 'unix-us' : first > 1e11 ? 'unix-ms' : 'unix-s'
  return /^(ms|milli)/.test(plain) ? 'ms' : /^(us|µs|μs|micro)/.test(plain) ? 'µs' : 's'
}

const rises = (values: readonly number[]): boolean =>
  values.length > 2 && values.every((value, at) => at === 0 || value > (values[at - 1] ?? 0))

/** Several rows may share a time that is written coarser than they come. */
const neverFalls = (values: readonly number[]): boolean =>
  values.length > 2 &&
  (values.at(-1) ?? 0) > (values[0] ?? 0) &&
  values.every((value, at) => at === 0 || value >= (values[at - 1] ?? 0))

/** A rate that stands among the first lines: "Sample rate, 10000", "Microseconds_Per_Sample,32.5", "Interval (s);0,0001". */
const statedRate = (rows: readonly (readonly string[])[], decimal: '.' | ','): number | null => {
  for (const [key = '', cell = ''] of rows) {
    const value = Number(cell.replace(decimal, '.'))
    if (!(value > 0)) continue
    const plain = key.toLowerCase().replace(/[_-]/g, ' ')
    if (/(sample|sampling|abtast).*(rate|freq)|(rate|freq).*(sample|hz)/.test(plain))
      return /khz|ks\/s/.test(plain) ? value * 1000 : value
    if (/per sample|interval|period|delta t|^dt\b/.test(plain))
      return (/micro|µs|us\b/.test(plain) ? 1e6 : /milli|ms\b/.test(plain) ? 1e3 : 1) / value
  }
  return null
}

/** The layout a text most likely has; null: no rows of values are in it. */
export const guessLayout = (head: string): CsvLayout | null => {
  const lines = head.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '')
  // The last line of the head may be cut.
  const whole = lines.length > 2 ? lines.slice(0, -1) : lines
  const [best] = candidates
    .map(([delimiter, decimal]) => lookWith(whole, delimiter, decimal))
    .sort((one, other) => other.score - one.score)
  if (best === undefined) return null
  const { delimiter, decimal, cells } = best
  const width = cells.at(-1)?.length ?? 0
  const isRow = (row: readonly string[]): boolean =>
    row.length === width &&
    row.some((cell) => isNumber(cell, decimal)) &&
    row.every((cell) => isValue(cell, decimal) || isMissing(cell))
  // A pair of a word and a number is a statement about the file, never a row of it.
  const headerRows = cells.findIndex(
    (row, at) => isRow(row) && (cells[at + 1] === undefined || isRow(cells[at + 1] ?? [])),
  )
  if (headerRows < 0 || headerRows > mostHeaderRows) return null
  const rows = cells.slice(headerRows, headerRows + 50)
  const column = (at: number): readonly number[] =>
    rows.map((row) => momentOf(row[at] ?? '') ?? Number((row[at] ?? '').replace(decimal, '.')))
  const titles = titlesOf(cells.slice(0, headerRows), width)
  const all = titles.map((_, at) => at)
  const rising = all.filter((at) => rises(column(at)))
  const isNamed = (at: number): boolean => timeName.test(titles[at]?.name ?? '')
  const named = rising.find(isNamed) ?? all.find((at) => isNamed(at) && neverFalls(column(at)))
  const dated = all.find((at) => momentOf(rows[0]?.[at] ?? '') !== null)
  const counted = all.filter((at) => countName.test(titles[at]?.name ?? ''))
  const unnamed = rising.find((at) => at === 0 && !counted.includes(at))
  const timeColumn = dated ?? named ?? unnamed ?? null
  return {
    delimiter,
    decimal,
    headerRows,
    timeColumn,
    timeUnit: unitOfTime(
      titles[timeColumn ?? -1]?.unit ?? '',
      column(timeColumn ?? -1),
      timeColumn !== null && timeColumn === dated,
    ),
    rateHz: statedRate(cells.slice(0, headerRows), decimal),
    columns: all
      .filter(
        (at) => at !== timeColumn && !counted.includes(at) && rows.some((row) => isNumber(row[at] ?? '', decimal)),
      )
      .map((at) => ({
        column: at,
        name: titles[at]?.name === '' ? `column ${at + 1}` : (titles[at]?.name ?? ''),
        unit: titles[at]?.unit ?? '',
      })),
  }
}
