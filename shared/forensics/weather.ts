/** Weather of the site as a person gives it, one row a moment; null: not in the file, or empty there. */
export interface WeatherRow {
  readonly atMs: number
  readonly temperatureC: number | null
  readonly rainMm: number | null
}
export type WeatherRead =
  { readonly ok: true; readonly rows: readonly WeatherRow[] } | { readonly ok: false; readonly message: string }

/** A file is read whole: so many rows are a year by the minute. */
const mostRows = 600_000
/** Rain counts as long as this before, and a row speaks for so long after itself, ms. Editable assumptions. */
const wetMs = 6 * 3_600_000
const holdsMs = 3 * 3_600_000
/** Less than this in six hours wets nothing, mm. */
const wetFromMm = 0.2

const columnWords = {
  time: /^(time|date|datetime|timestamp|zeit|datum|valid)/i,
  temperature: /temp|°c|^t2m|^tavg/i,
  rain: /rain|precip|niederschlag|^prcp|^rr/i,
} as const

const timeOf = (text: string): number | null => {
  if (/^\d{9,13}$/.test(text)) return Number(text) * (text.length > 11 ? 1 : 1000)
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return null
  const iso = text.replace(' ', 'T')
  const withTime = iso.includes('T') ? iso : `${iso}T00:00`
  // Without a zone it is UTC, as weather services give it; the computer's own zone would be a guess that moves with the computer.
  const ms = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(withTime) ? withTime : `${withTime}Z`)
  return Number.isNaN(ms) ? null : ms
}

const separatorOf = (head: string): string =>
  [';', '\t', ','].reduce((best, each) => (head.split(each).length > head.split(best).length ? each : best), ',')

const cellsOf = (line: string, separator: string): readonly string[] =>
  line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))

const numberOf = (cell: string | undefined, separator: string): number | null => {
  if (cell === undefined || cell === '') return null
  const value = Number(separator === ';' ? cell.replace(',', '.') : cell)
  return Number.isFinite(value) ? value : null
}

/** Reads a weather CSV: a header, a column of time (ISO 8601 or epoch; without a zone UTC), and temperature (°C) or rain (mm), in time's order. */
export const readWeather = (text: string): WeatherRead => {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const headAt = lines.findIndex((line) => cellsOf(line, separatorOf(line)).some((cell) => columnWords.time.test(cell)))
  const head = lines[headAt]
  if (head === undefined)
    return {
      ok: false,
      message: 'the file has no column "time": its first line must name the columns, e.g. time,temperature,rain',
    }
  const separator = separatorOf(head)
  const names = cellsOf(head, separator)
  const at = (word: keyof typeof columnWords): number => names.findIndex((name) => columnWords[word].test(name))
  const [timeAt, temperatureAt, rainAt] = [at('time'), at('temperature'), at('rain')]
  if (temperatureAt < 0 && rainAt < 0)
    return {
      ok: false,
      message: `there is no column of temperature or rain among ${names.join(', ')}: name one "temperature" (°C) or "rain" (mm)`,
    }
  const rows: WeatherRow[] = []
  for (const [index, line] of lines.entries()) {
    if (index <= headAt || line.trim() === '') continue
    const cells = cellsOf(line, separator)
    const where = `line ${String(index + 1)}`
    const atMs = timeOf(cells[timeAt] ?? '')
    if (atMs === null)
      return {
        ok: false,
        message: `${where}: "${(cells[timeAt] ?? '').slice(0, 40)}" is no time; write it as 2026-06-15T10:00Z`,
      }
    const last = rows.at(-1)
    if (last !== undefined && atMs < last.atMs)
      return { ok: false, message: `${where}: its time lies before that of the line above; sort the file by time` }
    const temperatureC = numberOf(cells[temperatureAt], separator)
    const rainMm = numberOf(cells[rainAt], separator)
    if ((temperatureC !== null && Math.abs(temperatureC) > 80) || (rainMm !== null && (rainMm < 0 || rainMm > 500)))
      return {
        ok: false,
        message: `${where}: ${String(temperatureC ?? rainMm)} is no weather; temperature in °C, rain in mm`,
      }
    rows.push({ atMs, temperatureC, rainMm })
    if (rows.length > mostRows)
      return { ok: false, message: `the file has more than ${String(mostRows)} rows: cut it to the time that matters` }
  }
  return rows.length < 2 ? { ok: false, message: 'the file has fewer than two rows of weather' } : { ok: true, rows }
}

/** Whether it rained in the six hours before; null: the file does not tell. */
export const wasWet = (rows: readonly WeatherRow[], atMs: number): boolean | null => {
  const within = rows.filter((row) => row.atMs <= atMs && atMs - row.atMs <= wetMs && row.rainMm !== null)
  return within.length === 0 ? null : within.reduce((sum, { rainMm }) => sum + (rainMm ?? 0), 0) >= wetFromMm
}

/** Temperature at a moment; null: the file does not tell. */
export const temperatureAt = (rows: readonly WeatherRow[], atMs: number): number | null =>
  rows.findLast((row) => row.atMs <= atMs && atMs - row.atMs <= holdsMs && row.temperatureC !== null)?.temperatureC ??
  null

/** Above this it was in the warmest quarter of the file, °C; null: no temperatures. */
export const warmFromC = (rows: readonly WeatherRow[]): number | null => {
  const sorted = rows.flatMap(({ temperatureC }) => temperatureC ?? []).sort((a, b) => a - b)
  return sorted[Math.floor(0.75 * sorted.length)] ?? null
}

/** Share of the file's own moments before which it had rained; null: no rain is told. At most so many moments are looked at. */
export const wetShare = (rows: readonly WeatherRow[]): number | null => {
  const told = rows.filter(({ rainMm }) => rainMm !== null)
  const step = Math.max(1, Math.floor(told.length / 500))
  const seen = told.filter((_row, index) => index % step === 0)
  const near = (at: number): readonly WeatherRow[] => {
    const end = told.findLastIndex((row) => row.atMs <= at) + 1
    return told.slice(Math.max(0, end - 400), end)
  }
  return seen.length === 0 ? null : seen.filter(({ atMs }) => wasWet(near(atMs), atMs) === true).length / seen.length
}

/** "744 rows of weather from 2026-06-01T00:00Z to 2026-07-01T00:00Z" */
export const weatherSpan = (rows: readonly WeatherRow[]): string => {
  const text = (row: WeatherRow | undefined): string => `${new Date(row?.atMs ?? 0).toISOString().slice(0, 16)}Z`
  return `${String(rows.length)} rows of weather from ${text(rows[0])} to ${text(rows.at(-1))}`
}
