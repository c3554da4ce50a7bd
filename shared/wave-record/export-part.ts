import type { WrittenRecord, WrittenTrack } from '../comtrade/write-comtrade.ts'
import { extremes, bucketSamples } from './fold.ts'
import type { Track, WaveFile, WaveRecord } from './wave-record.ts'

export interface ExportRange {
  readonly fromS: number
  readonly toS: number
  /** Numbers of traces in the record. */
  readonly traces: readonly number[]
}

/** A digital channel by sample, walked forwards: writers go through it in order. */
const stateOf = ({ initial, changes }: Track, from: number): WrittenTrack['at'] => {
  let next = 0
  let state: number = initial
  let at = -1
  return (sample) => {
    const wanted = sample + from
    if (wanted < at) [next, state] = [0, initial]
    at = wanted
    while ((changes[next] ?? Infinity) <= wanted) {
      state = 1 - state
      next += 1
    }
    return state === 1 ? 1 : 0
  }
}

/** A stretch of a record for a writer: one part for each group of times, since a file has one. */
export const exportParts = (
  file: WaveFile,
  record: WaveRecord,
  range: ExportRange,
  nominalHz: number,
): readonly WrittenRecord[] =>
  record.groups.flatMap((group, number): readonly WrittenRecord[] => {
    const traces = range.traces.flatMap((each) => {
      const trace = record.traces[each]
      return trace?.group === number ? [trace] : []
    })
    const { timebase } = group
    const [from, to] = [timebase.firstFrom(range.fromS), timebase.firstFrom(range.toS + 1e-12)]
    if (traces.length === 0 || to <= from) return []
    const run = timebase.runAt(from)
    const firstS = timebase.timeAt(from)
    const columns = traces.map(({ column }) => column)
    const buckets = [Math.floor(from / bucketSamples), Math.ceil(to / bucketSamples)] as const
    const lastS = timebase.timeAt(to - 1)
    const triggerS =
      record.triggerS !== null && record.triggerS >= firstS && record.triggerS <= lastS ? record.triggerS - firstS : 0
    return [
      {
        station: file.station === '' ? record.title : file.station,
        device: file.recorder,
        lineHz: nominalHz,
        channels: traces.map(({ column, name, phase, circuit, unit, skewS, truth }) => {
          const fold = group.folds[column]
          const [low] = extremes(fold?.low ?? [], ...buckets)
          const [, high] = extremes(fold?.high ?? [], ...buckets)
          return { name, phase, circuit, unit, skewS, truth, largest: Math.max(Math.abs(low), Math.abs(high)) || 0 }
        }),
        tracks: record.tracks
          .filter((track) => track.group === number)
          .map((track) => ({ name: track.name, normal: track.normal, at: stateOf(track, from) })),
        count: to - from,
        rateHz: run.to >= to ? run.rateHz : null,
        timeAt: (sample) => timebase.timeAt(from + sample) - firstS,
        read: (first, last) => group.read(columns, from + first, from + last),
        startMs: record.start === null ? null : record.start.wallMs + firstS * 1000,
        triggerS,
        offsetMinutes: record.start?.offsetMinutes ?? null,
      },
    ]
  })
