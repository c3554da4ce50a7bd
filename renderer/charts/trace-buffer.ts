import { own } from '../../shared/own.ts'

/** Polled samples of one meter in time order; columns share the times. A gap is null. */
export interface TraceColumns {
  readonly atMs: readonly number[]
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>
}

export interface TraceBuffer {
  /** Adds samples; what is older than the kept span is dropped now and then. */
  readonly append: (
    reset: boolean,
    atMs: readonly number[],
    columns: Readonly<Record<string, readonly (number | null)[]>>,
  ) => void
  readonly data: () => TraceColumns
  /** Changes whenever data does. */
  readonly version: () => number
  readonly onChange: (listener: () => void) => () => void
}

/**
 * Keeps `spanMs` of samples for the keys given. Older samples are cut off in blocks (a cut per sample would copy the whole
 * buffer five times a second). Times that do not advance are refused: the chart's axis must be monotonic.
 */
export const createTraceBuffer = (keys: readonly string[], spanMs: number): TraceBuffer => {
  let times: number[] = []
  let columns = Object.fromEntries(keys.map((key) => [key, [] as (number | null)[]]))
  let version = 0
  const listeners = new Set<() => void>()

  const cut = () => {
    const last = times.at(-1)
    const first = times[0]
    if (last === undefined || first === undefined || last - first < spanMs * 1.1) return
    const from = times.findIndex((at) => at >= last - spanMs)
    times = times.slice(from)
    columns = Object.fromEntries(Object.entries(columns).map(([key, values]) => [key, values.slice(from)]))
  }
  return {
    append: (reset, atMs, added) => {
      if (reset) {
        times = []
        columns = Object.fromEntries(keys.map((key) => [key, []]))
      }
      atMs.forEach((at, index) => {
        if (at <= (times.at(-1) ?? -Infinity)) return
        times.push(at)
        for (const key of keys) own(columns, key)?.push(own(added, key)?.[index] ?? null)
      })
      cut()
      version += 1
      for (const listener of [...listeners]) listener()
    },
    data: () => ({ atMs: times, columns }),
    version: () => version,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Index of the first time at or after `ms`; the length when there is none. Times are sorted. */
export const indexAt = (atMs: readonly number[], ms: number): number => {
  let low = 0
  let high = atMs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((atMs[middle] ?? Infinity) < ms) low = middle + 1
    else high = middle
  }
  return low
}

/** Index of the sample nearest to `ms`; null when there is none. */
export const nearestIndex = (atMs: readonly number[], ms: number): number | null => {
  if (atMs.length === 0) return null
  const after = indexAt(atMs, ms)
  const before = Math.max(0, after - 1)
  if (after >= atMs.length) return before
  return ms - (atMs[before] ?? -Infinity) <= (atMs[after] ?? Infinity) - ms ? before : after
}

/** The samples from `fromMs` to `toMs`. */
export const windowOf = (data: TraceColumns, fromMs: number, toMs: number): TraceColumns => {
  const from = indexAt(data.atMs, fromMs)
  const to = indexAt(data.atMs, toMs + 0.001)
  return {
    atMs: data.atMs.slice(from, to),
    columns: Object.fromEntries(Object.entries(data.columns).map(([key, values]) => [key, values.slice(from, to)])),
  }
}
