import type { Trace } from '../../../shared/api/live-contract.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import type { Stop } from '../ports.ts'
import { createTraceRows, spanMs } from './trace-rows.ts'

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

type Samples = Readonly<Partial<Record<string, Sample>>>
const readIn = (samples: Samples): readonly (readonly [string, Sample])[] =>
  Object.entries(samples).filter((entry): entry is [string, Sample] => entry[1] !== undefined && entry[1].atMs !== null)

/** The rows of one meter, and who follows them. */
const createMeterTrace = (periodMs: number) => {
  const rows = createTraceRows(periodMs)
  const followers = new Set<Follower>()

  const serve = (follower: Follower): void => {
    const to = rows.isComplete(follower.wanted) ? rows.count() : rows.count() - 1
    if (to <= follower.next) return
    const trace = rows.build(follower.wanted, Math.max(follower.next, rows.oldest()), to, false)
    follower.next = to
    if (trace.atMs.length > 0) follower.push(trace)
  }
  /** All that a follower has had, at its new times. */
  const sendAnew = (follower: Follower): void => {
    follower.next = rows.count() - 1
    follower.push(rows.build(follower.wanted, Math.max(follower.from, rows.oldest()), follower.next, true))
  }
  /** Of the same sweep as the last row, whose quantities it adds to. */
  const joinsLastRow = (keys: readonly string[], atMs: number): boolean => {
    const lastMs = rows.lastMs()
    // What was sent of a row stays as it was sent.
    const isServed = [...followers].some(
      ({ next, wanted }) => next >= rows.count() && keys.some((key) => wanted.includes(key)),
    )
    return (
      rows.count() > 0 &&
      !isServed &&
      atMs - lastMs >= -sameMomentMs &&
      atMs - lastMs < periodMs / 2 &&
      !keys.some((key) => rows.isOpen(key))
    )
  }
  const beginRow = (atMs: number): void => {
    const lastMs = rows.lastMs()
    const wasSetBack = lastMs - atMs > sameMomentMs
    if (wasSetBack) rows.shiftPast(atMs - periodMs - lastMs)
    rows.begin(wasSetBack ? atMs : Math.max(atMs, lastMs + leastApartMs))
    if (wasSetBack) for (const follower of followers) sendAnew(follower)
  }

  return {
    push: (samples: Samples): void => {
      const entries = readIn(samples)
      const atMs = Math.max(...entries.map(([, sample]) => sample.atMs ?? -Infinity))
      if (entries.length === 0 || !Number.isFinite(atMs)) return
      if (
        !joinsLastRow(
          entries.map(([key]) => key),
          atMs,
        )
      )
        beginRow(atMs)
      for (const [key, sample] of entries) rows.fill(key, sample.value ?? NaN)
      for (const follower of [...followers]) serve(follower)
    },
    subscribe: (wanted: readonly string[], backlogS: number, push: (trace: Trace) => void): Stop => {
      let from = rows.count()
      const sinceMs = from === 0 ? 0 : rows.lastMs() - Math.min(backlogS * 1000, spanMs)
      while (from > rows.oldest() && rows.timeOf(from - 1) >= sinceMs && backlogS > 0) from -= 1
      const follower: Follower = { wanted, push, from, next: rows.count() }
      push(rows.build(wanted, from, rows.count(), true))
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
