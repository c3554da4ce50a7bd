import type { Trace } from '../../../shared/api/live-contract.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import { isQuantityKey, quantities } from '../../../shared/quantities.ts'
import type { Stop } from '../ports.ts'
import { createTraceColumn, notRead, type TraceColumn } from './trace-column.ts'

/** Ten minutes: the longest backlog a stream may ask for. */
const spanMs = 600_000
/** A slower quantity keeps its last value in the rows between its own polls, at most this long (slow registers: every 10 s). */
const holdMs = 12_500
/**
 * Outcomes this little out of order come from one moment (two blocks that failed together, a clock that is slewed), ms: they
 * keep the order in which they came. More than that is a clock that was set.
 */
const sameMomentMs = 100
/** Rows need times that rise: what came in one moment is this far apart, ms. */
const leastApartMs = 0.001

export interface TraceRing {
  /** One reply of a meter. Replies of the same sweep, less than half a period apart and without a quantity twice, become one row. */
  readonly push: (meterId: string, samples: Readonly<Partial<Record<string, Sample>>>) => void
  /** First the past, then every row as soon as it is complete (or the next has begun). */
  readonly subscribe: (
    meterId: string,
    wanted: readonly string[],
    backlogS: number,
    push: (trace: Trace) => void,
  ) => Stop
}

interface Follower {
  readonly wanted: readonly string[]
  readonly push: (trace: Trace) => void
  /** Its first row, counted from the beginning. */
  readonly from: number
  next: number
}

const createMeterTrace = (periodMs: number) => {
  const capacity = Math.ceil(spanMs / periodMs) + 50
  const times = new Float64Array(capacity)
  const columns = new Map<string, TraceColumn>()
  const followers = new Set<Follower>()
  /** Rows begun so far; the last one may still be filled. */
  let rows = 0
  let open = new Set<string>()

  const timeOf = (row: number) => times[row % capacity] ?? 0
  const oldest = () => Math.max(0, rows - capacity)

  const columnOf = (key: string): TraceColumn => {
    const before = columns.get(key)
    if (before !== undefined) return before
    const column = createTraceColumn(capacity, isQuantityKey(key) && quantities[key].kind === 'energy')
    columns.set(key, column)
    return column
  }

  /** Value of a quantity in a row: read with it, held from its last own poll, or null. */
  const valueAt = (column: TraceColumn | undefined, row: number): number | null => {
    if (column === undefined) return null
    for (let at = row; at >= oldest() && timeOf(row) - timeOf(at) <= holdMs; at -= 1) {
      const value = column.get(at)
      if (value !== notRead) return Number.isNaN(value) ? null : value
    }
    return null
  }

  const build = (wanted: readonly string[], from: number, to: number, reset: boolean): Trace => {
    const atMs: number[] = []
    // A row none of them was read with is not theirs.
    const chosen: number[] = []
    for (let row = from; row < to; row += 1) {
      if (!wanted.some((key) => (columns.get(key)?.get(row) ?? notRead) !== notRead)) continue
      chosen.push(row)
      atMs.push(timeOf(row))
    }
    return {
      reset,
      atMs,
      columns: Object.fromEntries(wanted.map((key) => [key, chosen.map((row) => valueAt(columns.get(key), row))])),
    }
  }

  /** The open row is complete for a follower when it has all of its quantities that the row before had. */
  const complete = (wanted: readonly string[]): boolean => {
    if (rows < 2) return wanted.some((key) => open.has(key)) && wanted.every((key) => open.has(key))
    const due = wanted.filter((key) => (columns.get(key)?.get(rows - 2) ?? notRead) !== notRead)
    return due.length > 0 && due.every((key) => open.has(key))
  }

  const serve = (follower: Follower) => {
    const to = complete(follower.wanted) ? rows : rows - 1
    if (to <= follower.next) return
    const trace = build(follower.wanted, Math.max(follower.next, oldest()), to, false)
    follower.next = to
    if (trace.atMs.length > 0) follower.push(trace)
  }

  const beginRow = (atMs: number) => {
    rows += 1
    open = new Set()
    times[(rows - 1) % capacity] = atMs
    for (const column of columns.values()) column.set(rows - 1, notRead)
  }

  /** The clock was set back: what came before it stays before it, as long ago as it really was. Nothing of the past is lost. */
  const shiftPast = (byMs: number) => {
    for (let row = oldest(); row < rows; row += 1) times[row % capacity] = timeOf(row) + byMs
  }

  /** All that a follower has had, at its new times. */
  const sendAnew = (follower: Follower) => {
    follower.next = rows - 1
    follower.push(build(follower.wanted, Math.max(follower.from, oldest()), rows - 1, true))
  }

  return {
    push: (samples: Readonly<Partial<Record<string, Sample>>>) => {
      const entries = Object.entries(samples).filter(
        (entry): entry is [string, Sample] => entry[1] !== undefined && entry[1].atMs !== null,
      )
      const atMs = Math.max(...entries.map(([, sample]) => sample.atMs ?? -Infinity))
      if (entries.length === 0 || !Number.isFinite(atMs)) return
      const lastMs = rows === 0 ? -Infinity : timeOf(rows - 1)
      // What was sent of a row stays as it was sent.
      const served = [...followers].some(
        ({ next, wanted }) => next >= rows && entries.some(([key]) => wanted.includes(key)),
      )
      const isSameMoment = Math.abs(atMs - lastMs) <= sameMomentMs
      const joins =
        rows > 0 &&
        !served &&
        (atMs >= lastMs || isSameMoment) &&
        atMs - lastMs < periodMs / 2 &&
        !entries.some(([key]) => open.has(key))
      if (!joins) {
        const wasSetBack = atMs < lastMs && !isSameMoment
        if (wasSetBack) shiftPast(atMs - periodMs - lastMs)
        beginRow(wasSetBack ? atMs : Math.max(atMs, lastMs + leastApartMs))
        if (wasSetBack) for (const follower of followers) sendAnew(follower)
      }
      for (const [key, sample] of entries) {
        columnOf(key).set(rows - 1, sample.value ?? NaN)
        open.add(key)
      }
      for (const follower of [...followers]) serve(follower)
    },
    subscribe: (wanted: readonly string[], backlogS: number, push: (trace: Trace) => void): Stop => {
      let from = rows
      const sinceMs = rows === 0 ? 0 : timeOf(rows - 1) - Math.min(backlogS * 1000, spanMs)
      while (from > oldest() && timeOf(from - 1) >= sinceMs && backlogS > 0) from -= 1
      const follower: Follower = { wanted, push, from, next: rows }
      push(build(wanted, from, rows, true))
      followers.add(follower)
      return () => {
        followers.delete(follower)
      }
    },
  }
}

/** The recent samples of every meter at its polling rate: bounded memory, about 24 kB per quantity at 10 Hz. */
export const createTraceRing = (meters: readonly { readonly id: string; readonly periodMs: number }[]): TraceRing => {
  const traces = new Map(meters.map(({ id, periodMs }) => [id, createMeterTrace(periodMs)]))
  return {
    push: (meterId, samples) => traces.get(meterId)?.push(samples),
    subscribe: (meterId, wanted, backlogS, push) => {
      const trace = traces.get(meterId)
      if (trace !== undefined) return trace.subscribe(wanted, backlogS, push)
      push({ reset: true, atMs: [], columns: Object.fromEntries(wanted.map((key) => [key, []])) })
      return () => undefined
    },
  }
}
