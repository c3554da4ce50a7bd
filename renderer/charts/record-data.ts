import type { WaveFileView } from '../../shared/api/wave-files-contract.ts'

/** Points of traces with times in common, as charts take them: seconds, NaN where there is a gap. */
export interface RecordGroup {
  readonly times: Float64Array
  readonly samplesEach: number
  readonly problem: string | null
  readonly traces: ReadonlyMap<number, { readonly low: Float32Array; readonly high: Float32Array }>
}

/** The view of the contract with its bytes as numbers. Bytes that are too few give no points. */
export const readView = ({ groups, values }: WaveFileView): readonly RecordGroup[] => {
  const bytes = values.byteOffset % 8 === 0 ? values : values.slice()
  const cells = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const column = (points: number): Float32Array => {
    const own = Float32Array.from({ length: points }, (_, index) => cells.getFloat32(at + index * 4, true))
    at += points * 4
    return own
  }
  return groups.map(({ points, samplesEach, traces, problem }) => {
    const size = points * 8 * (1 + traces.length)
    if (at + size > cells.byteLength) return { times: new Float64Array(0), samplesEach, problem, traces: new Map() }
    const begin = at
    const times = Float64Array.from({ length: points }, (_, index) => cells.getFloat64(begin + index * 8, true))
    at += points * 8
    return {
      times,
      samplesEach,
      problem,
      traces: new Map(traces.map((trace) => [trace, { low: column(points), high: column(points) }])),
    }
  })
}

/** Times and values of some traces of one group as lines: a sample is a point, several in a column are their lowest and highest. */
export const recordLines = (group: RecordGroup, traces: readonly number[]): readonly (readonly (number | null)[])[] => {
  const { times, samplesEach } = group
  const isFolded = samplesEach > 1
  const step = times.length > 1 ? ((times[times.length - 1] ?? 0) - (times[0] ?? 0)) / (times.length - 1) : 0
  const xs: number[] = []
  for (const time of times) {
    xs.push(time)
    if (isFolded) xs.push(time + step / 2)
  }
  return [
    xs,
    ...traces.map((trace) => {
      const own = group.traces.get(trace)
      const line: (number | null)[] = []
      for (let at = 0; at < times.length; at += 1) {
        const [low = NaN, high = NaN] = [own?.low[at], own?.high[at]]
        line.push(Number.isNaN(low) ? null : low)
        if (isFolded) line.push(Number.isNaN(high) ? null : high)
      }
      return line
    }),
  ]
}

/** The lowest and highest of some traces; null: there is none. */
export const recordRange = (
  groups: readonly RecordGroup[],
  traces: readonly number[],
): readonly [number, number] | null => {
  let [low, high] = [Infinity, -Infinity]
  for (const group of groups)
    for (const trace of traces) {
      const own = group.traces.get(trace)
      if (own === undefined) continue
      for (const value of own.low) if (value < low) low = value
      for (const value of own.high) if (value > high) high = value
    }
  return low > high ? null : [low, high]
}

/** Seconds as an axis or a sentence has them: "12.4 ms", "3.215 s", "2:05:10". */
export const secondsText = (s: number, spanS: number): string => {
  const sign = s < 0 ? '−' : ''
  const value = Math.abs(s)
  if (spanS < 0.01) return `${sign}${(value * 1000).toFixed(3)} ms`
  if (spanS < 1) return `${sign}${(value * 1000).toFixed(spanS < 0.1 ? 2 : 1)} ms`
  if (spanS < 120) return `${sign}${value.toFixed(spanS < 10 ? 3 : 2)} s`
  const [hours, minutes] = [Math.floor(value / 3600), Math.floor(value / 60) % 60]
  const rest = (value % 60).toFixed(spanS < 600 ? 1 : 0).padStart(spanS < 600 ? 4 : 2, '0')
  return `${sign}${hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}` : String(minutes)}:${rest}`
}

/** The nearest transition within `withinS`; the place itself where there is none. */
export const snapped = (s: number, transitions: readonly number[], withinS: number): number => {
  let best = s
  let least = withinS
  for (const transition of transitions) {
    const away = Math.abs(transition - s)
    if (away <= least) {
      least = away
      best = transition
    }
  }
  return best
}

export interface SpanS {
  readonly fromS: number
  readonly toS: number
}
/** A span moved and stretched within a record, never shorter than `leastS`. */
export const spanWithin = (fromS: number, lengthS: number, durationS: number, leastS: number): SpanS => {
  const length = Math.max(leastS, Math.min(lengthS, durationS))
  const from = Math.max(0, Math.min(fromS, durationS - length))
  return { fromS: from, toS: from + length }
}
export const zoomedSpan = (
  { fromS, toS }: SpanS,
  aroundS: number,
  factor: number,
  durationS: number,
  leastS: number,
): SpanS => {
  const length = toS - fromS
  const next = Math.max(leastS, Math.min(durationS, length * factor))
  const share = length === 0 ? 0.5 : Math.max(0, Math.min(1, (aroundS - fromS) / length))
  return spanWithin(aroundS - share * next, next, durationS, leastS)
}
