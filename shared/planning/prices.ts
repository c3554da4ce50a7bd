/** Prices over time from files people have: a CSV, or the JSON of a day-ahead service. Money per kWh; times ms UTC. */
import { own } from '../own.ts'

export interface PriceSlot {
  readonly fromMs: number
  readonly toMs: number
  readonly perKWh: number
}
export type ReadPrices =
  | { readonly ok: true; readonly slots: readonly PriceSlot[]; readonly notes: readonly string[] }
  | { readonly ok: false; readonly why: string }

/** 90 days of quarter hours; more is no plan. */
const mostSlots = 8640
const hourMs = 3_600_000
const bad = (why: string): ReadPrices => ({ ok: false, why })

interface Row {
  readonly fromMs: number
  readonly toMs: number | null
  readonly price: number
}

const timeOf = (value: unknown): number => {
  if (typeof value === 'number') return value > 1e11 ? value : value * 1000
  if (typeof value !== 'string') return NaN
  const text = value.trim()
  if (/^\d{9,13}$/.test(text)) return timeOf(Number(text))
  // Without an offset a time could be of any zone.
  return /(Z|[+-]\d{2}:?\d{2})$/.test(text) ? Date.parse(text.replace(' ', 'T')) : NaN
}

const numberOf = (value: unknown): number => {
  if (typeof value === 'number') return value
  const text = typeof value === 'string' ? value.trim() : ''
  return /^[+-]?\d+([.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : NaN
}

/** What one unit of the file is in money per kWh; null: not known. */
const factorOf = (unit: string): number | null => {
  const word = unit.toLowerCase().replaceAll(/\s/g, '')
  if (/(ct|cent|c)\/kwh/.test(word)) return 0.01
  if (/\/mwh/.test(word)) return 0.001
  return /\/kwh/.test(word) ? 1 : null
}

/** Rows to slots: in order, without overlaps; one without an end lasts until the next, the last as long as the one before it. */
const slotsOf = (rows: readonly Row[], factor: number, notes: readonly string[]): ReadPrices => {
  if (rows.length === 0) return bad('no price was found: a start time and a price in each row are needed')
  if (rows.length > mostSlots) return bad(`${rows.length} prices are more than ${mostSlots}: give a shorter stretch`)
  const sorted = [...rows].sort((one, other) => one.fromMs - other.fromMs)
  const slots: PriceSlot[] = []
  let overlapMs: number | null = null
  for (const [index, { fromMs, toMs, price }] of sorted.entries()) {
    const next = sorted[index + 1]
    const before = slots.at(-1)
    if (next?.fromMs === fromMs) return bad(`two prices begin at ${new Date(fromMs).toISOString()}`)
    const lasting = before === undefined ? hourMs : before.toMs - before.fromMs
    const end = Math.min(toMs ?? next?.fromMs ?? fromMs + lasting, next?.fromMs ?? Infinity)
    if (toMs !== null && toMs > end) overlapMs ??= end
    if (end <= fromMs) return bad(`the price at ${new Date(fromMs).toISOString()} ends before it begins`)
    slots.push({ fromMs, toMs: end, perKWh: price * factor })
  }
  const far = slots.find(({ perKWh }) => Math.abs(perKWh) > 20)
  if (far !== undefined) return bad(`a price of ${far.perKWh} per kWh can't be: say the unit, e.g. EUR/MWh or ct/kWh`)
  return {
    ok: true,
    slots,
    notes:
      overlapMs === null
        ? notes
        : [
            ...notes,
            `prices overlap: the one that begins later holds from then on, first at ${new Date(overlapMs).toISOString()}`,
          ],
  }
}

/** CSV with a head line: a column whose name begins with "start" or "from" or "time", one with "price" (its unit in the name), "end" or "to" if there is one. */
const readCsv = (text: string): ReadPrices => {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const head = lines[0]
  if (head === undefined) return bad('the file is empty')
  const mark = [';', '\t', ','].find((candidate) => head.includes(candidate)) ?? ','
  const cells = (line: string) => line.split(mark).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
  const names = cells(head).map((name) => name.toLowerCase())
  const at = (pattern: RegExp) => names.findIndex((name) => pattern.test(name))
  const [start, end, price] = [at(/^(start|from|time|date|utc)/), at(/^(end|to|until)/), at(/price|preis|cost/)]
  if (start === -1 || price === -1)
    return bad(`the head line names no start time or no price: ${names.join(', ')}. Write e.g. start,end,price EUR/MWh`)
  const factor = factorOf(names[price] ?? '')
  const rows: Row[] = []
  for (const [index, line] of lines.slice(1).entries()) {
    const row = cells(line)
    const fromMs = timeOf(row[start])
    const toMs = end === -1 ? null : timeOf(row[end])
    const value = numberOf(row[price])
    if (Number.isNaN(fromMs) || Number.isNaN(toMs ?? 0))
      return bad(`line ${index + 2}: "${row[start] ?? ''}" is no time with an offset, e.g. 2026-11-28T00:00:00+01:00`)
    if (Number.isNaN(value)) return bad(`line ${index + 2}: "${row[price] ?? ''}" is no price`)
    rows.push({ fromMs, toMs, price: value })
  }
  return slotsOf(rows, factor ?? 1, factor === null ? ['no unit in the head line: taken for money per kWh'] : [])
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])
const first = (item: Readonly<Record<string, unknown>>, keys: readonly string[]): unknown =>
  keys.map((key) => (Object.hasOwn(item, key) ? own(item, key) : undefined)).find((value) => value !== undefined)

/**
 * JSON of day-ahead services, known by its shape: rows with a start and a price (in a list, or under "data", "prices", "result"), or two
 * columns of times and prices ("unix_seconds", "price").
 */
const readJson = (text: string): ReadPrices => {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    return bad(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  const top = record(parsed)
  const times = list(first(top, ['unix_seconds', 'timestamps', 'times']))
  const column = list(first(top, ['price', 'prices', 'values']))
  const unit = String(first(top, ['unit', 'units']) ?? '')
  if (times.length > 0 && times.length === column.length) {
    const rows = times.map((time, index) => ({ fromMs: timeOf(time), toMs: null, price: numberOf(column[index]) }))
    const wrong = rows.findIndex(({ fromMs, price }) => Number.isNaN(fromMs) || Number.isNaN(price))
    if (wrong !== -1) return bad(`entry ${wrong + 1} is no time with a price`)
    return slotsOf(rows, factorOf(unit) ?? 0.001, unit === '' ? ['no unit: taken for money per MWh'] : [])
  }
  const items = [parsed, first(top, ['data', 'prices', 'result', 'values'])].map(list).find((found) => found.length > 0)
  if (items === undefined) return bad('no list of prices was found in it')
  const rows: Row[] = []
  const units = new Set<string>()
  for (const [index, item] of items.entries()) {
    const row = record(item)
    const fromMs = timeOf(
      first(row, ['start_timestamp', 'start', 'startsAt', 'from', 'time', 'timestamp', 'valid_from']),
    )
    const end = first(row, ['end_timestamp', 'end', 'endsAt', 'to', 'valid_to'])
    const price = numberOf(first(row, ['marketprice', 'price', 'total', 'value', 'value_inc_vat', 'energy']))
    units.add(String(first(row, ['unit']) ?? unit))
    if (Number.isNaN(fromMs) || Number.isNaN(price)) return bad(`entry ${index + 1} has no start time or no price`)
    rows.push({ fromMs, toMs: end === undefined ? null : timeOf(end), price })
  }
  if (units.size > 1) return bad(`prices in different units: ${[...units].join(', ')}`)
  const factor = factorOf([...units][0] ?? '')
  return slotsOf(rows, factor ?? 1, factor === null ? ['no unit: taken for money per kWh'] : [])
}

export const readPrices = (text: string): ReadPrices => {
  const clean = text.replace(/^\uFEFF/, '')
  return /^\s*[[{]/.test(clean) ? readJson(clean) : readCsv(clean)
}

/** Time of use as slots of a stretch: `minuteOf` and `isWeekend` are the site's calendar. */
export const tariffSlots = (
  tariff: {
    readonly price: number
    readonly periods: readonly {
      readonly from: string
      readonly to: string
      readonly days: string
      readonly price: number
    }[]
  },
  fromMs: number,
  toMs: number,
  calendar: { readonly minuteOf: (atMs: number) => number; readonly isWeekend: (atMs: number) => boolean },
): readonly PriceSlot[] => {
  const quarterMs = 900_000
  const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
  const priceAt = (atMs: number): number => {
    const minute = calendar.minuteOf(atMs)
    const period = tariff.periods.find(({ from, to, days }) => {
      if (days !== 'all' && (days === 'weekend') !== calendar.isWeekend(atMs)) return false
      const [begin, end] = [minutes(from), minutes(to)]
      return begin <= end ? minute >= begin && minute < end : minute >= begin || minute < end
    })
    return period?.price ?? tariff.price
  }
  const slots: PriceSlot[] = []
  for (let atMs = Math.floor(fromMs / quarterMs) * quarterMs; atMs < toMs; atMs += quarterMs) {
    const perKWh = priceAt(atMs)
    const before = slots.at(-1)
    if (before !== undefined && before.perKWh === perKWh)
      slots[slots.length - 1] = { ...before, toMs: atMs + quarterMs }
    else slots.push({ fromMs: atMs, toMs: atMs + quarterMs, perKWh })
  }
  return slots
}

/** A file's prices, and in the time it leaves out those of the tariff; what neither has stays without a price. */
export const withTariff = (slots: readonly PriceSlot[], tariff: readonly PriceSlot[]): readonly PriceSlot[] => {
  const filled = tariff.flatMap((slot) => {
    let open: PriceSlot[] = [slot]
    for (const { fromMs, toMs } of slots)
      open = open.flatMap((part) => [
        ...(part.fromMs < fromMs ? [{ ...part, toMs: Math.min(part.toMs, fromMs) }] : []),
        ...(part.toMs > toMs ? [{ ...part, fromMs: Math.max(part.fromMs, toMs) }] : []),
      ])
    return open
  })
  return [...slots, ...filled].sort((one, other) => one.fromMs - other.fromMs)
}

/** The price at a moment; where a file has none, the tariff's. */
export const priceAt = (slots: readonly PriceSlot[], atMs: number): number | null =>
  slots.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)?.perKWh ?? null
