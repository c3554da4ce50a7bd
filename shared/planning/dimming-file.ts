/**
 * The file by which a grid operator's box, or a program beside it, says how much the chargers may have: from when, and how many kW. Two forms
 * of the same, the later entries may lie in the future (a timetable):
 *
 *     time,allowed_kw                                   { "time": "2026-11-29T17:00:00+01:00", "allowedKW": 12.6 }
 *     2026-11-29T17:00:00+01:00,12.6                    or a list of such
 *     2026-11-29T18:00:00+01:00,
 *
 * An empty cell, null, or no `allowedKW` at all means as much as they like. Times carry their offset from UTC.
 */
export interface DimmingEntry {
  readonly atMs: number
  /** W; null: not dimmed from then on. */
  readonly allowedW: number | null
}

export type ReadDimming =
  { readonly ok: true; readonly entries: readonly DimmingEntry[] } | { readonly ok: false; readonly why: string }

const bad = (why: string): ReadDimming => ({ ok: false, why })
const withOffset = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/
const timeOf = (value: unknown): number =>
  typeof value === 'string' && withOffset.test(value.trim()) ? Date.parse(value.trim()) : NaN
const mostKW = 1_000_000

const entryOf = (where: string, time: unknown, kilowatts: unknown): DimmingEntry | string => {
  const atMs = timeOf(time)
  if (Number.isNaN(atMs)) return `${where}: "${String(time)}" is no time with an offset, e.g. 2026-11-28T17:00:00+01:00`
  if (kilowatts === null || kilowatts === undefined || kilowatts === '') return { atMs, allowedW: null }
  const value = typeof kilowatts === 'number' ? kilowatts : Number(kilowatts)
  if (!(value >= 0 && value <= mostKW)) return `${where}: "${String(kilowatts)}" is no power in kW`
  return { atMs, allowedW: value * 1000 }
}

const collected = (entries: readonly (DimmingEntry | string)[]): ReadDimming => {
  const wrong = entries.find((entry) => typeof entry === 'string')
  if (wrong !== undefined) return bad(wrong)
  const read = entries.filter((entry) => typeof entry !== 'string')
  return read.length === 0
    ? bad('there is no entry in it')
    : { ok: true, entries: read.sort((one, other) => one.atMs - other.atMs) }
}

const readCsv = (text: string): ReadDimming => {
  const [head, ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  if (head === undefined) return bad('the file is empty')
  const mark = head.includes(';') ? ';' : ','
  const cells = (line: string) => line.split(mark).map((cell) => cell.trim())
  const names = cells(head).map((name) => name.toLowerCase())
  const [time, allowed] = [names.indexOf('time'), names.indexOf('allowed_kw')]
  if (time === -1 || allowed === -1) return bad(`the head line is "${head.trim()}" and must be "time,allowed_kw"`)
  return collected(
    lines.map((line, index) => {
      const row = cells(line)
      return entryOf(`entry ${index + 1}`, row[time], row[allowed])
    }),
  )
}

const readJson = (text: string): ReadDimming => {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    return bad(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  const items: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed]
  return collected(
    items.map((item, index) => {
      if (typeof item !== 'object' || item === null) return `entry ${index + 1} is no object with time and allowedKW`
      const { time, allowedKW } = item as { readonly time?: unknown; readonly allowedKW?: unknown }
      return entryOf(`entry ${index + 1}`, time, allowedKW)
    }),
  )
}

/** Entries in order of time, or why there are none: a file that is half right says nothing. */
export const readDimmingFile = (text: string): ReadDimming => {
  const clean = text.replace(/^\uFEFF/, '')
  return /^\s*[[{]/.test(clean) ? readJson(clean) : readCsv(clean)
}

/** What holds at a moment: the newest entry that has begun; null: none has. */
export const dimmingAt = (entries: readonly DimmingEntry[], nowMs: number): DimmingEntry | null =>
  entries.findLast(({ atMs }) => atMs <= nowMs) ?? null
