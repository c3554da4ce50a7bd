import { bucketSamples, extremes } from './fold.ts'
import { slidingRms } from './sliding-rms.ts'
import type { SampleGroup, WaveRecord } from './wave-record.ts'

/** What a screen asks to see of a record. */
export interface RecordViewRequest {
  readonly fromS: number
  readonly toS: number
  /** Most columns that are worth drawing. */
  readonly columns: number
  /** Numbers of traces in the record. */
  readonly traces: readonly number[]
  /** Samples, or the RMS of one cycle around each of them. */
  readonly mode: 'samples' | 'rms'
  /** Values of the primary side of the transformers, where the file tells their ratio. */
  readonly isPrimary: boolean
  /** Of the cycle whose RMS is asked for. */
  readonly nominalHz: number
}

/** Points of traces with times in common: the lowest and highest of each, NaN where there is none. */
export interface GroupPicture {
  readonly group: number
  /** Seconds from the record's first sample. */
  readonly times: Float64Array
  /** Samples in a point; 1: every sample is there. */
  readonly samplesEach: number
  readonly traces: readonly { readonly trace: number; readonly low: Float32Array; readonly high: Float32Array }[]
  /** Why there are no points, for a person; null: they are there, or the record has none in this stretch. */
  readonly problem: string | null
}

/** One-cycle RMS is formed from the samples themselves, this many at once (editable assumption: 80 MB for 10 traces). */
const mostRmsSamples = 1 << 20
/** Columns of at least so many buckets are drawn from the fold; a finer picture is read from the samples. */
const foldBuckets = 4

interface Columns {
  /** Where each column begins, in samples; one more than there are columns. */
  readonly edges: readonly number[]
  /** Columns before which a gap is drawn. */
  readonly gaps: ReadonlySet<number>
}

/** Columns over the samples from `from` to before `to`, none of them across a gap. */
const columnsOf = ({ timebase }: SampleGroup, from: number, to: number, each: number): Columns => {
  const edges: number[] = []
  const gaps = new Set<number>()
  for (let at = from; at < to;) {
    const run = timebase.runAt(at)
    const end = Math.min(to, run.to)
    if (at > from) gaps.add(edges.length)
    // Multiples of the width: columns stay where they are while a person moves along, and whole buckets fit into them.
    for (let edge = at; edge < end; edge = Math.min(end, (Math.floor(edge / each) + 1) * each)) edges.push(edge)
    at = end > at ? end : to
  }
  return { edges: [...edges, to], gaps }
}

type Fill = (trace: number, from: number, to: number) => readonly [number, number]

const drawColumns = (
  group: SampleGroup,
  columns: Columns,
  columnNumbers: readonly number[],
  factors: readonly number[],
  fill: Fill,
) => {
  const { edges, gaps } = columns
  const points = edges.length - 1 + gaps.size
  const times = new Float64Array(points)
  const drawn = columnNumbers.map(() => ({
    low: new Float32Array(points).fill(NaN),
    high: new Float32Array(points).fill(NaN),
  }))
  let point = 0
  for (let column = 0; column < edges.length - 1; column += 1) {
    const [from = 0, to = 0] = [edges[column], edges[column + 1]]
    if (gaps.has(column)) {
      times[point] = group.timebase.timeAt(from - 1) + 1e-9
      point += 1
    }
    times[point] = group.timebase.timeAt(from)
    for (let index = 0; index < drawn.length; index += 1) {
      const [low, high] = fill(index, from, to)
      const factor = factors[index] ?? 1
      const own = drawn[index]
      if (own === undefined) continue
      own.low[point] = (factor < 0 ? high : low) * factor
      own.high[point] = (factor < 0 ? low : high) * factor
    }
    point += 1
  }
  return { times, drawn }
}

const fromFolds =
  (group: SampleGroup, columnNumbers: readonly number[]): Fill =>
  (index, from, to) => {
    const fold = group.folds[columnNumbers[index] ?? 0]
    if (fold === undefined) return [NaN, NaN]
    const [first, last] = [Math.floor(from / bucketSamples), Math.ceil(to / bucketSamples)]
    const [low] = extremes(fold.low, first, last)
    const [, high] = extremes(fold.high, first, last)
    return [low, high]
  }

const drawGroup = (record: WaveRecord, number: number, request: RecordViewRequest): GroupPicture | null => {
  const group = record.groups[number]
  const traces = request.traces.flatMap((trace) => {
    const found = record.traces[trace]
    return found?.group === number ? [{ trace, ...found }] : []
  })
  if (group === undefined || traces.length === 0) return null
  const { timebase } = group
  // One sample more on each side, so that the line goes on to the edges.
  const from = Math.max(0, timebase.firstFrom(request.fromS) - 1)
  const to = Math.min(timebase.count, timebase.firstFrom(request.toS) + 1)
  const span = Math.max(0, to - from)
  const numbers = traces.map(({ column }) => column)
  const factors = traces.map(({ toPrimary }) => (request.isPrimary ? (toPrimary ?? 1) : 1))
  const raw = span <= 2 * request.columns ? 1 : Math.ceil(span / request.columns)
  const isFolded = request.mode === 'samples' && raw >= foldBuckets * bucketSamples
  const each = isFolded ? Math.ceil(raw / bucketSamples) * bucketSamples : raw
  const done = (
    times: Float64Array,
    drawn: readonly { low: Float32Array; high: Float32Array }[],
    problem: string | null = null,
  ): GroupPicture => ({
    group: number,
    times,
    samplesEach: each,
    traces: traces.map(({ trace }, index) => ({
      trace,
      low: drawn[index]?.low ?? new Float32Array(0),
      high: drawn[index]?.high ?? new Float32Array(0),
    })),
    problem,
  })
  const columns = columnsOf(group, from, to, each)
  if (isFolded) {
    const { times, drawn } = drawColumns(group, columns, numbers, factors, fromFolds(group, numbers))
    return done(times, drawn)
  }
  if (request.mode === 'samples') {
    const values = group.read(numbers, from, to)
    const { times, drawn } = drawColumns(group, columns, numbers, factors, (index, begin, end) =>
      extremes(values[index] ?? [], begin - from, end - from),
    )
    return done(times, drawn)
  }
  if (span > mostRmsSamples) {
    const rate = timebase.runAt(from).rateHz
    const most = rate === null ? '' : `, which is ${Math.floor(mostRmsSamples / rate)} s here`
    return done(
      new Float64Array(0),
      [],
      `RMS is formed over at most ${mostRmsSamples} samples at once${most}: zoom in.`,
    )
  }
  const rms = slidingRms(group, numbers, from, to, request.nominalHz)
  const { times, drawn } = drawColumns(group, columns, numbers, factors.map(Math.abs), (index, begin, end) =>
    extremes(rms[index] ?? [], begin - from, end - from),
  )
  return done(times, drawn)
}

/** A stretch of a record as a picture, group by group. */
export const drawRecord = (record: WaveRecord, request: RecordViewRequest): readonly GroupPicture[] =>
  record.groups.flatMap((_, number) => drawGroup(record, number, request) ?? [])
